"""The legend in the panel's head: HTML, so that it wraps, scales and can be read aloud."""

from typing import Literal

from dash import html


def legend(entries: list[tuple[str, str]], mark: Literal["line", "box"]) -> html.Ul:
    """`entries` are (name, colour) pairs in the order of the series."""
    return html.Ul(
        [
            html.Li([html.I(className=f"k-{mark}", style={"background": colour}), name])
            for name, colour in entries
        ],
        className="legend",
    )
