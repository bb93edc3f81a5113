"""Series over time as lines; what a range cuts off is dashed, with an open end.

What happened at a moment is marked on the axis, below its bucket.
"""

from collections.abc import Sequence
from typing import Any

from dashapp.domain.labels import bucket_labels
from dashapp.domain.series import SeriesRow
from dashapp.domain.time_range import TimeRange
from dashapp.widgets.drawings.figure import by_series, colour_of, figure, is_all_zero, name_of
from dashapp.widgets.drawings.legend import legend, summary
from dashapp.widgets.drawings.marks import kinds_of, list_of, trace_of
from dashapp.widgets.widget import Drawing, Painted, Widget

_FEW_POINTS = 2


def _paint(_widget: Widget[SeriesRow], rows: Sequence[SeriesRow], time_range: TimeRange) -> Painted:
    labels = bucket_labels(time_range)
    complete = [bucket.complete for bucket in time_range.buckets]
    series = by_series(rows)
    traces = [
        trace
        for number, (name, values) in enumerate(series.items())
        for trace in _traces(name, colour_of(name, number), labels, values, complete)
    ]
    highest = max((row.value for row in rows), default=0)
    entries = [(name_of(name), colour_of(name, n)) for n, name in enumerate(series)]
    marked = [(label, row.marks) for label, row in zip(labels, rows, strict=False) if row.marks]
    names = kinds_of(marked)
    has_legend = len(entries) > 1 or names
    children = [
        summary(series, labels),
        *([legend(entries, "line", names)] if has_legend else []),
        *([list_of(marked, time_range)] if marked else []),
    ]
    if marked:
        traces.append(trace_of(marked, time_range))
    return Painted(children, figure(traces, labels, time_range, highest))


def _traces(
    series: str, colour: str, labels: list[str], values: list[int], complete: list[bool]
) -> list[dict[str, Any]]:
    """What is seen, in pieces without a word, and one unseen line that answers the pointer."""
    name = name_of(series)
    whole = [value if done else None for value, done in zip(values, complete, strict=True)]
    traces = [{**_trace(name, colour, labels, whole), "hoverinfo": "skip"}]
    last = len(values) - 1
    if last >= 0 and not complete[last]:
        traces += _open_end(name, colour, labels, values, [max(last - 1, 0), last])
    if last > 0 and not complete[0]:
        traces += _open_end(name, colour, labels, values, [1, 0])
    speaker = _trace(name, colour, labels, values)
    return [*traces, {**speaker, "mode": "lines", "uid": f"speaks-{series}"}]  # hidden by its class


def _trace(name: str, colour: str, x: list[str], y: Sequence[int | None]) -> dict[str, Any]:
    few = len([value for value in y if value is not None]) <= _FEW_POINTS
    return {
        "type": "scatter",
        "mode": "lines+markers" if few else "lines",
        "name": name,
        "x": x,
        "y": y,
        "line": {"color": colour, "width": 2, "shape": "linear"},
        "marker": {"color": colour, "size": 4},
    }


def _open_end(
    name: str, colour: str, labels: list[str], values: list[int], pair: list[int]
) -> list[dict[str, Any]]:
    """A dashed piece from the last full point, and a circle at its end."""
    x, y = [labels[n] for n in pair], [values[n] for n in pair]
    dashed = {"color": colour, "width": 2, "shape": "linear", "dash": "4px,4px"}
    circle = {"size": 6, "color": "#ffffff", "line": {"color": colour, "width": 1.5}}
    silent = {"hoverinfo": "skip", "cliponaxis": False}
    return [
        {**_trace(name, colour, x, y), **silent, "mode": "lines", "line": dashed},
        {**_trace(name, colour, x[1:], y[1:]), **silent, "mode": "markers", "marker": circle},
    ]


line: Drawing[SeriesRow] = Drawing(paint=_paint, is_empty=is_all_zero, has_figure=True)
