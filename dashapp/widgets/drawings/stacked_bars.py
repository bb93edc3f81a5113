"""Series over time as stacked bars; what a range cuts off is hatched."""

from collections.abc import Sequence
from typing import Any

from dashapp.domain.labels import bucket_labels
from dashapp.domain.series import SeriesRow
from dashapp.domain.time_range import TimeRange
from dashapp.widgets.drawings.figure import by_series, colour_of, figure, is_all_zero, name_of
from dashapp.widgets.drawings.legend import legend, summary
from dashapp.widgets.widget import Drawing, Painted, Widget

_MANY_BARS, _VERY_MANY_BARS = 16, 40


def _paint(_widget: Widget[SeriesRow], rows: Sequence[SeriesRow], time_range: TimeRange) -> Painted:
    labels = bucket_labels(time_range)
    complete = [bucket.complete for bucket in time_range.buckets]
    series = by_series(rows)
    traces = [
        _trace(name_of(name), colour_of(name, number), labels, values, complete)
        for number, (name, values) in enumerate(series.items())
    ]
    highest = max((sum(stack) for stack in zip(*series.values(), strict=True)), default=0)
    entries = [(name_of(name), colour_of(name, n)) for n, name in enumerate(series)]
    children = [summary(series, labels), legend(entries, "box")]
    return Painted(children, figure(traces, labels, time_range, highest, bargap=_gap(len(labels))))


def _gap(bars: int) -> float:
    """Space between bars, as a share; very many bars would shimmer with it."""
    if bars > _VERY_MANY_BARS:
        return 0.04
    return 0.25 if bars > _MANY_BARS else 0.48


def _trace(
    name: str, colour: str, labels: list[str], values: list[int], complete: list[bool]
) -> dict[str, Any]:
    return {
        "type": "bar",
        "name": name,
        "x": labels,
        "y": values,
        "marker": {
            "color": colour,
            "pattern": {
                "shape": ["" if done else "/" for done in complete],
                "size": 5,
                "solidity": 0.35,
                "fillmode": "replace",
            },
            "line": {"width": [0 if done else 1 for done in complete], "color": colour},
        },
    }


stacked_bars: Drawing[SeriesRow] = Drawing(paint=_paint, is_empty=is_all_zero, has_figure=True)
