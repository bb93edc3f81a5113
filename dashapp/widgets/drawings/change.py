"""A change since the compared range: sign, color, and wording."""

from typing import Any

from dash import html

from dashapp.domain.language import say
from dashapp.domain.series import Number
from dashapp.domain.units import Format
from dashapp.widgets.widget import Better


def delta(
    unit_format: Format, better: Better, now: Number, before: Number, title: str
) -> html.Span:
    """A change with its sign, color and arrow. `title` is shown when the pointer rests on it."""
    difference = unit_format.difference(now, before)
    color = color_of(better, difference)
    return html.Span(
        [unit_format.change(difference, before), *_verdict(color)],
        className=f"delta {color} {_direction(difference)}".strip(),
        title=title,
    )


def color_of(better: Better, difference: float) -> str:
    """The class of a change: `good`, `bad`, or `flat`."""
    if better is Better.NEITHER or not difference:
        return "flat"
    return "good" if (difference > 0) == (better is Better.HIGHER) else "bad"


def _direction(difference: float) -> str:
    """The direction of the arrow next to a change. Up is not always good."""
    return "up" if difference > 0 else "down" if difference < 0 else ""


def _verdict(color: str) -> list[Any]:
    """The meaning of the color, for screen readers."""
    texts = {"good": say("better"), "bad": say("worse")}
    return [html.Span(f" {texts[color]}", className="sr")] if color in texts else []
