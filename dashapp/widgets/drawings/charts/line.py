"""Series over time as lines. Buckets that the range cuts are dashed, with an open end.

A bucket that has just begun is a separate point. The compared range is a faint line of the same
color, if there are at most two series. Marks are on the axis, below their bucket.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from dashapp.domain.language import say
from dashapp.domain.series import SeriesRow, public_field_names
from dashapp.domain.time.time_range import TimeRange
from dashapp.domain.units import Format
from dashapp.widgets.drawings.charts.axis import Span
from dashapp.widgets.drawings.charts.figure import figure
from dashapp.widgets.drawings.charts.legend import (
    Entry,
    comparison_entries,
    entries_of,
    legend,
    summary,
)
from dashapp.widgets.drawings.charts.marks import (
    are_too_many,
    counted_kinds,
    kinds_of,
    mark_list,
    mark_trace,
    marked_buckets,
    tooltip_lines,
)
from dashapp.widgets.drawings.charts.series import PLAIN, Plotted, Value, has_no_number, plotted
from dashapp.widgets.drawings.charts.targets import Target, level_of, target_layout, target_name
from dashapp.widgets.drawings.open_end import Joined, joined
from dashapp.widgets.look import Look
from dashapp.widgets.widget import Drawing, Painted, Widget

_FEW_POINTS = 2
_MOST_COMPARED = 2  # series with a line of the compared range
_COMPARED_OPACITY = 0.46
_BASE: dict[str, Any] = {"type": "scatter", "cliponaxis": False}
_DASH = "4px,4px"


def lines(look: Look = PLAIN, target: Target | None = None) -> Drawing[SeriesRow]:
    """A drawing with one line per series, and a dashed line at the target of each."""

    def paint(
        widget: Widget[SeriesRow], rows: Sequence[SeriesRow], time_range: TimeRange
    ) -> Painted:
        series = plotted(widget, rows, look)
        level = level_of(target, time_range) if target else None
        return _painted(_Chart(series, look, time_range, level, target), rows)

    return Drawing(
        paint=paint,
        is_empty=has_no_number(look),
        has_figure=True,
        columns=public_field_names(SeriesRow),
        look=look,
    )


class _Chart(NamedTuple):
    series: list[Plotted]
    look: Look
    time_range: TimeRange
    level: float | None
    target: Target | None

    @property
    def unit_format(self) -> Format:
        return Format(self.look.unit, self.look.decimals)

    @property
    def compared(self) -> Sequence[Plotted]:
        """The series whose compared range is drawn; with more, only the tooltip has it."""
        return self.series if len(self.series) <= _MOST_COMPARED else ()


def _painted(chart: _Chart, rows: Sequence[SeriesRow]) -> Painted:
    series, time_range = chart.series, chart.time_range
    marked = marked_buckets(rows)
    is_crowded = are_too_many(marked, len(time_range.buckets))
    names = chart.look.names_of.get("type", {})
    kinds = counted_kinds(marked, names) if is_crowded else kinds_of(marked, names)
    entries = [
        *entries_of(series, "line"),
        *comparison_entries(chart.compared, time_range),
        *([Entry(say("Target"), "", "target")] if chart.level is not None else []),
    ]
    has_legend = len(entries) > 1 or kinds or chart.look.label  # a value of a field has a name
    children = [
        summary(series, time_range, chart.unit_format),
        *([legend(entries, kinds, is_toggle=is_crowded)] if has_legend else []),
        *([mark_list(marked, time_range, names)] if marked else []),
    ]
    traces = [*_lines(chart), *([mark_trace(marked, is_shown=not is_crowded)] if marked else [])]
    lines_of_marks = tooltip_lines(marked, time_range, names)
    meta = {
        "marks": {str(number): list(texts) for number, texts in lines_of_marks.items()},
        "sums": chart.look.is_additive,
    }
    return Painted(children, _figure(chart, traces, meta))


def _figure(chart: _Chart, traces: list[dict[str, Any]], meta: dict[str, Any]) -> dict[str, Any]:
    span = Span.of(
        number
        for plot in chart.series
        for number in (plot.numbers if chart.compared else plot.values)
        if number is not None
    )
    layout: dict[str, Any] = {}
    if chart.level is not None and chart.target is not None:
        span = Span.of([span.low, span.high, chart.level])._replace(is_whole=span.is_whole)
        name = target_name(chart.target, chart.look, count=len(chart.series))
        layout = target_layout(chart.level, name)
        meta["target"] = {"name": name, "value": chart.level}
    if len(chart.series) > 1:
        meta["ends"] = True  # assets/board/chart/ends.js writes the names there, if there is room
    return figure(
        traces, chart.series, chart.time_range, span, chart.unit_format, meta=meta, **layout
    )


def _lines(chart: _Chart) -> list[dict[str, Any]]:
    complete = [bucket.complete for bucket in chart.time_range.buckets]
    joins = joined(chart.time_range)
    return [
        *(
            trace
            for n, plot in enumerate(chart.compared)
            if plot.before is not None
            for trace in _compared(n, plot.color, plot.before, complete, joins)
        ),
        *(
            trace
            for n, plot in enumerate(chart.series)
            for trace in _traces(n, plot, complete, joins)
        ),
    ]


def _traces(
    number: int, plot: Plotted, complete: list[bool], joins: Joined
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


def _trace(color: str, y: Sequence[Value]) -> dict[str, Any]:
    return {
        **_BASE,
        "y": y,
        "line": {"color": color, "width": 2, "shape": "linear"},
        **_dots(color, y),
    }


def _dots(color: str, y: Sequence[Value]) -> dict[str, Any]:
    """Dots where values are few or have no neighbor to draw a line to."""
    if sum(value is not None for value in y) <= _FEW_POINTS:
        return {"mode": "lines+markers", "marker": {"color": color, "size": 4}}
    padded = [None, *y, None]
    is_alone = [
        here is not None and left is None and right is None
        for (left, here), (_, right) in pairwise(pairwise(padded))
    ]
    if not any(is_alone):
        return {"mode": "lines", "marker": {"color": color, "size": 4}}
    sizes = [6 if alone else 0 for alone in is_alone]
    marker = {"color": color, "size": sizes, "opacity": 1, "line": {"width": 0}}
    return {"mode": "lines+markers", "marker": marker}


def _compared(
    number: int, color: str, before: Sequence[Value], complete: list[bool], joins: Joined
) -> list[dict[str, Any]]:
    """The faint line of the compared range, dashed to the counterparts of cut buckets."""
    faint = {"opacity": _COMPARED_OPACITY, "mode": "lines"}
    values = [
        value if is_complete else None for value, is_complete in zip(before, complete, strict=True)
    ]
    style = {"color": color, "width": 1.5, "shape": "linear"}
    traces = [{**_trace(color, values), **faint, "line": style, "uid": f"before-{number}"}]
    last = len(before) - 1
    for name, start, end, is_joined in (
        ("last", last - 1, last, joins.last),
        ("first", 1, 0, joins.first),
    ):
        if last > 0 and is_joined and not complete[end]:
            segment = _segment(before, start, end)
            dashed = {**style, "dash": _DASH}
            uid = f"before-{name}-{number}"
            traces.append({**_BASE, **segment, **faint, "line": dashed, "uid": uid})
    return traces


def _open_end(name: str, plot: Plotted, start: int, end: int) -> list[dict[str, Any]]:
    """A dashed line from the nearest complete point, and a circle at its end."""
    dashed = {"color": plot.color, "width": 2, "shape": "linear", "dash": _DASH}
    circle = {"size": 6, "color": "#ffffff", "line": {"color": plot.color, "width": 1.5}}
    point = {"x": [end], "y": [plot.values[end]]}
    return [
        {
            **_BASE,
            **_segment(plot.values, start, end),
            "mode": "lines",
            "line": dashed,
            "uid": f"open-{name}",
        },
        {**_BASE, **point, "mode": "markers", "marker": circle, "uid": f"end-{name}"},
    ]


def _segment(values: Sequence[Value], start: int, end: int) -> dict[str, Any]:
    return {"x": [start, end], "y": [values[start], values[end]]}


line: Drawing[SeriesRow] = lines()
