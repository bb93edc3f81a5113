"""The board's components, built for each request: its panels in order, with their content."""

from collections.abc import Mapping, Sequence
from typing import Any

from dash import dcc, html, no_update

from dashapp.board import ids
from dashapp.board.bar import bar
from dashapp.board.controls.tabs import tab_classes, tab_list
from dashapp.board.island import ShownIsland, encode, opening_island
from dashapp.board.opening import Opening
from dashapp.board.panels import DrawnPanel
from dashapp.board.rates import DEFAULT_RATE, RATES
from dashapp.board.refresh import PLACES, Refresh
from dashapp.board.states import failed, no_panels
from dashapp.domain.language import say
from dashapp.queries.saved_dashboards import Panel
from dashapp.widgets.drawings.attributes import attributes
from dashapp.widgets.drawings.element import flatten
from dashapp.widgets.placing.charted import Chart
from dashapp.widgets.placing.placed import PlacedPanel
from dashapp.widgets.widget import Size, Widget

_GRAPH: dict[str, Any] = {
    "staticPlot": True,  # assets/board/chart/chart-pointer.js answers pointer, touch and keys
    "displayModeBar": False,
    "responsive": True,
    "showSendToCloud": False,  # on by default, it uploads the data to Plotly's cloud
    "plotlyServerURL": "",
}
_EMPTY_FIGURE: dict[str, Any] = {"data": [], "layout": {"xaxis": {"visible": False}}}


def board(placed: Sequence[PlacedPanel], opening: Opening, first: Refresh | None) -> html.Div:
    """Return the board. `placed` are the panels and their widgets, `first` their content."""
    is_sized = any(panel.size for panel, _widget in placed)
    drawn = first.panels if first else {}
    page = html.Div(
        [
            *([html.H1(opening.heading, className="sr")] if opening.heading else []),
            dcc.Location(id=ids.URL, refresh=False, search=opening.search),
            dcc.Interval(id=ids.TICK, interval=RATES[DEFAULT_RATE]),
            _island(ids.OPENING, opening_island(opening)),
            _island(ids.SHOWN),
            bar(opening),
            html.P(id=ids.ANNOUNCEMENT, className="sr", role="status"),
            html.Div(id=ids.NOTICE, role="status"),
            html.Div(id=ids.INSIGHT, className="insight"),
            html.Div(
                [
                    _panel(panel, widget, drawn.get(panel.widget) or _not_drawn(), opening.chart)
                    for panel, widget in placed
                ]
                or no_panels(),
                className="grid" if is_sized else "grid auto",
            ),
        ],
        id=ids.BOARD,
        className="board-in",
        **attributes(aria_busy="false"),
    )
    nothing_shown = encode(ShownIsland(layout_version=opening.version))
    _fill(page, first.head._asdict() if first else {"shown": nothing_shown})
    return page


def _island(name: str, text: str = "") -> html.Script:
    """Return an element with JSON for the board's scripts. Browsers do not run it."""
    return html.Script(text, id=name, type="application/json")


def _fill(page: html.Div, head: Mapping[str, Any]) -> None:
    """Set the same properties that each refresh sets."""
    for field, (component, prop) in PLACES.items():
        place = page if component == ids.BOARD else page[component]
        setattr(place, prop, head.get(field, ""))


def _not_drawn() -> DrawnPanel:
    return DrawnPanel("error", flatten(failed()), no_update, "")


def empty_layout() -> html.Div:
    """Return the layout that Dash validates at startup, outside of any request."""
    return html.Div()


def _panel(
    panel: Panel, widget: Widget[Any] | None, drawn: DrawnPanel, chart: Chart | None
) -> html.Section:
    """Return a panel's frame, which stays as long as the page. Refreshes replace its content."""
    slug = panel.widget
    title = widget.title if widget else panel.title or slug
    name = title or say("Note")
    has_figure = widget is not None and widget.draw.has_figure
    return html.Section(
        [
            flatten(
                html.Div(
                    [_heading(title, slug, chart), *tab_list(slug, widget), _menu_button(name)],
                    className="ph",
                )
            ),
            flatten(_old()),
            html.Div(drawn.body, id=ids.body(slug), className="body", **_role(widget, name)),
            *([_chart(slug, title, drawn.figure)] if has_figure else []),
        ],
        id=ids.panel(slug),
        className=f"panel {panel_classes(widget)}",
        **attributes(
            data_panel=slug,
            data_state=drawn.state,
            data_as_of="" if drawn.as_of is no_update else drawn.as_of,
            aria_label=name,
            **_of_chart(slug, chart),
        ),
    )


def _old() -> html.P:
    return html.P(
        [html.I(className="ic ic-clock"), html.Span(say("Out of date"), className="old-age")],
        className="tag old",
    )


def _heading(title: str, slug: str, chart: Chart | None) -> html.H2:
    """Return a panel's heading. That of a note without a title is only for screen readers.

    The heading of a number card is a button that shows its metric in the large chart.
    """
    if not title:
        return html.H2(say("Note"), className="sr")
    if chart is None or slug not in chart.cards:
        return html.H2(title, title=title)
    is_pressed = slug == (chart.chosen or chart.own)
    button = html.Button(
        title,
        type="button",
        className="card-do",
        **attributes(data_do="metric", aria_pressed="true" if is_pressed else "false"),
    )
    return html.H2(button, title=title)


def _of_chart(slug: str, chart: Chart | None) -> dict[str, str]:
    """Return what `assets/board/panel/metric.js` must know about the large chart."""
    if chart is None or slug != chart.panel:
        return {}
    return {"data_title": chart.title, "data_own": chart.own or ""}


def _menu_button(title: str) -> html.Button:
    """Return the button of a panel's menu, which `assets/board/panel/panel-menu.js` opens."""
    name = say("Actions for %(panel)s", panel=title)
    return html.Button(
        html.I(className="ic ic-more"),
        type="button",
        className="btn quiet icon more",
        title=name,
        **attributes(data_do="menu", aria_label=name, aria_haspopup="true", aria_expanded="false"),
    )


def panel_classes(widget: Widget[Any] | None) -> str:
    """Return the CSS classes for a panel's width and kind. Its placeholder has the same ones."""
    if widget is None:
        return f"{Size.QUARTER} kpi"
    return f"{widget.size} {widget.css_class}{tab_classes(widget)}"


def _role(widget: Widget[Any] | None, name: str) -> dict[str, Any]:
    if widget is None or not widget.tabs:
        return {}
    return {"role": "tabpanel", **attributes(aria_label=name)}


def _chart(slug: str, title: str, figure: Any) -> html.Div:
    graph = dcc.Graph(
        id=ids.figure(slug),
        figure=_EMPTY_FIGURE if figure is no_update else figure,
        config=_GRAPH,  # type: ignore[arg-type]  # Dash's type lacks two keys
        responsive=True,
        style={"height": "100%"},
    )
    return html.Div(
        [
            html.Div(graph, className="plot", **attributes(aria_hidden="true")),
            flatten(
                html.Div(
                    className="cursor",
                    tabIndex=0,
                    role="slider",
                    **attributes(
                        aria_label=say("%(title)s, chart", title=title),
                        aria_valuemin="0",
                        aria_valuemax="0",
                        aria_valuenow="0",
                        aria_valuetext=say("Use the arrow keys to read values"),
                    ),
                )
            ),
        ],
        className="chart",
    )
