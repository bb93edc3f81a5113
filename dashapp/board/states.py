"""What a panel or a board shows when there are no numbers: one way for each state."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from dash import dcc, html

from dashapp.domain.filters import to_text
from dashapp.domain.labels import range_label
from dashapp.domain.language import say
from dashapp.domain.presets import PRESETS, known_presets
from dashapp.domain.time_range import TimeRange
from dashapp.widgets.chosen import Chip
from dashapp.widgets.drawings.attributes import attributes
from dashapp.widgets.drawings.figure import name_of
from dashapp.widgets.widget import By

_MOST = 3  # sentences about one address


def chips(chosen: Sequence[Chip]) -> list[Any]:
    """The visitor's filters, each with a way to remove it; nothing where there are none."""
    found: list[Any] = [_chip(one) for one in chosen]
    if len(found) > 1:
        found.append(_unfilter("btn quiet sm"))
    return found


def _unfilter(look: str) -> html.Button:
    return html.Button(
        say("Remove all filters"), type="button", className=look, **attributes(data_do="unfilter")
    )


def _chip(chosen: Chip) -> html.Button:
    name = chosen.name if chosen.by.field.startswith("properties.") else name_of(chosen.name)
    return html.Button(
        [
            html.Span(f"{say(chosen.by.title)}: ", className="chip-of"),
            name,
            html.I(className="ic ic-x"),
            html.Span(say("remove this filter"), className="sr"),
        ],
        type="button",
        className="chip",
        **attributes(data_unfilter=to_text(chosen.by.field, chosen.value)),
    )


def empty(
    time_range: TimeRange, words: Sequence[str] = tuple(PRESETS), *, is_filtered: bool = False
) -> html.Div:
    """What is missing, for which dates, and one way out: `words` are the presets to be had."""
    way_out = _unfilter("btn sm") if is_filtered else _way_out(time_range, words)
    return html.Div(
        [
            html.I(className="ic ic-tray"),
            html.Strong(
                say("Nothing with these filters") if is_filtered else say("Nothing in this range")
            ),
            html.P(say("No data for %(dates)s.", dates=range_label(time_range))),
            html.Div(way_out, className="act"),
        ],
        className="state",
    )


def failed() -> html.Div:
    """What failed in plain words, and a way to try again."""
    return html.Div(
        [
            html.I(className="ic ic-alert"),
            html.Strong(say("Could not load")),
            html.P(say("This panel did not answer. The others are not affected.")),
            html.Div(
                html.Button(
                    say("Retry"),
                    className="btn sm",
                    type="button",
                    **attributes(data_retry="true"),
                ),
                className="act",
            ),
        ],
        className="state err",
        role="alert",
    )


def unknown_widget(slug: str) -> html.Div:
    """A panel whose widget this installation does not have."""
    return html.Div(
        [
            html.I(className="ic ic-alert"),
            html.Strong(say("Unknown panel")),
            html.P(
                say(
                    "The widget “%(widget)s” is not installed here. Ask your administrator.",
                    widget=slug,
                )
            ),
        ],
        className="state err",
        role="alert",
    )


def not_here() -> html.Div:
    """A panel that somebody has hidden or removed since the page was loaded."""
    return html.Div(
        [
            html.I(className="ic ic-tray"),
            html.Strong(say("This panel is not shown any more")),
            html.P(say("Somebody has arranged the dashboard anew. Reload the page.")),
        ],
        className="state",
    )


def unfiltered(fields: Sequence[By]) -> list[Any]:
    """A line that names the filters that a panel's events know nothing of; nothing without any."""
    if not fields:
        return []
    names = ", ".join(say(by.title) for by in fields)
    return [html.P(say("Not filtered by %(fields)s", fields=names), className="unfiltered")]


def ignored(notices: Sequence[tuple[str, str]]) -> html.Div | None:
    """What the address asks for and the board does not have; None where there is nothing."""
    if not notices:
        return None
    return html.Div([html.P(say(sentence, text=text)) for sentence, text in notices[:_MOST]])


def first_event(org_slug: str, endpoint: str) -> html.Div:
    """For an org that has never had an event: how to send the first one."""
    command = "\n".join(
        (
            f"curl -X POST {endpoint}/api/v1/events \\",
            '  -H "Authorization: Bearer $INGEST_KEY" \\',
            '  -H "Content-Type: application/json" \\',
            """  -d '[{"id": "first-1", "type": "page.viewed", "user": "u-1"}]'""",
        )
    )
    return html.Div(
        [
            html.Strong(say("Send the first event")),
            html.P(
                [
                    say("This board fills itself when events come in. Make a key, then send one:"),
                    " ",
                    html.Code(f"dashapp key add --org {org_slug} --kind ingest"),
                ]
            ),
            html.Pre(html.Code(command), tabIndex=0),
        ],
        className="first-event",
    )


def _way_out(time_range: TimeRange, words: Sequence[str]) -> dcc.Link | html.Span:
    """A longer range of those that may be chosen, 30 days where they are longer."""
    known = known_presets()
    hours = time_range.preset.nominal_hours if time_range.preset else 0
    longer = [word for word in words if known[word].nominal_hours > hours]
    if not longer:
        return html.Span(say("Events appear here as they come in."), className="hint")
    wider = known["30d" if "30d" in longer else longer[0]]
    return dcc.Link(
        say("Show: %(range)s", range=say(wider.title)),
        href="?" + urlencode({"time_range": wider.word}),
        refresh=False,
        className="wider",
    )
