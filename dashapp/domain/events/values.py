"""Property values as text, for counting, filtering and listing events."""

from typing import Any

import orjson

MAX_LABEL = 200
_ELLIPSIS = "…"


def value_text(value: Any) -> str | None:
    """Return the text that a property counts as; None for null, lists and objects.

    Numbers and booleans count as their JSON text, so that 7, 7.0 and "7" are the same value.
    `store/sql/properties.py` is the SQL equivalent.

    >>> [value_text(value) for value in ("a", 7, 7.0, -0.0, 0.1, 1e300, True, None, [])]
    ['a', '7', '7', '0', '0.1', '1e300', 'true', None, None]
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        text = orjson.dumps(value).decode().removesuffix(".0").replace("e+", "e")
        return "0" if text == "-0" else text
    return None


def truncate_label(text: str) -> str:
    """Return a label of at most 200 characters; a longer one is cut and ends with an ellipsis."""
    return text if len(text) <= MAX_LABEL else text[: MAX_LABEL - 1] + _ELLIPSIS
