"""Cells as values: exact numbers, and texts that mean null."""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from dashapp.domain.errors import BadInput, excerpt
from dashapp.domain.events.event import InvalidEvent
from dashapp.domain.files.notes import Notes

_INTEGER = re.compile(r"-?(?:0|[1-9]\d*)", re.ASCII)
_DECIMAL = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?", re.ASCII)
_MAX_DIGITS = 400
# What programs write for null. It is imported as text, unless --null is given.
NULL_LIKE = frozenset(
    {"NA", "N/A", "#N/A", "NULL", "null", "(null)", "None", "none", "nan", "NaN", r"\N",
     "(not set)", "undefined"}
)  # fmt: skip


def parse_number(text: str, name: str, *, is_comma: bool) -> int | float:
    """Parse a number that JSON can represent exactly. Raises InvalidEvent."""
    plain = text.strip()
    if is_comma:
        plain = plain.replace(",", ".") if "." not in plain else ""
    if _INTEGER.fullmatch(plain) and len(plain) < _MAX_DIGITS:
        return int(plain)
    if _DECIMAL.fullmatch(plain) and len(plain) < _MAX_DIGITS:
        number = float(plain)
        if Decimal(repr(number)) == Decimal(plain):
            return number
        raise InvalidEvent(
            f"“{excerpt(text)}” in {name} has too many digits to be stored exactly.",
            code="invalid_number",
        )
    may_be_comma = not is_comma and "," in text and "." not in text
    hint = " For decimal commas, use --decimal-comma." if may_be_comma else ""
    raise InvalidEvent(
        f"“{excerpt(text)}” in {name} is not a number. Remove thousands separators.{hint}",
        code="invalid_number",
    )


class Nulls:
    """Texts that mean null: everywhere, or in one column."""

    def __init__(self, texts: Iterable[str], columns: Mapping[str, str]) -> None:
        self._everywhere: set[str] = set()
        self._by_column: dict[str, set[str]] = {}
        for text in texts:
            name, equals, value = text.partition("=")
            if equals:
                self._by_column.setdefault(columns.get(name, name), set()).add(value)
            else:
                self._everywhere.add(text)

    def is_null(self, column: str, value: object) -> bool:
        return isinstance(value, str) and (
            value in self._everywhere or value in self._by_column.get(column, ())
        )


def check_nulls(texts: Iterable[str]) -> None:
    """Raise BadInput for an option without a text or key."""
    for text in texts:
        if not text or text.startswith("="):
            raise BadInput(
                "Invalid --null. Use --null TEXT or --null KEY=TEXT. Empty fields already count as "
                "no value."
            )


def note_null_like(notes: Notes, line: int, column: str, value: str) -> None:
    """Add a note about a text that looks like null and is imported as text."""
    notes.count(
        line,
        f"“{excerpt(value)}” in the column “{excerpt(column)}” stored as text. If it means no "
        f"value, use --null '{excerpt(column)}={excerpt(value)}'",
        what=("value", "values"),
    )


def integer_as_text(value: Any) -> Any:
    """Return a JSON integer as text, for fields that are text, and anything else unchanged."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value
