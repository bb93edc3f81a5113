"""The board's components, built for each request: which panels, in which order."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from dash import dcc, html

from dashapp.board import ids
from dashapp.board.attributes import attributes
from dashapp.board.states import skeleton
from dashapp.domain.language import say
from dashapp.domain.time_range import PRESETS
from dashapp.queries.saved_dashboards import Panel
from dashapp.widgets.widget import Size, Widget

REFRESH_MILLISECONDS = 15_000
_GRAPH: dict[str, Any] = {
    "displayModeBar": False,
    "responsive": True,
    "showSendToCloud": False,  # on by default, it uploads the data to somebody else's cloud
    "plotlyServerURL": "",
}
_EMPTY_FIGURE: dict[str, Any] = {"data": [], "layout": {"xaxis": {"visible": False}}}
Placed = tuple[Panel, Widget[Any] | None]


class Opening(NamedTuple):
    """How a page begins.

    The preset of the range control (None is a custom range), the one that is shown where none is
    asked for, the version of the dashboard's layout, and the presets that can be chosen, if any.
    """

    word: str | None
    default: str
    version: int
    words: Sequence[str]
    is_locked: bool


def board(placed: Sequence[Placed], opening: Opening) -> html.Div:
    """`placed` are the dashboard's panels in order, with their widgets."""
    is_sized = any(panel.size for panel, _widget in placed)
    return html.Div(
        [
            dcc.Location(id=ids.URL, refresh=False),
            dcc.Interval(id=ids.TICK, interval=REFRESH_MILLISECONDS),
            _bar(opening),
            html.Div(id=ids.NOTICE, role="status"),
            html.Div(
                [_panel(panel, widget) for panel, widget in placed],
                className="grid" if is_sized else "grid auto",
            ),
        ],
        id=ids.BOARD,
        className="board-in",
        **attributes(
            data_as_of="",
            data_time_range="",
            data_view="",
            data_revision="",
            data_presets=" ".join(opening.words),
            data_default_preset=opening.default,
            data_layout=str(opening.version),
            aria_busy="true",
        ),
    )


def nothing() -> html.Div:
    """What Dash validates at start, when nobody is asking."""
    return html.Div()


def _bar(opening: Opening) -> html.Div:
    return html.Div(
        [
            html.Div(_range_control(opening), className="range"),
            html.Span(id=ids.DATES, className="dates"),
            html.Div(
                [
                    html.Span(
                        [html.I(className="ic ic-globe"), html.Span(id=ids.ZONE)],
                        className="zone",
                    ),
                    html.Span(
                        [
                            html.Span(className="live"),
                            html.Span(
                                [html.Span(id=ids.AS_OF), html.Span(className="age")],
                            ),
                        ],
                        className="fresh",
                    ),
                ],
                className="bar-r",
            ),
        ],
        className="bar",
        role="group",
        **attributes(aria_label=say("Range and freshness")),
    )


def _range_control(opening: Opening) -> list[Any]:
    return [
        html.Label(say("Range"), htmlFor=ids.RANGE, className="sr"),
        dcc.Dropdown(
            id=ids.RANGE,
            options=[{"label": say(PRESETS[word].title), "value": word} for word in opening.words],
            value=opening.word,
            disabled=opening.is_locked,
            placeholder=say("Custom range"),
            clearable=False,
            searchable=False,
            maxHeight=400,
        ),
    ]


def _panel(panel: Panel, widget: Widget[Any] | None) -> html.Section:
    """A panel's frame: it stands for as long as the page does; refreshes fill it."""
    slug = panel.widget
    title = widget.title if widget else panel.title or slug
    has_figure = widget is not None and widget.draw.has_figure
    size = widget.size if widget else Size.QUARTER
    return html.Section(
        [
            html.Div(html.H2(title), className="ph"),
            html.P(
                [
                    html.I(className="ic ic-clock"),
                    html.Span(say("Old numbers"), className="old-age"),
                ],
                className="tag old",
            ),
            html.Div(skeleton(has_figure=has_figure), id=ids.body(slug), className="body"),
            *([_chart(slug, title)] if has_figure else []),
        ],
        id=ids.panel(slug),
        className=f"panel {size} {_kind(widget)}",
        **attributes(
            data_panel=slug,
            data_state="loading",
            data_as_of="",
            aria_label=title,
        ),
    )


def _kind(widget: Widget[Any] | None) -> str:
    if widget is not None and widget.draw.has_figure:
        return "has-chart"
    return "has-list" if widget is not None and widget.limits else "kpi"


def _chart(slug: str, title: str) -> html.Div:
    graph = dcc.Graph(
        id=ids.figure(slug),
        figure=_EMPTY_FIGURE,
        config=_GRAPH,  # type: ignore[arg-type]  # Dash's own list of keys lacks two
        responsive=True,
        style={"height": "100%"},
    )
    label = say("%(title)s, as a chart", title=title)
    return html.Div(graph, className="chart", role="img", **attributes(aria_label=label))
