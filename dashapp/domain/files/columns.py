"""Columns of a file by name: found in a record, or missing and perhaps meant otherwise."""

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from dashapp.domain.errors import shown
from dashapp.domain.files.plan import Plan

ABSENT = object()
_NEEDED = {"type", "occurred_at"}
_DATE = re.compile(r"\b\d{4}-\d\d-\d\d")
_SHOWN = 20
_LIKE = 0.8  # of 1: how alike two names are that may be one


def column_value(fields: Mapping[str, Any], column: str, path: tuple[str, ...]) -> Any:
    """The value of a column: one of exactly that name, or else a path into objects."""
    value = fields.get(column, ABSENT)
    if value is not ABSENT or len(path) == 1:
        return value
    value = fields
    for step in path:
        if not isinstance(value, Mapping) or step not in value:
            return ABSENT
        value = value[step]
    return value


def missing_columns(header: Iterable[str], how: Plan) -> list[str]:
    """Columns that the plan names, or that every event needs, and a header does not have."""
    needed = _NEEDED - how.columns.keys() - how.values.keys()
    names = set(header)
    return [*sorted(how.named.keys() - names), *sorted(needed - names)]


def missing_columns_message(
    missing: list[str], names: Iterable[str], how: Plan, where: str = "The file has no"
) -> str:
    """One line about columns that are not there: what was meant, or what there is."""
    listed = [str(name) for name in names]
    column = missing[0]
    option = how.named.get(column)
    said = f"{where} column “{shown(column)}”" + (f" ({shown(option, 80)})" if option else "")
    like = _alike(column, listed)
    if like is not None:
        word = f"{option.removesuffix(column)}{like}" if option else f"--map {column}={like}"
        return f"{said}; did you mean “{shown(like)}”? Say {shown(_quoted(word), 80)}"
    if not option:
        said = f"{where} column {' or '.join(f'“{key}”' for key in missing if key in _NEEDED)}"
    there = ", ".join(shown(name) for name in listed[:_SHOWN])
    advice = "Say which column holds what: --map KEY=COLUMN"
    if any(_DATE.search(name) for name in listed):
        advice = "Is the first line an event? It must name the columns."
    return f"{said}; there are, separated by commas: {there}. {advice}"


def _quoted(option: str) -> str:
    """As a shell takes it."""
    word, _, value = option.partition(" ")
    return option if value.replace("=", "").replace("_", "").isalnum() else f"{word} '{value}'"


def _alike(column: str, names: list[str]) -> str | None:
    """A name that differs by case, blanks or a letter."""
    plain = {_plain(name): name for name in reversed(names) if _plain(name)}
    wanted = _plain(column)
    close = [wanted] if wanted in plain else get_close_matches(wanted, plain, n=1, cutoff=_LIKE)
    return plain[close[0]] if close else None


def _plain(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())
