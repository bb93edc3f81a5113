"""The bar above the panels: the range, the comparison, the zone, and the age of the numbers.

The range control is Dash's; `assets/board/view/controls.js` handles the others. All of them change
the URL, which decides what the board shows.
"""

from typing import Any

from dash import dcc, html

from dashapp.board import ids
from dashapp.board.opening import Opening
from dashapp.board.rates import RATES
from dashapp.domain.language import say
from dashapp.domain.time.presets import known_presets
from dashapp.widgets.drawings.attributes import attributes
from dashapp.widgets.drawings.element import Element, flatten


def bar(opening: Opening) -> html.Div:
    """Return the bar. Viewers who can choose only presets get fewer controls."""
    is_free = not opening.limits.is_restricted
    return html.Div(
        [
            html.Div(_range_control(opening), className="range"),
            *([_steps()] if is_free else []),
            _dates(is_free=is_free),
            *([_compare(opening)] if is_free else []),
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
            options=[
                {"label": say(known_presets()[word].title), "value": word} for word in opening.words
            ],
            value=opening.word if opening.word in opening.words else None,
            disabled=opening.limits.is_locked,
            clearable=False,
            searchable=False,
            maxHeight=400,
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


def _dates(*, is_free: bool) -> Any:
    """Return the shown dates; if `is_free`, with a form to choose others."""
    if not is_free:
        return html.Span(id=ids.DATES, className="dates")
    name = say("Choose dates")
    form = flatten(
        html.Div(
            [
                html.H2(name),
                _field("from", say("From")),
                _field("to", say("To")),
                html.P(say("In the dashboard's time zone."), className="hint"),
                html.P(className="bad", role="alert", **attributes(data_fault="true")),
                html.Button(
                    say("Apply"),
                    type="button",
                    className="btn primary",
                    **attributes(data_do="custom"),
                ),
            ],
            className="menu form",
        )
    )
    summary = html.Summary(
        [
            html.I(className="ic ic-calendar"),
            html.Span(id=ids.DATES),
            html.Span(name, className="sr"),
        ],
        className="btn quiet dates",
    )
    return html.Details([summary, form], className="menu-of pop custom")


def _field(name: str, label: str) -> html.Label:
    control = Element("input", type="datetime-local", step=300, id=f"custom-{name}", required=True)
    return html.Label([html.Span(label), control], className="field")


def _compare(opening: Opening) -> html.Label:
    box = Element(
        "input",
        type="checkbox",
        role="switch",
        id="compare",
        defaultChecked=opening.is_compared,
        **attributes(aria_describedby=ids.BEFORE),
    )
    return html.Label(
        [box, html.Span(say("Compare"))],
        className="switch",
        title=say("Compare with previous period"),
    )


def _slot(opening: Opening) -> html.Div:
    """Return the rest of the bar: the compared dates, the zone, and the viewer's filters.

    Filters overlay the dates and the zone, so that nothing moves when one is added or removed.
    """
    is_free = not opening.limits.is_restricted
    return html.Div(
        [
            html.Span(html.Span(id=ids.BEFORE), className="with", hidden=not is_free),
            _zone(opening),
            html.Div(id=ids.CHIPS, className="chips"),
        ],
        className="slot",
    )


def _zone(opening: Opening) -> Any:
    shown = [html.I(className="ic ic-globe"), html.Span(id=ids.ZONE, className="zone-name")]
    if opening.limits.is_zone_fixed:
        return html.Span(shown, className="zone")
    name = say("Time zone")
    select = Element("select", id="zone-of")
    field = html.Label([html.Span(name), select], className="field")
    summary = html.Summary(
        [*shown, html.Span(name, className="sr")], className="btn quiet zone", title=name
    )
    return html.Details(
        [summary, flatten(html.Div([field], className="menu form right"))],
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
