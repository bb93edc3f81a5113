"""The style of all charts, as a plain Plotly dict. The stylesheet colors text, grid, and surface.

Never `go.Figure`: it costs 300 times as much (docs/adr/0002-plain-figures.md).
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from zlib import crc32

from dashapp.domain.access.colors import SERIES_COLORS
from dashapp.domain.language import _, current_language, say
from dashapp.domain.series import SeriesRow
from dashapp.domain.time.instant import to_text
from dashapp.domain.time.labels import axis_ticks, bucket_labels, previous_bucket_labels, zone_label
from dashapp.domain.time.time_range import TimeRange
from dashapp.widgets.drawings.axis import label_margin, number_axis
from dashapp.widgets.widget import Widget

SERIES = SERIES_COLORS[:6]  # the most that a chart shows; the last can be the rest
_BLUE, _ORANGE, _TEAL, _PURPLE, _OCHRE, _GRAY = SERIES
# A color has one meaning on the whole board: orange is failed, gray is other.
COLOR_OF = {
    "events": _BLUE,
    "api": _BLUE,
    "web": _TEAL,
    "other": _GRAY,
    "succeeded": _BLUE,
    "failed": _ORANGE,
    "canceled": _OCHRE,
    "timed_out": _PURPLE,
}
_FREE = (_BLUE, _PURPLE, _OCHRE, _TEAL, _ORANGE)  # for series that are not listed above
_OTHER = "other"
NAME_OF = {
    "events": _("Events"),
    "api": _("API"),
    "web": _("Web"),
    "other": _("Other"),
    "succeeded": _("Succeeded"),
    "failed": _("Failed"),
    "canceled": _("Canceled"),
    "timed_out": _("Timed out"),
}

_MAX_LABEL = 12  # characters, next to the end of a line
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


class Plotted(NamedTuple):
    """One series as shown in the chart, its tooltip, and its table.

    `before` are the values of the compared range, None if nothing is compared. `filter` is the
    filter that a click on the series adds.
    """

    name: str
    color: str
    values: list[int]
    before: list[int] | None
    filter: str | None


def plotted(widget: Widget[SeriesRow], rows: Sequence[SeriesRow]) -> list[Plotted]:
    """The series in order. Each has one value per bucket.

    If there are more series than colors, the smallest ones are added up as “other”.
    """
    by_name: dict[str, list[SeriesRow]] = {}
    for row in rows:
        by_name.setdefault(row.series, []).append(row)
    series = {name: _plotted(widget, name, its_rows) for name, its_rows in by_name.items()}
    if len(series) > len(SERIES):
        series = _largest(series)
    colors = _colors(list(series))
    return [plot._replace(color=colors[name]) for name, plot in series.items()]


def _plotted(widget: Widget[SeriesRow], name: str, rows: Sequence[SeriesRow]) -> Plotted:
    return Plotted(
        name_of(name),
        _GRAY,
        [row.value for row in rows],
        None if rows[0].before is None else [row.before or 0 for row in rows],
        widget.by.filter_of(name) if widget.by else None,
    )


def _largest(series: dict[str, Plotted]) -> dict[str, Plotted]:
    """As many series as there are colors: the largest ones, and the sum of all others."""
    named = [name for name in series if name != _OTHER]
    by_size = sorted(named, key=lambda name: -sum(series[name].values))
    largest = [name for name in named if name in by_size[: len(SERIES) - 1]]
    rest = [plot for name, plot in series.items() if name not in largest]
    before = [plot.before for plot in rest if plot.before is not None]
    other = rest[0]._replace(
        name=name_of(_OTHER),
        values=_sums([plot.values for plot in rest]),
        before=_sums(before) if before else None,
        filter=None,
    )
    return {name: series[name] for name in largest} | {_OTHER: other}


def _sums(lists: Sequence[Sequence[int]]) -> list[int]:
    return [sum(values) for values in zip(*lists, strict=True)]


def _colors(names: Sequence[str]) -> dict[str, str]:
    """The color of each series: its fixed color, or one derived from its name.

    A series therefore keeps its color in all ranges that have the same series.
    """
    colors = {name: COLOR_OF[name] for name in names if name in COLOR_OF}
    for name in sorted(set(names) - set(colors)):
        offset = crc32(name.encode()) % len(_FREE) if len(names) > 1 else 0
        candidates = [*_FREE[offset:], *_FREE[:offset]]
        colors[name] = next((color for color in candidates if color not in colors.values()), _GRAY)
    return colors


def name_of(series: str) -> str:
    """The translated name of a built-in series; other names are returned unchanged."""
    return say(NAME_OF[series]) if series in NAME_OF else series


def plotly_text(text: str) -> str:
    """Text shortened and escaped for Plotly, which would interpret tags and links in it."""
    short = text if len(text) <= _MAX_LABEL else f"{text[: _MAX_LABEL - 1]}…"
    return short.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def is_all_zero(rows: Sequence[SeriesRow]) -> bool:
    return not any(row.value for row in rows)


def figure(
    traces: list[dict[str, Any]],
    series: Sequence[Plotted],
    time_range: TimeRange,
    highest: int,
    marks: Mapping[int, Sequence[str]] | None = None,
    **layout: Any,
) -> dict[str, Any]:
    """A figure over the buckets of the range, which are numbered 0, 1, 2 … on the x axis.

    `highest` is the highest number on the y axis. `marks` are additional lines in the tooltip of a
    bucket, by its number.
    """
    language = current_language()
    range_layout = {
        "xaxis": _bucket_axis(time_range),
        "yaxis": _count_axis(highest),
        "separators": f"{language.decimal_separator}{language.group_separator}",
        "meta": _meta(series, time_range, marks or {}),
    }
    margin = {**MARGIN, **layout.pop("margin", {}), "l": label_margin(highest)}
    return {"data": traces, "layout": {**_LAYOUT, **range_layout, **layout, "margin": margin}}


def _meta(
    series: Sequence[Plotted], time_range: TimeRange, marks: Mapping[int, Sequence[str]]
) -> dict[str, Any]:
    """What assets/board/chart/card.js and chart-table.js show, as JSON."""
    is_compared = any(plot.before is not None for plot in series)
    return {
        "labels": bucket_labels(time_range),
        "edges": [to_text(bucket.start) for bucket in time_range.buckets]
        + [to_text(time_range.end)],
        "zone": zone_label(time_range.zone, time_range.as_of),
        "series": [
            {
                "name": plot.name,
                "color": plot.color,
                "values": plot.values,
                "before": plot.before,
                "filter": plot.filter,
            }
            for plot in series
        ],
        "marks": {str(number): list(lines) for number, lines in marks.items()},
        "before": previous_bucket_labels(time_range) if is_compared else None,
    }


def _bucket_axis(time_range: TimeRange) -> dict[str, Any]:
    """The x axis: bucket numbers, so that all have the same width on clock-change days too."""
    bucket_ticks = axis_ticks(time_range)
    return {
        **_AXIS,
        "type": "linear",
        "range": [-0.5, len(time_range.buckets) - 0.5],
        "showgrid": False,
        "showline": True,
        "linewidth": 1,
        "tickmode": "array",
        "tickvals": [number for number, _ in bucket_ticks],
        "ticktext": [text for _, text in bucket_ticks],
        "tickangle": 0,
        "ticklabelstandoff": 8,  # room for marks on the axis
        "layer": "below traces",
    }


def _count_axis(highest: int) -> dict[str, Any]:
    return {**_AXIS, **number_axis(highest), "gridwidth": 1, "rangemode": "tozero"}
