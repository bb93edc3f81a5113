"""Series over time as stacked bars. Buckets that the range cuts are hatched."""

from collections.abc import Sequence
from typing import Any

from dashapp.domain.series import SeriesRow, public_field_names
from dashapp.domain.time.time_range import TimeRange
from dashapp.widgets.drawings.figure import Plotted, figure, is_all_zero, plotted
from dashapp.widgets.drawings.legend import entries_of, legend, summary
from dashapp.widgets.widget import Drawing, Painted, Widget

_MANY_BARS, _VERY_MANY_BARS = 16, 40
_SURFACE = "#ffffff"  # between the parts of a stack; the stylesheet overrides it in both themes


def _paint(widget: Widget[SeriesRow], rows: Sequence[SeriesRow], time_range: TimeRange) -> Painted:
    series = plotted(widget, rows)
    complete = [bucket.complete for bucket in time_range.buckets]
    traces = [{**_trace(plot, complete), "uid": f"bars-{n}"} for n, plot in enumerate(series)]
    stacks = zip(*(plot.values for plot in series), strict=True)
    highest = max((sum(stack) for stack in stacks), default=0)
    children = [summary(series, time_range), legend(entries_of(series, "box"))]
    gap = _gap(len(complete))
    return Painted(children, figure(traces, series, time_range, highest, bargap=gap))


def _gap(bars: int) -> float:
    """The space between bars, as a share of a bar. Small for many bars, which would flicker."""
    if bars > _VERY_MANY_BARS:
        return 0.04
    return 0.25 if bars > _MANY_BARS else 0.48


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


stacked_bars: Drawing[SeriesRow] = Drawing(
    paint=_paint, is_empty=is_all_zero, has_figure=True, columns=public_field_names(SeriesRow)
)
