"""The style of all charts, as a plain Plotly dict. The stylesheet colors text, grid, and surface.

Never `go.Figure`: it costs 300 times as much (docs/adr/0002-plain-figures.md).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from dashapp.domain.language import current_language
from dashapp.domain.time.instant import to_text
from dashapp.domain.time.labels import bucket_labels, previous_bucket_labels, zone_label
from dashapp.domain.time.ticks import Tick, axis_ticks
from dashapp.domain.time.time_range import TimeRange
from dashapp.domain.units import Format
from dashapp.widgets.drawings.charts.axis import Span, axis_of
from dashapp.widgets.drawings.charts.series import Plotted

_INK = "#626a7a"  # the stylesheet overrides it in both themes
_AXIS: dict[str, Any] = {
    "showline": False,
    "ticks": "",
    "zeroline": False,
    "fixedrange": True,
    "tickfont": {"size": 11},
}
MARGIN: dict[str, Any] = {"l": 40, "r": 18, "t": 8, "b": 32, "pad": 0, "autoexpand": False}
_LAYOUT: dict[str, Any] = {
    "paper_bgcolor": "rgba(0,0,0,0)",
    "plot_bgcolor": "rgba(0,0,0,0)",
    "autosize": True,
    "showlegend": False,
    "font": {"family": "Inter, system-ui, sans-serif", "size": 12, "color": _INK},
    "margin": MARGIN,
    "hovermode": False,  # assets/board/ handles pointer, touch, and keys
    "dragmode": False,
    "barmode": "stack",
    "barcornerradius": 3,
}

_FROM_ZERO = {"rangemode": "tozero"}
_EDGE = 0.01  # of the height


def figure(
    traces: list[dict[str, Any]],
    series: Sequence[Plotted],
    time_range: TimeRange,
    span: Span,
    unit_format: Format,
    *,
    meta: Mapping[str, Any] | None = None,
    **layout: Any,
) -> dict[str, Any]:
    """A figure over the buckets of the range, which are numbered 0, 1, 2 … on the x axis.

    `span` has the lowest and the highest number on the y axis. `meta` is added to the data that
    scripts get.
    """
    language = current_language()
    ticks = axis_ticks(time_range)
    axis = axis_of(span, unit_format)
    margin = {**MARGIN, "l": axis.pop("margin")}
    axis["range"] = _with_edges(*axis["range"])
    range_layout = {
        "xaxis": _bucket_axis(ticks, len(time_range.buckets), has_line=span.low >= 0),
        "yaxis": {**_AXIS, **axis, "gridwidth": 1, **({} if span.low < 0 else _FROM_ZERO)},
        "separators": f"{language.decimal_separator}{language.group_separator}",
        "meta": {
            **_meta(series, time_range, unit_format),
            "ranks": [tick.rank for tick in ticks],
            **(meta or {}),
        },
        "margin": margin,
    }
    return {"data": traces, "layout": {**_LAYOUT, **range_layout, **layout}}


def _meta(series: Sequence[Plotted], time_range: TimeRange, unit_format: Format) -> dict[str, Any]:
    """What assets/board/chart/card.js and assets/table/main.js show, as JSON."""
    is_compared = any(plot.before is not None for plot in series)
    number_format = _browser_format(series, unit_format)
    return {
        "labels": bucket_labels(time_range),
        "edges": [to_text(bucket.start) for bucket in time_range.buckets]
        + [to_text(time_range.end)],
        "zone": zone_label(time_range.zone, time_range.as_of),
        "series": [plot._asdict() for plot in series],
        "marks": {},
        "before": previous_bucket_labels(time_range) if is_compared else None,
        **({"format": number_format} if number_format else {}),
    }


def _browser_format(series: Sequence[Plotted], unit_format: Format) -> dict[str, Any] | None:
    """The format of the numbers; None for whole numbers without a unit."""
    is_whole = all(isinstance(number, int) for plot in series for number in plot.numbers)
    return None if is_whole and unit_format == Format() else unit_format.for_browser()


def _with_edges(low: float, high: float) -> list[float]:
    """A range with a little more room: Plotly draws no grid line at the very end of an axis."""
    edge = (high - low) * _EDGE
    return [low - edge if low < 0 else low, high + edge]


def _bucket_axis(ticks: Sequence[Tick], count: int, *, has_line: bool) -> dict[str, Any]:
    """The x axis: bucket numbers, so that all have the same width on clock-change days too.

    Without a line if numbers are below zero: then the line is at zero.
    """
    return {
        **_AXIS,
        "type": "linear",
        "range": [-0.5, count - 0.5],
        "showgrid": False,
        "showline": has_line,
        "linewidth": 1,
        "tickmode": "array",
        "tickvals": [tick.bucket for tick in ticks],
        "ticktext": [tick.text for tick in ticks],
        "tickangle": 0,
        "ticklabeloverflow": "allow",  # assets/board/chart/axis-labels.js moves them into the chart
        "ticklabelstandoff": 8,  # room for marks on the axis
        "layer": "below traces",
    }
