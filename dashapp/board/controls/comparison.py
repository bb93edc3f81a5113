"""The comparison: a switch for the quick line, and a menu of what to compare with.

`assets/board/time/comparison.js` writes the choice into the URL.
"""

from collections.abc import Sequence
from typing import Any

from dash import html

from dashapp.board import ids
from dashapp.board.opening import Opening
from dashapp.domain.language import say
from dashapp.domain.time.comparison import CUSTOM, OFF
from dashapp.domain.time.comparison_options import (
    ComparisonOption,
    comparison_options,
    first_days,
)
from dashapp.domain.time.labels import previous_label, span_label
from dashapp.domain.time.time_range import TimeRange
from dashapp.widgets.drawings.attributes import attributes
from dashapp.widgets.drawings.element import Element, flatten


def comparison_control(opening: Opening) -> html.Div:
    """Return the control. Viewers who can choose only presets get none."""
    if opening.limits.is_restricted:
        return html.Div([html.Span(id=ids.BEFORE), html.Div(id=ids.COMPARISONS)], hidden=True)
    return html.Div([_switch(opening), _menu()], className="compare")


def _switch(opening: Opening) -> html.Label:
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


def _menu() -> html.Details:
    name = say("Compare with")
    summary = html.Summary(
        [
            html.Span(html.Span(id=ids.BEFORE), className="with"),
            html.I(className="ic ic-chev"),
            html.Span(name, className="sr"),
        ],
        className="btn quiet",
        title=name,
    )
    items = html.Div(
        id=ids.COMPARISONS, className="comparisons", role="menu", **attributes(aria_label=name)
    )
    return html.Details(
        [
            summary,
            html.Div([html.P(name, className="menu-h"), items, flatten(_own())], className="menu"),
        ],
        className="menu-of pop comparing",
    )


def _own() -> html.Div:
    """Return the form for a first day. The compared range is as long as the shown one."""
    return html.Div(
        [
            html.Label(
                [
                    html.Span(say("First day")),
                    Element("input", type="text", id="compare-first", autoComplete="off"),
                ],
                className="field",
            ),
            html.Div(className="months"),
            html.P(className="bad", role="alert"),
            html.Button(
                say("Apply"), type="button", className="btn primary", **attributes(data_do="versus")
            ),
        ],
        className="own",
        hidden=True,
    )


def comparison_label(time_range: TimeRange, *, has_year: bool = False) -> str:
    """Return what the bar says about the comparison. `has_year` is for print."""
    if not time_range.has_comparison:
        return say("no comparison")
    return say("with %(dates)s", dates=previous_label(time_range, has_year=has_year))


def comparison_items(time_range: TimeRange, comparable_from: int | None) -> Any:
    """Return the items of the menu, each with its dates or the reason why it cannot be chosen."""
    options = comparison_options(time_range, comparable_from)
    days = first_days(time_range, comparable_from)
    return flatten([_item(option, time_range, days) for option in options])


def _item(option: ComparisonOption, time_range: TimeRange, days: Sequence[Any] | None) -> Any:
    bounds = dict(zip(("data_min", "data_max"), days or (), strict=False))
    title = say(option.title)
    return html.Button(
        [
            html.Span(
                [html.Strong(title[:1].upper() + title[1:]), html.Small(_dates(option, time_range))]
            ),
            html.I(className="ic ic-check"),
        ],
        type="button",
        className="menu-i last" if option.word == OFF else "menu-i",
        role="menuitemradio",
        **attributes(
            data_compare=option.word,
            aria_checked=str(option.is_chosen).lower(),
            aria_disabled="true" if option.obstacle else "false",
            **{name: str(day) for name, day in bounds.items() if day and option.word == CUSTOM},
        ),
    )


def _dates(option: ComparisonOption, time_range: TimeRange) -> str:
    dates = span_label(time_range, *option.bounds) if option.bounds else ""
    if option.word == CUSTOM and not dates:
        dates = say("Choose a first day")
    remarks = (
        say(option.obstacle) if option.obstacle else "",
        say("different weekdays") if option.has_other_weekdays and not option.obstacle else "",
    )
    return " · ".join(filter(None, (dates, *remarks)))
