"""What stands beside a chart: its legend, and a sentence for those who do not see it."""

from collections.abc import Mapping, Sequence
from typing import Literal

from dash import html

from dashapp.widgets.drawings.figure import name_of


def legend(entries: list[tuple[str, str]], mark: Literal["line", "box"]) -> html.Ul:
    """In the panel's head, as HTML: it wraps and scales.

    `entries` are (name, colour) pairs in the order of the series.
    """
    return html.Ul(
        [
            html.Li([html.I(className=f"k-{mark}", style={"background": colour}), name])
            for name, colour in entries
        ],
        className="legend",
    )


def summary(series: Mapping[str, Sequence[int]], labels: Sequence[str]) -> html.P:
    """The highest and the last bucket of each series, for screen readers."""
    sentences = [
        f"{name_of(name)}: highest {max(values):,} ({labels[values.index(max(values))]}), "
        f"last {values[-1]:,} ({labels[-1]})."
        for name, values in series.items()
    ]
    return html.P(" ".join(sentences), className="sr")
