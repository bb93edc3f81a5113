"""`data-*` and `aria-*` attributes, which Dash takes as keywords that Python cannot spell."""

from typing import Any


def attributes(**named: str) -> dict[str, Any]:
    """`data_panel="x"` as `{"data-panel": "x"}`."""
    return {name.replace("_", "-"): value for name, value in named.items()}
