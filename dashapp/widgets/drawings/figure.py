"""The one chart style: a plain Plotly dict. Colours of text, grid and surface are the stylesheet's.

Never `go.Figure`: it costs 300 times as much (docs/adr/0002-plain-figures.md).
"""

from collections.abc import Sequence
from typing import Any

from dashapp.domain.labels import ticks
from dashapp.domain.language import _, current_language, say
from dashapp.domain.series import SeriesRow
from dashapp.domain.time_range import TimeRange

# The same in light and dark; told apart under the three common kinds of colour blindness.
SERIES_COLOURS = ("#3269ea", "#d37418", "#039f92", "#a834a8", "#886606", "#5f6a7a")
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
_INK = "#626a7a"  # overridden by the stylesheet in both themes
_AXIS: dict[str, Any] = {
    "showline": False,
    "ticks": "",
    "zeroline": False,
    "fixedrange": True,
    "tickfont": {"size": 11},
}
_SPIKE: dict[str, Any] = {
    "showspikes": True,
    "spikemode": "across",
    "spikesnap": "data",
    "spikethickness": 1,
    "spikedash": "solid",
    "spikecolor": "#cfd4dd",
}
_LAYOUT: dict[str, Any] = {
    "paper_bgcolor": "rgba(0,0,0,0)",
    "plot_bgcolor": "rgba(0,0,0,0)",
    "autosize": True,
    "showlegend": False,
    "font": {"family": "Inter, system-ui, sans-serif", "size": 12, "color": _INK},
    "margin": {"l": 40, "r": 18, "t": 8, "b": 28, "pad": 0, "autoexpand": False},
    "hovermode": "x unified",
    "hoverdistance": -1,  # the nearest bucket answers, wherever the pointer is
    "hoverlabel": {"align": "left", "bgcolor": "#ffffff", "font": {"size": 12}, "namelength": -1},
    "dragmode": False,
    "barmode": "stack",
    "barcornerradius": 3,
}


def by_series(rows: Sequence[SeriesRow]) -> dict[str, list[int]]:
    """Values of each series in order of time; every list has the length of the range."""
    values: dict[str, list[int]] = {}
    for row in rows:
        values.setdefault(row.series, []).append(row.value)
    return values


def name_of(series: str) -> str:
    return say(NAME_OF[series]) if series in NAME_OF else series


def colour_of(series: str, number: int) -> str:
    return COLOUR_OF.get(series, SERIES_COLOURS[number % len(SERIES_COLOURS)])


def is_all_zero(rows: Sequence[SeriesRow]) -> bool:
    return not any(row.value for row in rows)


def figure(
    traces: list[dict[str, Any]],
    labels: list[str],
    time_range: TimeRange,
    highest: int,
    **layout: Any,
) -> dict[str, Any]:
    """A figure over the buckets of the range. `labels` are the categories, one a bucket."""
    language = current_language()
    of_range = {
        "xaxis": _bucket_axis(labels, time_range),
        "yaxis": _count_axis(highest),
        "separators": f"{language.decimal_sign}{language.group_sign}",
    }
    return {"data": traces, "layout": {**_LAYOUT, **of_range, **layout}}


def _bucket_axis(labels: list[str], time_range: TimeRange) -> dict[str, Any]:
    """Categories, so that every bucket has the same width and the label of its own clock."""
    marks = ticks(time_range)
    return {
        **_AXIS,
        **_SPIKE,
        "type": "category",
        "categoryorder": "array",
        "categoryarray": labels,
        "range": [-0.5, len(labels) - 0.5],
        "showgrid": False,
        "showline": True,
        "linewidth": 1,
        "tickmode": "array",
        "tickvals": [labels[number] for number, _ in marks],
        "ticktext": [text for _, text in marks],
        "tickangle": 0,
        "unifiedhovertitle": {"text": "%{x}"},
    }


def _count_axis(highest: int) -> dict[str, Any]:
    return {
        **_AXIS,
        "gridwidth": 1,
        "rangemode": "tozero",
        "nticks": 4,
        **({"dtick": 1} if highest < _FEW else {}),
        "tickformat": "," if highest < _THOUSANDS else "~s",
        "hoverformat": ",",
        "ticklabelstandoff": 8,
    }
