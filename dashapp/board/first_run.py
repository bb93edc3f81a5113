"""What a board shows before the first event: what will come, and who can set it up."""

from collections.abc import Sequence
from typing import Any

from dash import html

from dashapp.domain.language import say

_MOST_TITLES = 8


def for_administrators(settings: str, endpoint: str, titles: Sequence[str]) -> html.Div:
    """Return the message for those who may create a key. `settings` is the address of the pages."""
    command = "\n".join(
        (
            f"curl -X POST {endpoint}/api/v1/events \\",
            '  -H "Authorization: Bearer $INGEST_KEY" \\',
            '  -H "Content-Type: application/json" \\',
            """  -d '[{"id": "first-1", "type": "page.viewed", "user": "u-1"}]'""",
        )
    )
    steps = [
        html.Li(
            [
                html.Span(say("Create an ingest key.")),
                html.A(say("Create a key"), href=f"{settings}/keys", className="btn primary"),
            ]
        ),
        html.Li(
            [
                html.Span(say("Let your product send events with it, for example:")),
                html.Pre(html.Code(command), tabIndex=0),
            ]
        ),
    ]
    return _card(say("Send your first event"), [_what_comes(titles), html.Ol(steps)])


def for_members(org: str, administrators: Sequence[str], titles: Sequence[str]) -> html.Div:
    """Return the message for members who cannot create a key: who can."""
    if not administrators:
        who = say("The people who run this server can connect it.")
    else:
        names = ", ".join(administrators)
        who = say("Owners and admins of %(org)s can connect it: %(names)s.", org=org, names=names)
    return _card(say("No events yet"), [_what_comes(titles), html.P(who)])


def for_embedded(titles: Sequence[str]) -> html.Div:
    """Return the message for viewers of an embedded board."""
    return _card(say("No events yet"), [_what_comes(titles)])


def _what_comes(titles: Sequence[str]) -> html.Div:
    update = html.P(say("This dashboard updates as events arrive. It will show:"))
    shown = [html.Li(title) for title in titles[:_MOST_TITLES]]
    return html.Div([update, html.Ul(shown)] if shown else [])


def _card(title: str, parts: Sequence[Any]) -> html.Div:
    return html.Div([html.Strong(title), *parts], className="first-event")
