"""The bar above the panels: the range, the comparison, the zone, and the age of the numbers.

The range control is Dash's; `assets/board/view/controls.js` handles the others. All of them change
the URL, which decides what the board shows.
"""

from typing import Any

from dash import dcc, html

from dashapp.board import ids
from dashapp.board.controls.comparison import comparison_control
from dashapp.board.controls.dates import dates_control, range_options
from dashapp.board.opening import Opening
from dashapp.board.rates import RATES
from dashapp.domain.language import say
from dashapp.widgets.drawings.attributes import attributes
from dashapp.widgets.drawings.element import flatten


def bar(opening: Opening) -> html.Div:
    """Return the bar. Viewers who can choose only presets get fewer controls."""
    is_free = not opening.limits.is_restricted
    return html.Div(
        [
            *_views(opening),
            html.Div(_range_control(opening), className="range"),
            *([_steps()] if is_free else []),
            dates_control(opening),
            comparison_control(opening),
            html.Div([_slot(opening), _age(), _refreshing(), *_edit(opening)], className="bar-r"),
        ],
        className="bar",
        role="group",
        **attributes(aria_label=say("Time range and refresh")),
    )


def _range_control(opening: Opening) -> list[Any]:
    return [
        html.Label(say("Range"), htmlFor=ids.RANGE, className="sr"),
        dcc.Dropdown(
            id=ids.RANGE,
            options=range_options(opening),
            value=opening.word if opening.word in opening.words else None,
            disabled=opening.limits.is_locked,
            clearable=False,
            searchable=False,
            maxHeight=560,
        ),
    ]


def _steps() -> Any:
    return flatten(
        html.Div(
            [
                _icon_button("left", "earlier", say("Earlier")),
                _icon_button("right", "later", say("Later")),
            ],
            className="steps",
        )
    )


def _slot(opening: Opening) -> html.Div:
    """Return the rest of the bar: the zone and the viewer's filters.

    Filters overlay the zone, so that nothing moves when one is added or removed.
    """
    return html.Div(
        [_zone(opening), html.Div(id=ids.CHIPS, className="chips")],
        className="slot",
    )


def _zone(opening: Opening) -> Any:
    shown = [html.I(className="ic ic-globe"), html.Span(id=ids.ZONE, className="zone-name")]
    if opening.limits.is_zone_fixed:
        return html.Span(shown, className="zone")
    name = say("Time zone")
    summary = html.Summary(
        [*shown, html.Span(name, className="sr")], className="btn quiet zone", title=name
    )
    return html.Details(
        [summary, flatten(html.Div(className="menu right"))],
        className="menu-of pop zones",
    )


def _age() -> html.Span:
    return html.Span(
        [
            html.Span(className="live"),
            html.Span([html.Span(id=ids.AS_OF), html.Span(className="age")]),
        ],
        className="fresh",
    )


def _refreshing() -> Any:
    """Return the buttons that refresh the board and choose how often it refreshes itself."""
    titles = {
        "off": say("Off"),
        "15s": say("Every 15 seconds"),
        "1m": say("Every minute"),
        "5m": say("Every 5 minutes"),
    }
    items = [
        html.Button(
            [html.Span(titles[rate]), html.I(className="ic ic-check")],
            type="button",
            className="menu-i plain",
            **attributes(data_rate=rate),
        )
        for rate in RATES
    ]
    name = say("Auto-refresh")
    summary = html.Summary(
        [html.I(className="ic ic-chev"), html.Span(name, className="sr")],
        className="btn icon",
        title=name,
    )
    menu = html.Div([html.P(name, className="menu-h"), *items], className="menu right", id="often")
    return flatten(
        html.Div(
            [
                _icon_button("refresh", "refresh", say("Refresh")),
                html.Details([summary, menu], className="menu-of pop"),
            ],
            className="steps",
        )
    )


def _views(opening: Opening) -> list[html.Button]:
    """Return the button of the menu of saved views; embedded viewers have none."""
    if opening.is_embedded:
        return []
    return [
        html.Button(
            [html.I(className="ic ic-bookmark"), html.Span(say("Views"))],
            type="button",
            className="btn views",
            title=say("Views"),
            **attributes(data_do="views", aria_haspopup="menu", aria_expanded="false"),
        )
    ]


def _edit(opening: Opening) -> list[html.Button]:
    """Return the button that turns the board into its editor, if this person may edit it."""
    if not opening.can_edit:
        return []
    return [
        html.Button(say("Edit"), type="button", className="btn edit", **attributes(data_do="edit"))
    ]


def _icon_button(icon: str, do: str, name: str) -> html.Button:
    return html.Button(
        html.I(className=f"ic ic-{icon}"),
        type="button",
        className="btn icon",
        title=name,
        **attributes(data_do=do, aria_label=name),
    )
