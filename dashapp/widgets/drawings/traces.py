"""Refuses figures that the page cannot draw: Plotly's basic bundle has three types of traces."""

from collections.abc import Mapping
from typing import Any

from dashapp.domain.errors import WidgetRegistrationError

KNOWN_TRACES = ("bar", "pie", "scatter")
_DEFAULT = "scatter"  # Plotly's, for a trace without a type


def check_traces(slug: str, figure: Mapping[str, Any] | None) -> None:
    """Raise WidgetRegistrationError if a figure has a trace of a type that the page lacks."""
    for trace in (figure or {}).get("data", ()):
        kind = trace.get("type", _DEFAULT)
        if kind not in KNOWN_TRACES:
            raise WidgetRegistrationError(
                f"The widget “{slug}” draws a trace of type “{kind}”, which pages cannot show. "
                f"Use {', '.join(KNOWN_TRACES[:-1])} or {KNOWN_TRACES[-1]}, or draw it as HTML."
            )
