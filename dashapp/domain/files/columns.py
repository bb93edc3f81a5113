"""Columns of a file by name: looking them up, and suggesting names for missing ones."""

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from dashapp.domain.errors import excerpt
from dashapp.domain.files.plan import Plan

ABSENT = object()
_REQUIRED = {"type", "occurred_at"}
_DATE = re.compile(r"\b\d{4}-\d\d-\d\d")
_MAX_LISTED = 20
_MIN_SIMILARITY = 0.8  # difflib ratio, up to 1, above which a name is suggested


def column_value(fields: Mapping[str, Any], column: str, path: tuple[str, ...]) -> Any:
    """Return the value of the column with exactly this name, or at this path into objects."""
    value = fields.get(column, ABSENT)
    if value is not ABSENT or len(path) == 1:
        return value
    value = fields
    for step in path:
        if not isinstance(value, Mapping) or step not in value:
            return ABSENT
        value = value[step]
    return value


def missing_columns(header: Iterable[str], plan: Plan) -> list[str]:
    """Return the columns that the plan names or every event needs, but the header lacks."""
    needed = _REQUIRED - plan.columns.keys() - plan.values.keys()
    names = set(header)
    return [*sorted(plan.named.keys() - names), *sorted(needed - names)]


def missing_columns_message(
    missing: list[str], names: Iterable[str], plan: Plan, where: str = "The file has no"
) -> str:
    """Return one line about missing columns: a similar name, or the columns that exist."""
    listed = [str(name) for name in names]
    column = missing[0]
    option = plan.named.get(column)
    problem = f"{where} column “{excerpt(column)}”" + (
        f" ({excerpt(option, 80)})" if option else ""
    )
    like = _similar_name(column, listed)
    if like is not None:
        word = f"{option.removesuffix(column)}{like}" if option else f"--map {column}={like}"
        return f"{problem}; did you mean “{excerpt(like)}”? Use {excerpt(_quoted(word), 80)}"
    if not option:
        problem = f"{where} column {' or '.join(f'“{key}”' for key in missing if key in _REQUIRED)}"
    available = ", ".join(excerpt(name) for name in listed[:_MAX_LISTED])
    advice = "Map the columns with --map KEY=COLUMN"
    if any(_DATE.search(name) for name in listed):
        advice = "The first line must be a header with column names."
    return f"{problem}. Available columns: {available}. {advice}"


def _quoted(option: str) -> str:
    """Quote the value of an option for a shell if needed."""
    word, _, value = option.partition(" ")
    return option if value.replace("=", "").replace("_", "").isalnum() else f"{word} '{value}'"


def _similar_name(column: str, names: list[str]) -> str | None:
    """Return a name that differs only by case, spaces, punctuation or a typo, or None."""
    by_normalized = {_normalized(name): name for name in reversed(names) if _normalized(name)}
    normalized = _normalized(column)
    close = (
        [normalized]
        if normalized in by_normalized
        else get_close_matches(normalized, by_normalized, n=1, cutoff=_MIN_SIMILARITY)
    )
    return by_normalized[close[0]] if close else None


def _normalized(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())
