"""What stands beside a chart: its legend, and a sentence for those who do not see it."""

from collections.abc import Mapping, Sequence
from typing import Literal

from dash import html

from dashapp.domain.language import say, say_number
from dashapp.widgets.drawings.figure import name_of


def legend(
    entries: Sequence[tuple[str, str]],
    mark: Literal["line", "box"],
    marks: Sequence[tuple[str, str]] = (),
) -> html.Ul:
    """In the panel's head, as HTML: it wraps and scales.

    `entries` are (name, colour) pairs in the order of the series, `marks` the symbols and
    names of what is marked on the axis.
    """
    return html.Ul(
        [
            *(
                html.Li([html.I(className=f"k-{mark}", style={"background": colour}), name])
                for name, colour in entries
            ),
            *(html.Li([html.I(className=f"k-mark {symbol}"), name]) for symbol, name in marks),
        ],
        className="legend",
    )


def summary(series: Mapping[str, Sequence[int]], labels: Sequence[str]) -> html.P:
    """The highest and the last bucket of each series, for screen readers."""
    sentences = [
        say(
            "%(series)s: highest %(highest)s (%(when)s), last %(last)s (%(now)s).",
            series=name_of(name),
            highest=say_number(max(values)),
            when=labels[values.index(max(values))],
            last=say_number(values[-1]),
            now=labels[-1],
        )
        for name, values in series.items()
    ]
    return html.P(" ".join(sentences), className="sr")
