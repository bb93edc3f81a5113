"""The one chart style: a plain Plotly dict. Colours of text, grid and surface are the stylesheet's.

Never `go.Figure`: it costs 300 times as much (docs/adr/0002-plain-figures.md).
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from dashapp.domain.colours import SERIES_COLOURS
from dashapp.domain.instant import to_text
from dashapp.domain.labels import bucket_labels, labels_before, ticks, zone_label
from dashapp.domain.language import _, current_language, say
from dashapp.domain.series import SeriesRow
from dashapp.domain.time_range import TimeRange
from dashapp.widgets.widget import Widget

# Channels keep their colour whatever stands beside them.
COLOUR_OF = {
    "events": SERIES_COLOURS[0],
    "api": SERIES_COLOURS[0],
    "web": SERIES_COLOURS[2],
    "other": SERIES_COLOURS[1],
    "succeeded": SERIES_COLOURS[2],
    "failed": SERIES_COLOURS[1],
    "canceled": SERIES_COLOURS[5],
    "timed_out": SERIES_COLOURS[3],
}
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

_FEW = 4  # below this, whole numbers get a tick each
_THOUSANDS = 10_000
_LONGEST_LABEL = 12  # characters beside the end of a line
_INK = "#626a7a"  # overridden by the stylesheet in both themes
_AXIS: dict[str, Any] = {
    "showline": False,
    "ticks": "",
    "zeroline": False,
    "fixedrange": True,
    "tickfont": {"size": 11},
}
MARGIN: dict[str, Any] = {"l": 40, "r": 18, "t": 8, "b": 28, "pad": 0, "autoexpand": False}
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
    """The series in their order; every list has the length of the range."""
    found: dict[str, list[SeriesRow]] = {}
    for row in rows:
        found.setdefault(row.series, []).append(row)
    return [
        Plotted(
            name_of(name),
            COLOUR_OF.get(name, SERIES_COLOURS[number % len(SERIES_COLOURS)]),
            [row.value for row in of_one],
            None if of_one[0].before is None else [row.before or 0 for row in of_one],
            widget.by.filter_of(name) if widget.by else None,
        )
        for number, (name, of_one) in enumerate(found.items())
    ]


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
        "separators": f"{language.decimal_sign}{language.group_sign}",
        "meta": _said(series, time_range, marks or {}),
    }
    return {"data": traces, "layout": {**_LAYOUT, **of_range, **layout}}


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
        "before": labels_before(time_range) if is_compared else None,
    }


def _bucket_axis(time_range: TimeRange) -> dict[str, Any]:
    """Numbers of buckets, so that each has the same width whatever the clock does."""
    marks = ticks(time_range)
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
        "layer": "below traces",
    }


def _count_axis(highest: int) -> dict[str, Any]:
    return {
        **_AXIS,
        "gridwidth": 1,
        "rangemode": "tozero",
        "nticks": 4,
        **({"dtick": 1} if highest < _FEW else {}),
        "tickformat": "," if highest < _THOUSANDS else "~s",
        "ticklabelstandoff": 8,
    }
