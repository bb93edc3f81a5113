"""What stands beside a chart: its legend, and a sentence for those who do not see it."""

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

from dash import html

from dashapp.domain.language import say, say_number
from dashapp.domain.time.labels import bucket_labels, comparison_title
from dashapp.domain.time.time_range import TimeRange
from dashapp.widgets.drawings.attributes import attributes
from dashapp.widgets.drawings.figure import Plotted


class Entry(NamedTuple):
    """A series in the legend; with a `filter` it can be clicked to choose the series."""

    name: str
    colour: str
    mark: Literal["line", "box", "line quiet"]
    filter: str | None = None


def entries_of(series: Sequence[Plotted], mark: Literal["line", "box"]) -> list[Entry]:
    """Those that there is something of to see, now or in the range before."""
    return [
        Entry(one.name, one.colour, mark, one.filter)
        for one in series
        if any(one.values) or any(one.before or ())
    ]


def before_entry(series: Sequence[Plotted], time_range: TimeRange) -> list[Entry]:
    """The quiet lines, where there are any."""
    if not any(one.before is not None for one in series):
        return []
    name = comparison_title(time_range)
    return [Entry(name[:1].upper() + name[1:], series[0].colour, "line quiet")]


def legend(
    entries: Sequence[Entry], kinds: Sequence[tuple[str, str]] = (), *, is_toggle: bool = False
) -> html.Ul:
    """In the panel's head, as HTML: it wraps and scales.

    `kinds` are symbol and name of what is marked on the axis, with `is_toggle` when asked for.
    """
    named = [part for symbol, name in kinds for part in (_mark(symbol), name)]
    marked = [html.Li(_toggle(named))] if is_toggle and kinds else []
    if not is_toggle:
        marked = [html.Li([_mark(symbol), name]) for symbol, name in kinds]
    return html.Ul([*(html.Li(_named(entry)) for entry in entries), *marked], className="legend")


def _mark(symbol: str) -> html.I:
    return html.I(className=f"k-mark {symbol}")


def _toggle(named: Sequence[Any]) -> html.Button:
    """Shows the marks: `assets/chart.js` listens."""
    return html.Button(
        named,
        type="button",
        className="legend-do",
        title=say("Show on the chart"),
        **attributes(data_do="marks", aria_pressed="false"),
    )


def _named(entry: Entry) -> Any:
    mark = html.I(className=f"k-{entry.mark}", style={"background": entry.colour})
    if entry.filter is None:
        return [mark, entry.name]
    return html.Button(
        [mark, entry.name],
        type="button",
        className="legend-do",
        title=say("Filter by %(value)s", value=entry.name),
        **attributes(data_filter=entry.filter),
    )


def summary(series: Sequence[Plotted], time_range: TimeRange) -> html.P:
    """The highest and the last bucket of each series, for screen readers."""
    labels = bucket_labels(time_range)
    sentences = [
        say(
            "%(series)s: highest %(highest)s (%(when)s), last %(last)s (%(now)s).",
            series=one.name,
            highest=say_number(max(one.values)),
            when=labels[one.values.index(max(one.values))],
            last=say_number(one.values[-1]),
            now=labels[-1],
        )
        for one in series
    ]
    return html.P(" ".join(sentences), className="sr")
