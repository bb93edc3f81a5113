"""A chart's legend, and a summary for screen readers."""

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

from dash import html

from dashapp.domain.language import say
from dashapp.domain.time.labels import bucket_labels, comparison_title
from dashapp.domain.time.time_range import TimeRange
from dashapp.domain.units import Format
from dashapp.widgets.drawings.attributes import attributes, given
from dashapp.widgets.drawings.charts.series import Plotted


class Entry(NamedTuple):
    """A series in the legend. If it has a `filter`, a click on it filters by the series."""

    name: str
    color: str
    mark: Literal["line", "box", "line quiet", "tick", "target"]
    filter: str | None = None


def entries_of(series: Sequence[Plotted], mark: Literal["line", "box"]) -> list[Entry]:
    """The series that have numbers, in the range or the compared range."""
    return [
        Entry(plot.name, plot.color, mark, plot.filter)
        for plot in series
        if any(plot.values) or any(plot.before or ())
    ]


def comparison_entries(
    series: Sequence[Plotted],
    time_range: TimeRange,
    mark: Literal["line quiet", "tick"] = "line quiet",
) -> list[Entry]:
    """One entry for the marks of the compared range, if there are any."""
    if not any(plot.before is not None for plot in series):
        return []
    name = comparison_title(time_range)
    color = series[0].color if mark == "line quiet" else ""
    return [Entry(name[:1].upper() + name[1:], color, mark)]


def legend(
    entries: Sequence[Entry], kinds: Sequence[tuple[str, str]] = (), *, is_toggle: bool = False
) -> html.Ul:
    """The legend as HTML, so that it wraps and scales.

    `kinds` are the symbols and names of the marks on the axis. With `is_toggle`, they become one
    button that shows and hides the marks.
    """
    if is_toggle and kinds:
        labels = [part for symbol, name in kinds for part in (_mark(symbol), name)]
        marks = [html.Li(_toggle(labels))]
    else:
        marks = [html.Li([_mark(symbol), name]) for symbol, name in kinds]
    return html.Ul([*(_item(entry) for entry in entries), *marks], className="legend")


def _item(entry: Entry) -> html.Li:
    """An entry. Those of lines are hidden where the names are at the ends of the lines."""
    return html.Li(_label(entry), **given(className="of-line" if entry.mark == "line" else ""))


def _mark(symbol: str) -> html.I:
    return html.I(className=f"k-mark {symbol}")


def _toggle(labels: Sequence[Any]) -> html.Button:
    """A button that shows the marks; `assets/board/chart/marks.js` handles it."""
    return html.Button(
        labels,
        type="button",
        className="legend-do",
        title=say("Show on the chart"),
        **attributes(data_do="marks", aria_pressed="false"),
    )


def _label(entry: Entry) -> Any:
    style = {"background": entry.color} if entry.color else {}
    mark = html.I(className=f"k-{entry.mark}", style=style)
    if entry.filter is None:
        return [mark, entry.name]
    return html.Button(
        [mark, entry.name],
        type="button",
        className="legend-do",
        title=say("Actions for %(panel)s", panel=entry.name),
        **attributes(data_filter=entry.filter, aria_haspopup="menu"),
    )


def summary(series: Sequence[Plotted], time_range: TimeRange, unit_format: Format) -> html.P:
    """The highest and the last value of each series, for screen readers."""
    labels = bucket_labels(time_range)
    sentences = [_sentence(plot, labels, unit_format) for plot in series]
    return html.P(" ".join(sentences), className="sr")


def _sentence(plot: Plotted, labels: Sequence[str], unit_format: Format) -> str:
    values = [value for value in plot.values if value is not None]
    if not values:
        return say("%(series)s: no data.", series=plot.name)
    return say(
        "%(series)s: highest %(highest)s (%(when)s), last %(last)s (%(now)s).",
        series=plot.name,
        highest=unit_format.text(max(values)),
        when=labels[plot.values.index(max(values))],
        last=unit_format.text(plot.values[-1]),
        now=labels[-1],
    )
