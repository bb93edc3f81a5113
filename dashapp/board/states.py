"""What a panel or a board shows without numbers: one element for each state."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from dash import dcc, html

from dashapp.domain.access.dashboard import current_dashboard
from dashapp.domain.access.scope import current_scope
from dashapp.domain.language import say, say_number
from dashapp.domain.time.labels import range_label
from dashapp.domain.time.presets import PRESETS, known_presets
from dashapp.domain.time.time_range import TimeRange
from dashapp.widgets.chosen import Chip
from dashapp.widgets.drawings.attributes import attributes
from dashapp.widgets.drawings.charts.colors import name_of
from dashapp.widgets.widget import By

_MAX_NOTICES = 3  # about one URL


def chips(chosen: Sequence[Chip]) -> list[html.Button]:
    """Return the viewer's filters, each with a button that removes it."""
    buttons = [_chip(chip) for chip in chosen]
    return [_clear_all_button(), *buttons] if len(buttons) > 1 else buttons


def _clear_all_button() -> html.Button:
    """Return the button that removes all filters. It comes first, because chips may not fit."""
    name = say("Clear all filters")
    return html.Button(
        [html.I(className="ic ic-x"), html.Span(name)],
        type="button",
        className="btn quiet sm",
        title=name,
        **attributes(data_do="unfilter"),
    )


def _clear_button(look: str) -> html.Button:
    return html.Button(
        say("Clear all filters"), type="button", className=look, **attributes(data_do="unfilter")
    )


def _chip(chosen: Chip) -> html.Button:
    if chosen.label:
        name = say(chosen.label)
    else:
        name = chosen.name if chosen.by.field.startswith("properties.") else name_of(chosen.name)
    if chosen.is_excluded:
        name = say("not %(name)s", name=name)
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
        **attributes(data_unfilter=chosen.param),
    )


def empty(
    time_range: TimeRange, words: Sequence[str] = tuple(PRESETS), *, is_filtered: bool = False
) -> html.Div:
    """Return what an empty panel shows: dates, and an offer. `words` are allowed presets."""
    offer = _clear_button("btn sm") if is_filtered else _offer(time_range, words)
    return html.Div(
        [
            html.I(className="ic ic-tray"),
            html.Strong(
                say("No data matches these filters")
                if is_filtered
                else say("No data in this range")
            ),
            html.P(say("Time range: %(dates)s.", dates=range_label(time_range))),
            html.Div(offer, className="act"),
        ],
        className="state",
    )


def failed() -> html.Div:
    """Return what a failed panel shows, with a button to retry."""
    return _error(
        say("Could not load"), say("This panel failed to load. Other panels are not affected.")
    )


def too_slow() -> html.Div:
    """Return what a panel shows if its numbers take too long to count, and what to do."""
    return _error(say("Takes too long"), say("Choose a shorter time range, or remove filters."))


def _error(title: str, sentence: str) -> html.Div:
    return html.Div(
        [
            html.I(className="ic ic-alert"),
            html.Strong(title),
            html.P(sentence),
            html.Div(_retry(), className="act"),
        ],
        className="state err",
        role="alert",
    )


def _retry() -> html.Button:
    return html.Button(
        say("Retry"), className="btn sm", type="button", **attributes(data_retry="true")
    )


def no_panels() -> html.Div:
    """Return what a dashboard without panels shows, with a way to add some."""
    scope, dashboard = current_scope(), current_dashboard().dashboard
    can_arrange = scope.role.can_edit_dashboards and dashboard.is_editable
    parts: list[Any] = [
        html.I(className="ic ic-grid"),
        html.H2(say("This dashboard has no panels yet.")),
    ]
    if can_arrange and not scope.is_embedded:
        href, edit = f"{dashboard.slug}/layout", attributes(data_do="edit")
        add = html.A(say("Add panels"), href=href, className="btn primary", **edit)
        parts.append(add)
    return html.Div(parts, className="no-panels")


def all_empty(
    time_range: TimeRange, words: Sequence[str] = tuple(PRESETS), *, is_filtered: bool = False
) -> html.Div:
    """Return the message above the panels if all of them are empty."""
    title = say("No data matches these filters") if is_filtered else say("No data in this range")
    dates = say("Time range: %(dates)s.", dates=range_label(time_range))
    offer = _clear_button("btn sm") if is_filtered else _offer(time_range, words)
    return html.Div(
        [html.I(className="ic ic-tray"), html.Strong(title), html.Span(dates), offer],
        className="banner calm",
    )


def all_failed() -> html.Div:
    """Return the message above the panels if all of them failed."""
    return _banner(say("None of the panels could be loaded."))


def some_failed(count: int, total: int) -> html.Div:
    """Return the message above the panels if several of them failed."""
    numbers = {"count": say_number(count), "total": say_number(total)}
    return _banner(say("%(count)s of %(total)s panels could not be loaded.", **numbers))


def _banner(sentence: str) -> html.Div:
    icon = html.I(className="ic ic-alert")
    return html.Div([icon, html.Span(sentence), _retry()], className="banner")


def short_message(state: str) -> html.Div:
    """Return what a panel shows if another message already gives the details."""
    icon, text = {
        "empty": ("ic ic-tray", say("No data in this range")),
        "error": ("ic ic-alert", say("Could not load")),
    }[state]
    return html.Div([html.I(className=icon), text], className="state quiet")


def unknown_widget(slug: str) -> html.Div:
    """Return what a panel shows if its widget is not installed."""
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


def removed_panel() -> html.Div:
    """Return what a panel shows if it was hidden or removed after the page was loaded."""
    return html.Div(
        [
            html.I(className="ic ic-tray"),
            html.Strong(say("This panel was removed")),
            html.P(say("Someone changed this dashboard; reload to see it.")),
        ],
        className="state",
    )


def unfiltered(fields: Sequence[By]) -> list[Any]:
    """Return a line that names the filters that do not apply to a panel's events."""
    if not fields:
        return []
    names = ", ".join(say(by.title) for by in fields)
    text = say("Not filtered by %(fields)s", fields=names)
    return [html.P(text, className="unfiltered", title=text)]


def ignored_params(notices: Sequence[tuple[str, str]]) -> html.Div | None:
    """Return messages about parts of the URL that the board ignores; None if there are none."""
    if not notices:
        return None
    return html.Div([html.P(say(sentence, text=text)) for sentence, text in notices[:_MAX_NOTICES]])


def _offer(time_range: TimeRange, words: Sequence[str]) -> dcc.Link | html.Span:
    """Return a link to a longer allowed range: preferably the last 30 days."""
    presets = known_presets()
    hours = time_range.preset.nominal_hours if time_range.preset else 0
    longer = [word for word in words if presets[word].nominal_hours > hours]
    if not longer:
        return html.Span(say("Events appear here as they arrive."), className="hint")
    wider = presets["30d" if "30d" in longer else longer[0]]
    return dcc.Link(
        say("Show: %(range)s", range=say(wider.title)),
        href="?" + urlencode({"time_range": wider.word}),
        refresh=False,
        className="wider",
    )
