"""One number, and its change since the previous range: in words, sign and colour by meaning."""

from collections.abc import Sequence
from typing import Any

from dash import html

from dashapp.domain.series import ScalarRow
from dashapp.domain.time_range import TimeRange
from dashapp.widgets.widget import Better, Drawing, Painted, Widget

_PER_CENT = 100
_MANY_PER_CENT = 1_000


def _paint(widget: Widget[ScalarRow], rows: Sequence[ScalarRow], time_range: TimeRange) -> Painted:
    row = rows[0]
    return Painted(
        [
            html.P(f"{row.value:,}", className="val"),
            html.P(_change(widget.better, row, time_range), className="dl"),
        ]
    )


def _change(better: Better, row: ScalarRow, time_range: TimeRange) -> list[Any]:
    before = time_range.preset.before_title if time_range.preset else "range before"
    if row.previous is None:
        return [html.Span("No comparison: nothing that far back", className="vs")]
    difference = row.value - row.previous
    return [
        html.Span(
            [_amount(difference, row.previous), *_meaning(better, difference)],
            className=f"delta {_colour(better, difference)}",
            title=f"{row.previous:,} in the {before}",
        ),
        html.Span(f"vs {before}", className="vs"),
    ]


def _amount(difference: int, previous: int) -> str:
    """`+8.2%`; with nothing before, the number itself."""
    sign = "+" if difference > 0 else "−" if difference < 0 else "±"
    if not difference:
        return "±0%"
    if previous == 0:
        return f"{sign}{abs(difference):,}"
    per_cent = abs(difference) * _PER_CENT / previous
    decimals = 0 if per_cent >= _MANY_PER_CENT else 1
    return f"{sign}{per_cent:,.{decimals}f}%"


def _colour(better: Better, difference: int) -> str:
    if better is Better.NEITHER or not difference:
        return "flat"
    return "good" if (difference > 0) == (better is Better.HIGHER) else "bad"


def _meaning(better: Better, difference: int) -> list[html.Span]:
    colour = _colour(better, difference)
    words = {"good": " better", "bad": " worse"}
    return [html.Span(words[colour], className="sr")] if colour in words else []


scalar: Drawing[ScalarRow] = Drawing(paint=_paint, is_empty=lambda _rows: False, has_figure=False)
