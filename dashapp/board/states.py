"""What a panel or a board shows when there are no numbers: one way for each state."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from dash import dcc, html

from dashapp.domain.access.filters import filter_param
from dashapp.domain.language import say
from dashapp.domain.time.labels import range_label
from dashapp.domain.time.presets import PRESETS, known_presets
from dashapp.domain.time.time_range import TimeRange
from dashapp.widgets.chosen import Chip
from dashapp.widgets.drawings.attributes import attributes
from dashapp.widgets.drawings.figure import name_of
from dashapp.widgets.widget import By

_MOST = 3  # sentences about one address


def chips(chosen: Sequence[Chip]) -> list[html.Button]:
    """The visitor's filters, each with a way to remove it; nothing where there are none."""
    found = [_chip(one) for one in chosen]
    return [_unfilter_all(), *found] if len(found) > 1 else found


def _unfilter_all() -> html.Button:
    """Before the chips, which may reach beyond their row; only an icon where that is short."""
    name = say("Clear all filters")
    return html.Button(
        [html.I(className="ic ic-x"), html.Span(name)],
        type="button",
        className="btn quiet sm",
        title=name,
        **attributes(data_do="unfilter"),
    )


def _unfilter(look: str) -> html.Button:
    return html.Button(
        say("Clear all filters"), type="button", className=look, **attributes(data_do="unfilter")
    )


def _chip(chosen: Chip) -> html.Button:
    name = chosen.name if chosen.by.field.startswith("properties.") else name_of(chosen.name)
    return html.Button(
        [
            html.Span(f"{say(chosen.by.title)}: ", className="chip-of"),
            html.Span(name, className="chip-is"),
            html.I(className="ic ic-x"),
            html.Span(say("remove this filter"), className="sr"),
        ],
        type="button",
        className="chip",
        title=f"{say(chosen.by.title)}: {name}",
        **attributes(data_unfilter=filter_param(chosen.by.field, chosen.value)),
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
                say("No data matches these filters")
                if is_filtered
                else say("No data in this range")
            ),
            html.P(say("Time range: %(dates)s.", dates=range_label(time_range))),
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
            html.P(say("This panel failed to load. Other panels are not affected.")),
            html.Div(_retry(), className="act"),
        ],
        className="state err",
        role="alert",
    )


def _retry() -> html.Button:
    return html.Button(
        say("Retry"), className="btn sm", type="button", **attributes(data_retry="true")
    )


def all_empty(
    time_range: TimeRange, words: Sequence[str] = tuple(PRESETS), *, is_filtered: bool = False
) -> html.Div:
    """Above the panels, where all of them would say it: that there is nothing, and one way out."""
    said = say("No data matches these filters") if is_filtered else say("No data in this range")
    dates = say("Time range: %(dates)s.", dates=range_label(time_range))
    way_out = _unfilter("btn sm") if is_filtered else _way_out(time_range, words)
    return html.Div(
        [html.I(className="ic ic-tray"), html.Strong(said), html.Span(dates), way_out],
        className="told calm",
    )


def all_failed() -> html.Div:
    """Above the panels, where none of them answered."""
    return html.Div(
        [
            html.I(className="ic ic-alert"),
            html.Span(say("None of the panels could be loaded.")),
            _retry(),
        ],
        className="told",
    )


def quiet(state: str) -> html.Div:
    """In a panel, where the board says the rest."""
    icon, said = {
        "empty": ("ic ic-tray", say("No data in this range")),
        "error": ("ic ic-alert", say("Could not load")),
    }[state]
    return html.Div([html.I(className=icon), said], className="state quiet")


def unknown_widget(slug: str) -> html.Div:
    """A panel whose widget this installation does not have."""
    return html.Div(
        [
            html.I(className="ic ic-alert"),
            html.Strong(say("Unknown panel")),
            html.P(
                say(
                    "The widget “%(widget)s” is not installed. Contact your administrator.",
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
            html.Strong(say("This panel was removed")),
            html.P(say("Someone changed this dashboard; reload to see it.")),
        ],
        className="state",
    )


def unfiltered(fields: Sequence[By]) -> list[Any]:
    """A line that names the filters that a panel's events know nothing of; nothing without any."""
    if not fields:
        return []
    names = ", ".join(say(by.title) for by in fields)
    text = say("Not filtered by %(fields)s", fields=names)
    return [html.P(text, className="unfiltered", title=text)]


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
            html.Strong(say("Send your first event")),
            html.P(
                [
                    say(
                        "This dashboard updates as events arrive. Create a key, then send an event:"
                    ),
                    " ",
                    html.Code(f"dashapp key add --org {org_slug} --kind ingest"),
                ]
            ),
            html.Pre(html.Code(command), tabIndex=0),
        ],
        className="first-event",
    )


def no_events() -> html.Div:
    """For those who look at such an org and cannot change that."""
    return html.Div(
        [
            html.Strong(say("No events yet")),
            html.P(say("This dashboard updates as events arrive.")),
        ],
        className="first-event",
    )


def _way_out(time_range: TimeRange, words: Sequence[str]) -> dcc.Link | html.Span:
    """A longer range of those that may be chosen, 30 days where they are longer."""
    known = known_presets()
    hours = time_range.preset.nominal_hours if time_range.preset else 0
    longer = [word for word in words if known[word].nominal_hours > hours]
    if not longer:
        return html.Span(say("Events appear here as they arrive."), className="hint")
    wider = known["30d" if "30d" in longer else longer[0]]
    return dcc.Link(
        say("Show: %(range)s", range=say(wider.title)),
        href="?" + urlencode({"time_range": wider.word}),
        refresh=False,
        className="wider",
    )
