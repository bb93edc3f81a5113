"""Series over time as lines. Buckets that the range cuts are dashed, with an open end.

A bucket that has just begun is a separate point. The compared range is a faint line of the same
color. Workflow changes and submissions are marked on the axis, below their bucket.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from dashapp.domain.series import SeriesRow, public_field_names
from dashapp.domain.time.time_range import TimeRange
from dashapp.widgets.drawings.figure import (
    MARGIN,
    Plotted,
    figure,
    is_all_zero,
    plotly_text,
    plotted,
)
from dashapp.widgets.drawings.legend import comparison_entries, entries_of, legend, summary
from dashapp.widgets.drawings.marks import (
    are_too_many,
    counted_kinds,
    kinds_of,
    mark_list,
    mark_trace,
    marked_buckets,
    tooltip_lines,
)
from dashapp.widgets.drawings.open_end import Joined, joined
from dashapp.widgets.widget import Drawing, Painted, Widget

_FEW_POINTS = 2
_MAX_LABELS = 4
_MIN_DISTANCE = 0.08  # of the chart's height, between the ends of two labeled lines
_LABEL_WIDTH = 84  # pixels, right of the lines
_COMPARED_OPACITY = 0.46


def _paint(widget: Widget[SeriesRow], rows: Sequence[SeriesRow], time_range: TimeRange) -> Painted:
    series = plotted(widget, rows)
    complete = [bucket.complete for bucket in time_range.buckets]
    marked, joins = marked_buckets(rows), joined(time_range)
    is_crowded = are_too_many(marked, len(complete))
    traces = [
        *(_compared(n, plot, joins) for n, plot in enumerate(series) if plot.before is not None),
        *(trace for n, plot in enumerate(series) for trace in _traces(n, plot, complete, joins)),
        *([mark_trace(marked, is_shown=not is_crowded)] if marked else []),
    ]
    numbers = [n for plot in series for n in (*plot.values, *(plot.before or ()))]
    entries = [*entries_of(series, "line"), *comparison_entries(series, time_range)]
    kinds = counted_kinds(marked) if is_crowded else kinds_of(marked)
    children = [
        summary(series, time_range),
        *([legend(entries, kinds, is_toggle=is_crowded)] if len(entries) > 1 or kinds else []),
        *([mark_list(marked, time_range)] if marked else []),
    ]
    highest = max(numbers, default=0)
    marks = tooltip_lines(marked, time_range)
    return Painted(
        children, figure(traces, series, time_range, highest, marks, **_labels(series, highest))
    )


def _labels(series: Sequence[Plotted], highest: int) -> dict[str, Any]:
    """Label a few lines with their names at their ends, if the labels do not overlap."""
    ends = sorted(plot.values[-1] for plot in series)
    has_room = all(high - low >= highest * _MIN_DISTANCE for low, high in pairwise(ends))
    if not (1 < len(series) <= _MAX_LABELS and has_room):
        return {}
    last = len(series[0].values) - 1
    return {
        "margin": {**MARGIN, "r": _LABEL_WIDTH},
        "annotations": [
            {
                "x": last,
                "y": plot.values[-1],
                "text": plotly_text(plot.name),
                "xanchor": "left",
                "xshift": 8,
                "showarrow": False,
                "font": {"size": 11},
            }
            for plot in series
        ],
    }


def _traces(
    number: int,
    plot: Plotted,
    complete: list[bool],
    joins: Joined,
) -> list[dict[str, Any]]:
    """The line and its open ends. Each trace has a `uid`, or Plotly would reuse those of others."""
    values = [
        value if is_complete else None
        for value, is_complete in zip(plot.values, complete, strict=True)
    ]
    traces = [{**_trace(plot.color, values), "uid": f"line-{number}"}]
    last = len(values) - 1
    if last >= 0 and not complete[last]:
        end = _open_end(f"last-{number}", plot, max(last - 1, 0), last)
        traces += end if joins.last else end[1:]
    if last > 0 and not complete[0]:
        end = _open_end(f"first-{number}", plot, 1, 0)
        traces += end if joins.first else end[1:]
    return traces


def _trace(color: str, y: Sequence[int | None]) -> dict[str, Any]:
    has_few_points = sum(value is not None for value in y) <= _FEW_POINTS
    return {
        "type": "scatter",
        "mode": "lines+markers" if has_few_points else "lines",
        "y": y,
        "cliponaxis": False,
        "line": {"color": color, "width": 2, "shape": "linear"},
        "marker": {"color": color, "size": 4},
    }


def _compared(number: int, plot: Plotted, joins: Joined) -> dict[str, Any]:
    before: list[int | None] = [*(plot.before or [])]
    if not joins.first:
        before[:1] = [None]
    if not joins.last:
        before[-1:] = [None]
    return {
        **_trace(plot.color, before),
        "mode": "lines",
        "line": {"color": plot.color, "width": 1.5, "shape": "linear"},
        "opacity": _COMPARED_OPACITY,
        "uid": f"before-{number}",
    }


def _open_end(name: str, plot: Plotted, start: int, end: int) -> list[dict[str, Any]]:
    """A dashed line from the nearest complete point, and a circle at its end."""
    dashed = {"color": plot.color, "width": 2, "shape": "linear", "dash": "4px,4px"}
    circle = {"size": 6, "color": "#ffffff", "line": {"color": plot.color, "width": 1.5}}
    base = {"type": "scatter", "cliponaxis": False}
    segment = {"x": [start, end], "y": [plot.values[start], plot.values[end]]}
    point = {"x": [end], "y": [plot.values[end]]}
    return [
        {**base, **segment, "mode": "lines", "line": dashed, "uid": f"open-{name}"},
        {**base, **point, "mode": "markers", "marker": circle, "uid": f"end-{name}"},
    ]


line: Drawing[SeriesRow] = Drawing(
    paint=_paint, is_empty=is_all_zero, has_figure=True, columns=public_field_names(SeriesRow)
)
