"""Whole numbers from JSON, in which `4` and `4.0` are the same number."""

from typing import Any


def whole_number(value: Any) -> int | None:
    """The value as an int; None where it is no whole number. True and false are no numbers."""
    if type(value) is int:
        return value
    if type(value) is float and value.is_integer():
        return int(value)
    return None
