"""Series over time as lines; what a range cuts off is dashed, with an open end.

A bucket that has just begun is a point that no line leads to. The range before is a quiet line of
the same colour. What happened at a moment is marked on the axis, below its bucket.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from dashapp.domain.series import SeriesRow, public_field_names
from dashapp.domain.time.time_range import TimeRange
from dashapp.widgets.drawings.figure import MARGIN, Plotted, as_text, figure, is_all_zero, plotted
from dashapp.widgets.drawings.legend import before_entry, entries_of, legend, summary
from dashapp.widgets.drawings.marks import (
    are_many,
    counted,
    kinds_of,
    lines_of,
    list_of,
    marked_in,
    trace_of,
)
from dashapp.widgets.drawings.open_end import Joined, joined
from dashapp.widgets.widget import Drawing, Painted, Widget

_FEW_POINTS = 2
_MOST_LABELS = 4
_APART = 0.08  # of the height of the chart, between the ends of two lines that have a name there
_ROOM = 84  # pixels, right of the lines
_QUIET = 0.46  # the part of its colour that the range before has


def _paint(widget: Widget[SeriesRow], rows: Sequence[SeriesRow], time_range: TimeRange) -> Painted:
    series = plotted(widget, rows)
    complete = [bucket.complete for bucket in time_range.buckets]
    marked, joins = marked_in(rows), joined(time_range)
    is_crowded = are_many(marked, len(complete))
    traces = [
        *(_quiet(n, one, joins) for n, one in enumerate(series) if one.before is not None),
        *(trace for n, one in enumerate(series) for trace in _traces(n, one, complete, joins)),
        *([trace_of(marked, is_shown=not is_crowded)] if marked else []),
    ]
    numbers = [n for one in series for n in (*one.values, *(one.before or ()))]
    entries = [*entries_of(series, "line"), *before_entry(series, time_range)]
    kinds = counted(marked) if is_crowded else kinds_of(marked)
    children = [
        summary(series, time_range),
        *([legend(entries, kinds, is_toggle=is_crowded)] if len(entries) > 1 or kinds else []),
        *([list_of(marked, time_range)] if marked else []),
    ]
    highest = max(numbers, default=0)
    said = lines_of(marked, time_range)
    return Painted(
        children, figure(traces, series, time_range, highest, said, **_labels(series, highest))
    )


def _labels(series: Sequence[Plotted], highest: int) -> dict[str, Any]:
    """The names of a few lines at their ends, where they do not run into each other."""
    ends = sorted(one.values[-1] for one in series)
    is_room = all(high - low >= highest * _APART for low, high in pairwise(ends))
    if not (1 < len(series) <= _MOST_LABELS and is_room):
        return {}
    last = len(series[0].values) - 1
    return {
        "margin": {**MARGIN, "r": _ROOM},
        "annotations": [
            {
                "x": last,
                "y": one.values[-1],
                "text": as_text(one.name),
                "xanchor": "left",
                "xshift": 8,
                "showarrow": False,
                "font": {"size": 11},
            }
            for one in series
        ],
    }


def _traces(
    number: int,
    one: Plotted,
    complete: list[bool],
    joins: Joined,
) -> list[dict[str, Any]]:
    """Each has a name of its own (`uid`): Plotly gives those without one the names of others."""
    whole = [value if done else None for value, done in zip(one.values, complete, strict=True)]
    traces = [{**_trace(one.colour, whole), "uid": f"line-{number}"}]
    last = len(whole) - 1
    if last >= 0 and not complete[last]:
        end = _open_end(f"last-{number}", one, max(last - 1, 0), last)
        traces += end if joins.last else end[1:]
    if last > 0 and not complete[0]:
        end = _open_end(f"first-{number}", one, 1, 0)
        traces += end if joins.first else end[1:]
    return traces


def _trace(colour: str, y: Sequence[int | None]) -> dict[str, Any]:
    few = len([value for value in y if value is not None]) <= _FEW_POINTS
    return {
        "type": "scatter",
        "mode": "lines+markers" if few else "lines",
        "y": y,
        "cliponaxis": False,
        "line": {"color": colour, "width": 2, "shape": "linear"},
        "marker": {"color": colour, "size": 4},
    }


def _quiet(number: int, one: Plotted, joins: Joined) -> dict[str, Any]:
    before: list[int | None] = [*(one.before or [])]
    if not joins.first:
        before[:1] = [None]
    if not joins.last:
        before[-1:] = [None]
    return {
        **_trace(one.colour, before),
        "mode": "lines",
        "line": {"color": one.colour, "width": 1.5, "shape": "linear"},
        "opacity": _QUIET,
        "uid": f"before-{number}",
    }


def _open_end(name: str, one: Plotted, full: int, end: int) -> list[dict[str, Any]]:
    """A dashed piece from the last full point, and a circle at its end."""
    dashed = {"color": one.colour, "width": 2, "shape": "linear", "dash": "4px,4px"}
    circle = {"size": 6, "color": "#ffffff", "line": {"color": one.colour, "width": 1.5}}
    piece = {"type": "scatter", "cliponaxis": False}
    pair = {"x": [full, end], "y": [one.values[full], one.values[end]]}
    point = {"x": [end], "y": [one.values[end]]}
    return [
        {**piece, **pair, "mode": "lines", "line": dashed, "uid": f"open-{name}"},
        {**piece, **point, "mode": "markers", "marker": circle, "uid": f"end-{name}"},
    ]


line: Drawing[SeriesRow] = Drawing(
    paint=_paint, is_empty=is_all_zero, has_figure=True, columns=public_field_names(SeriesRow)
)
