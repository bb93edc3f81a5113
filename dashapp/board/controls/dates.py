"""The shown dates, which open a calendar. `assets/board/time/dates.js` fills and reads it."""

from collections.abc import Sequence
from typing import Any

from dash import html

from dashapp.board import ids
from dashapp.board.opening import Opening
from dashapp.domain.language import say
from dashapp.domain.time.presets import CALENDAR, known_presets
from dashapp.widgets.drawings.attributes import attributes
from dashapp.widgets.drawings.element import Element, flatten

CUSTOM = "custom"  # the entry of the range control that opens the calendar


def range_options(opening: Opening) -> list[dict[str, str]]:
    """Return the entries of the range control: presets and, if allowed, custom dates."""
    options = [_option(word, say(known_presets()[word].title)) for word in opening.words]
    if opening.limits.is_restricted:
        return options
    return [*options, _option(CUSTOM, say("Custom…"))]


def _option(word: str, label: str) -> dict[str, str]:
    return {"label": label, "value": word}


def dates_control(opening: Opening) -> Any:
    """Return the shown dates; if viewers can choose others, with a calendar."""
    if opening.limits.is_restricted:
        return html.Span(id=ids.DATES, className="dates")
    name = say("Choose dates")
    summary = html.Summary(
        [
            html.I(className="ic ic-calendar"),
            html.Span(id=ids.DATES),
            html.Span(name, className="sr"),
        ],
        className="btn quiet dates",
        title=name,
    )
    parts = html.Div(
        [_presets(opening.words), _days()],
        className="menu when",
        role="group",
        **attributes(aria_label=name),
    )
    return html.Details([summary, flatten(parts)], className="menu-of pop custom")


def _presets(words: Sequence[str]) -> html.Div:
    """Return the list of the range control again, next to the calendar."""
    first_calendar_word = next((word for word in words if word in CALENDAR), None)
    return html.Div(
        [
            html.Button(
                [html.Span(say(known_presets()[word].title)), html.I(className="ic ic-check")],
                type="button",
                className="menu-i plain apart" if word == first_calendar_word else "menu-i plain",
                **attributes(data_preset=word),
            )
            for word in words
        ],
        className="presets",
    )


def _days() -> html.Div:
    ends = html.Div(
        [
            _end("from", say("From"), say("Start time")),
            _end("to", say("To"), say("End time")),
        ],
        className="when-ends",
    )
    more = html.Div(
        [_button(say("Add time"), "times", "btn quiet sm"), html.Span(className="when-zone")],
        className="when-more",
    )
    fault = html.P(className="bad", role="alert", **attributes(data_fault="true"))
    actions = html.Div(
        [
            _button(say("Cancel"), "cancel-dates", "btn"),
            _button(say("Apply"), "custom", "btn primary"),
        ],
        className="when-do",
    )
    typed = html.Div([ends, more, fault, actions], className="typed")
    return html.Div([html.Div(className="months"), typed], className="days")


def _end(name: str, label: str, clock_label: str) -> html.Div:
    """Return the fields of one end of the range: its day, and its time, hidden at first."""
    day = Element("input", type="text", id=f"custom-{name}", autoComplete="off")
    clock = Element(
        "input",
        type="text",
        id=f"custom-{name}-time",
        className="clock",
        autoComplete="off",
        **attributes(aria_label=clock_label),
    )
    return html.Div(
        [html.Label([html.Span(label), day], className="field"), clock], className="when-end"
    )


def _button(text: str, do: str, look: str) -> html.Button:
    return html.Button(text, type="button", className=look, **attributes(data_do=do))
