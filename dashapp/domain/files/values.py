"""Cells as values: exact numbers, texts that mean null, and values that have types."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from dashapp.domain.errors import BadInput, excerpt
from dashapp.domain.events.event import InvalidEvent
from dashapp.domain.files.notes import Notes
from dashapp.domain.time.instant import to_text

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


class Unstorable(ValueError):
    """A typed value that JSON cannot represent exactly."""


_JSON_CLASSES = frozenset({str, int, float, bool, type(None)})


def json_value(value: Any) -> Any:
    """Return a typed value as JSON. Raises Unstorable.

    Times and dates become text, nulls in objects are left out, and decimals become numbers.

    >>> json_value({"at": date(2026, 11, 20), "total": Decimal("12.50"), "note": None})
    {'at': '2026-11-20', 'total': 12.5}
    """
    if value.__class__ in _JSON_CLASSES:
        return value
    if isinstance(value, dict):
        items = value.items()
        return {_text(key): json_value(item) for key, item in items if item is not None}
    if isinstance(value, list | tuple):
        return [json_value(item) for item in value]
    if isinstance(value, Decimal):
        return _number(value)
    return _text(value)


def _number(value: Decimal) -> int | float:
    if value == value.to_integral_value():
        return int(value)
    number = float(value)
    if Decimal(repr(number)) != value:
        raise Unstorable(f"a number with too many digits to be stored exactly: {value}")
    return number


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            raise Unstorable("bytes that are not UTF-8 text") from None
    if isinstance(value, datetime) and value.tzinfo is not None:
        return to_text(value)
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)
