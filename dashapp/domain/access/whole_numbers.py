"""Whole numbers in JSON, where `4` and `4.0` are the same number."""

from typing import Any


def whole_number(value: Any) -> int | None:
    """Return the value as an int, or None if it is not a whole number. Booleans are not numbers."""
    if type(value) is int:
        return value
    if type(value) is float and value.is_integer():
        return int(value)
    return None
