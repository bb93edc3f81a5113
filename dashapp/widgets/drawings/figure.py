"""The one chart style: a plain Plotly dict. Colours of text, grid and surface are the stylesheet's.

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
from dashapp.widgets.drawings.axis import number_axis, room_left
from dashapp.widgets.widget import Widget

SERIES = SERIES_COLORS[:6]  # as many as a chart shows: with the rest as the last
_BLUE, _ORANGE, _TEAL, _PURPLE, _OCHRE, _GRAY = SERIES
# A colour means the same on the whole board: orange is what failed, gray is all the rest.
COLOUR_OF = {
    "events": _BLUE,
    "api": _BLUE,
    "web": _TEAL,
    "other": _GRAY,
    "succeeded": _BLUE,
    "failed": _ORANGE,
    "canceled": _OCHRE,
    "timed_out": _PURPLE,
}
_FREE = (_BLUE, _PURPLE, _OCHRE, _TEAL, _ORANGE)  # for names that are not listed above
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

_LONGEST_LABEL = 12  # characters beside the end of a line
_INK = "#626a7a"  # overridden by the stylesheet in both themes
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
    "hovermode": False,  # assets/chart.js answers pointer, touch and keys
    "dragmode": False,
    "barmode": "stack",
    "barcornerradius": 3,
}


class Plotted(NamedTuple):
    """One series as it is drawn, and as its card and its table say it.

    `before` are the values of the range before, None where it is not compared; `filter` is what a
    click on the series chooses.
    """

    name: str
    colour: str
    values: list[int]
    before: list[int] | None
    filter: str | None


def plotted(widget: Widget[SeriesRow], rows: Sequence[SeriesRow]) -> list[Plotted]:
    """The series in their order; every list has the length of the range.

    More than there are colours for are drawn as the largest ones, and all the rest as one.
    """
    found: dict[str, list[SeriesRow]] = {}
    for row in rows:
        found.setdefault(row.series, []).append(row)
    listed = [_plotted(widget, name, of_one) for name, of_one in found.items()]
    if len(found) > len(SERIES):
        found, listed = _largest(found, listed)
    colours = _colours(list(found))
    return [one._replace(colour=colours[name]) for name, one in zip(found, listed, strict=True)]


def _plotted(widget: Widget[SeriesRow], name: str, rows: Sequence[SeriesRow]) -> Plotted:
    return Plotted(
        name_of(name),
        _GRAY,
        [row.value for row in rows],
        None if rows[0].before is None else [row.before or 0 for row in rows],
        widget.by.filter_of(name) if widget.by else None,
    )


def _largest(
    found: dict[str, list[SeriesRow]], listed: list[Plotted]
) -> tuple[dict[str, list[SeriesRow]], list[Plotted]]:
    """As many as there are colours, the last of them the sum of all others."""
    series = dict(zip(found, listed, strict=True))
    named = [name for name in series if name != _OTHER]
    by_size = sorted(named, key=lambda name: -sum(series[name].values))
    kept = [name for name in named if name in by_size[: len(SERIES) - 1]]
    rest = [one for name, one in series.items() if name not in kept]
    before = [one.before for one in rest if one.before is not None]
    together = rest[0]._replace(
        name=name_of(_OTHER),
        values=_sums([one.values for one in rest]),
        before=_sums(before) if before else None,
        filter=None,
    )
    names = {name: found[name] for name in kept} | {_OTHER: []}
    return names, [*(series[name] for name in kept), together]


def _sums(lists: Sequence[Sequence[int]]) -> list[int]:
    return [sum(values) for values in zip(*lists, strict=True)]


def _colours(names: Sequence[str]) -> dict[str, str]:
    """A name's own colour; what has none gets one by its name, the same in every range."""
    colours = {name: COLOUR_OF[name] for name in names if name in COLOUR_OF}
    for name in sorted(set(names) - set(colours)):
        first = crc32(name.encode()) % len(_FREE) if len(names) > 1 else 0
        turned = [*_FREE[first:], *_FREE[:first]]
        colours[name] = next((one for one in turned if one not in colours.values()), _GRAY)
    return colours


def name_of(series: str) -> str:
    return say(NAME_OF[series]) if series in NAME_OF else series


def as_text(text: str) -> str:
    """Text for Plotly, which reads tags and links in what it writes, and cuts nothing off."""
    short = text if len(text) <= _LONGEST_LABEL else f"{text[: _LONGEST_LABEL - 1]}…"
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
    """A figure over the buckets of the range, which have the numbers 0, 1, 2 … on its axis.

    `marks` are what the card of a bucket says beside the series.
    """
    language = current_language()
    of_range = {
        "xaxis": _bucket_axis(time_range),
        "yaxis": _count_axis(highest),
        "separators": f"{language.decimal_separator}{language.group_separator}",
        "meta": _said(series, time_range, marks or {}),
    }
    margin = {**MARGIN, **layout.pop("margin", {}), "l": room_left(highest)}
    return {"data": traces, "layout": {**_LAYOUT, **of_range, **layout, "margin": margin}}


def _said(
    series: Sequence[Plotted], time_range: TimeRange, marks: Mapping[int, Sequence[str]]
) -> dict[str, Any]:
    """What assets/chart.js says of each bucket, in words: its card, its table, its moments."""
    is_compared = any(one.before is not None for one in series)
    return {
        "labels": bucket_labels(time_range),
        "edges": [to_text(bucket.start) for bucket in time_range.buckets]
        + [to_text(time_range.end)],
        "zone": zone_label(time_range.zone, time_range.as_of),
        "series": [one._asdict() for one in series],
        "marks": {str(number): list(lines) for number, lines in marks.items()},
        "before": previous_bucket_labels(time_range) if is_compared else None,
    }


def _bucket_axis(time_range: TimeRange) -> dict[str, Any]:
    """Numbers of buckets, so that each has the same width whatever the clock does."""
    marks = axis_ticks(time_range)
    return {
        **_AXIS,
        "type": "linear",
        "range": [-0.5, len(time_range.buckets) - 0.5],
        "showgrid": False,
        "showline": True,
        "linewidth": 1,
        "tickmode": "array",
        "tickvals": [number for number, _ in marks],
        "ticktext": [text for _, text in marks],
        "tickangle": 0,
        "ticklabelstandoff": 8,  # marks lie on the axis
        "layer": "below traces",
    }


def _count_axis(highest: int) -> dict[str, Any]:
    return {**_AXIS, **number_axis(highest), "gridwidth": 1, "rangemode": "tozero"}
