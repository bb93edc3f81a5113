"""Series over time as stacked bars. Buckets that the range cuts are hatched.

Values below zero hang from zero. The compared range is a tick at the height that a bar had, unless
a part of it was below zero.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from dashapp.domain.series import SeriesRow, public_field_names
from dashapp.domain.time.time_range import TimeRange
from dashapp.domain.units import Format
from dashapp.widgets.drawings.charts.axis import Span
from dashapp.widgets.drawings.charts.figure import figure
from dashapp.widgets.drawings.charts.legend import comparison_entries, entries_of, legend, summary
from dashapp.widgets.drawings.charts.series import PLAIN, Plotted, Value, has_no_number, plotted
from dashapp.widgets.look import Look
from dashapp.widgets.widget import Drawing, Painted, Widget

_MANY_BARS, _VERY_MANY_BARS = 16, 40
_TICK_COLOR = "#474e5d"  # the stylesheet overrides it in both themes
_SURFACE = "#ffffff"  # between the parts of a stack; the stylesheet overrides it in both themes


def bars(look: Look = PLAIN) -> Drawing[SeriesRow]:
    """A drawing with one bar per bucket, stacked from the series."""

    def paint(
        widget: Widget[SeriesRow], rows: Sequence[SeriesRow], time_range: TimeRange
    ) -> Painted:
        series = plotted(widget, rows, look)
        unit_format = Format(look.unit, look.decimals)
        complete = [bucket.complete for bucket in time_range.buckets]
        before = _heights_before(series)
        span = _span(series, before)
        traces = [
            *({**_trace(plot, complete), "uid": f"bars-{n}"} for n, plot in enumerate(series)),
            *([_ticks(before)] if before else []),
        ]
        compared = comparison_entries(series, time_range, "tick") if before else []
        children = [
            summary(series, time_range, unit_format),
            legend([*entries_of(series, "box"), *compared]),
        ]
        layout = {
            "bargap": _gap(len(complete)),
            **({"barmode": "relative"} if span.low < 0 else {}),
        }
        has_total = bool(look.title) and look.is_additive and len(series) > 1
        meta = {**({"total": True} if has_total else {}), "sums": look.is_additive}
        return Painted(
            children, figure(traces, series, time_range, span, unit_format, meta=meta, **layout)
        )

    return Drawing(
        paint=paint,
        is_empty=has_no_number(look),
        has_figure=True,
        columns=public_field_names(SeriesRow),
        look=look,
    )


def _stacks(values_of_series: Iterable[Sequence[Value]]) -> list[list[int | float]]:
    """The parts of each bar."""
    return [[value or 0 for value in values] for values in zip(*values_of_series, strict=True)]


def _span(series: Sequence[Plotted], before: Sequence[int | float]) -> Span:
    """From the lowest to the highest end of a stack; parts below zero are stacked downwards."""
    stacks = _stacks(plot.values for plot in series)
    ends = [
        sum(value for value in stack if value * sign > 0) for stack in stacks for sign in (1, -1)
    ]
    return Span.of([*ends, *before])


def _heights_before(series: Sequence[Plotted]) -> list[int | float]:
    """The height that each bar had in the compared range; empty if none is drawn."""
    compared = [plot.before for plot in series if plot.before is not None]
    stacks = _stacks(compared)
    is_below_zero = any(value < 0 for stack in stacks for value in stack)
    return [] if is_below_zero else [sum(stack) for stack in stacks]


def _ticks(heights: Sequence[int | float]) -> dict[str, Any]:
    """A tick across each bar at its height in the compared range. Those at zero are left out.

    `assets/board/chart/bars.js` makes them as wide as the bars.
    """
    return {
        "type": "scatter",
        "mode": "markers",
        "y": [height or None for height in heights],
        "cliponaxis": False,
        "marker": {"symbol": "line-ew", "size": 12, "line": {"width": 2, "color": _TICK_COLOR}},
        "uid": "ticks",
    }


def _gap(count: int) -> float:
    """The space between bars, as a share of a bar. Small for many bars, which would flicker."""
    if count > _VERY_MANY_BARS:
        return 0.04
    return 0.25 if count > _MANY_BARS else 0.48


def _trace(plot: Plotted, complete: list[bool]) -> dict[str, Any]:
    outline = [_SURFACE if is_complete else plot.color for is_complete in complete]
    return {
        "type": "bar",
        "y": plot.values,
        "marker": {
            "color": plot.color,
            "pattern": {
                "shape": ["" if is_complete else "/" for is_complete in complete],
                "size": 5,
                "solidity": 0.35,
                "fillmode": "replace",
            },
            "line": {"width": [1 if value else 0 for value in plot.values], "color": outline},
        },
    }


stacked_bars: Drawing[SeriesRow] = bars()
