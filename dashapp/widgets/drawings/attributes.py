"""`data-*` and `aria-*` attributes for Dash, whose names are not valid Python identifiers."""

from typing import Any


def attributes(**values: str) -> dict[str, Any]:
    """Turn `data_panel="x"` into `{"data-panel": "x"}`."""
    return {name.replace("_", "-"): value for name, value in values.items()}


def given(**values: str) -> dict[str, Any]:
    """Return the attributes whose value is not empty."""
    return {name: value for name, value in values.items() if value}
