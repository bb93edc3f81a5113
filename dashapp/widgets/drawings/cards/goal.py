"""How a number compares with its goal: a track with the pace, or a level to stay above or below."""

import math
from datetime import timedelta
from itertools import accumulate
from typing import Any

from dash import html

from dashapp.domain.language import _, current_language, say, say_day
from dashapp.domain.series import Goal, ScalarRow
from dashapp.domain.time.time_range import TimeRange
from dashapp.domain.time.zones import day_at, is_day_start
from dashapp.domain.units import Format
from dashapp.widgets.drawings.attributes import attributes
from dashapp.widgets.widget import Better

_PERIODS = {
    "day": _("%(share)s of %(target)s today"),
    "week": _("%(share)s of %(target)s this week"),
    "month": _("%(share)s of %(target)s this month"),
    "year": _("%(share)s of %(target)s this year"),
}
_SIGNS = {Better.HIGHER: "≥ ", Better.LOWER: "≤ ", Better.NEITHER: ""}
_EARLIEST = 0.02  # of a period: before, its end cannot be estimated
_DAY, _HOUR, _MICROSECOND = timedelta(days=1), timedelta(hours=1), timedelta(microseconds=1)


def is_level(goal: Goal) -> bool:
    """Whether a goal is a value to compare with. No part of a target of zero can be reached."""
    return goal.kind == "level" or not goal.amount


def goal_line(
    row: ScalarRow, unit_format: Format, better: Better, time_range: TimeRange
) -> list[Any]:
    """The goal below a number; nothing without one."""
    if row.goal is None:
        return []
    if is_level(row.goal):
        return [_level(row, row.goal, unit_format, better)]
    value = float(row.value or 0)
    share = value / row.goal.amount
    track = _track(row.goal, share, better)
    target = unit_format.text(row.goal.amount)
    percent = current_language().percent(_whole_percent(share), 0)
    if row.goal.kind == "prorated" or row.goal.per is None:
        length = _length(time_range)
        left = say(
            "%(share)s of %(target)s for %(length)s", share=percent, target=target, length=length
        )
        right: list[Any] = [html.Span(say("prorated"))]
    else:
        left = say(_PERIODS[row.goal.per], share=percent, target=target)
        right = _outlook(row, row.goal, unit_format, better, time_range)
    return [html.Div([track, html.P([html.Span(left), *right])], className="goal")]


def _track(goal: Goal, share: float, better: Better) -> html.Div:
    """The reached part of a target as a bar, with a mark at what is usual by now."""
    reached = min(max(share, 0), 1)
    parts: list[Any] = [html.I(style={"width": f"{100 * reached:.1f}%"})]
    text = say(
        "%(share)s of the target", share=current_language().percent(_whole_percent(share), 0)
    )
    if goal.expected is not None and share < 1:
        parts.append(html.B(style={"left": f"{100 * goal.expected:.1f}%"}))
        usual = current_language().percent(_whole_percent(goal.expected), 0)
        text = say("%(text)s; %(share)s was expected by now", text=text, share=usual)
    is_over = better is Better.LOWER and share > 1
    return html.Div(
        parts,
        className="track over" if is_over else "track",
        role="img",
        **attributes(aria_label=text),
    )


def _outlook(
    row: ScalarRow, goal: Goal, unit_format: Format, better: Better, time_range: TimeRange
) -> list[Any]:
    """When the target was reached, or the value that the period is on course for."""
    value = float(row.value or 0)
    if value >= goal.amount:
        return [_reached(row, goal, unit_format, better, time_range)]
    if goal.expected is None:
        return []
    by_calendar = [html.Span(say("by calendar days"))] if goal.is_by_calendar else []
    if goal.expected < _EARLIEST:
        return by_calendar
    if value <= 0:
        missing = unit_format.text(_rounded(goal.amount * goal.expected - value))
        return [_chip(say("behind by %(amount)s", amount=missing), is_bad=better is Better.HIGHER)]
    end = _rounded(value / goal.expected)
    amount = unit_format.text(end)
    is_missed = end < goal.amount if better is Better.HIGHER else end > goal.amount
    is_seen = amount != unit_format.text(goal.amount)  # no red for what reads as the target
    is_bad = is_missed and is_seen and better is not Better.NEITHER
    return [_chip(say("on course for %(amount)s", amount=amount), is_bad=is_bad), *by_calendar]


def _chip(text: str, *, is_bad: bool) -> html.Span:
    return html.Span(html.Span(text, className="delta bad") if is_bad else text)


def _reached(
    row: ScalarRow, goal: Goal, unit_format: Format, better: Better, time_range: TimeRange
) -> html.Span:
    """When the target was reached. A limit is exceeded instead, by an amount."""
    if better is Better.LOWER:
        over = float(row.value or 0) - goal.amount
        if not over:
            return html.Span(say("limit reached"))
        text = say("%(amount)s over the limit", amount=unit_format.text(over))
        return _chip(text, is_bad=True)
    sums = accumulate(float(value or 0) for value in row.trend)
    number = next((n for n, total in enumerate(sums) if total >= goal.amount), None)
    if number is None or time_range.bucket != "1d":
        return html.Span(say("reached"))
    day = say_day(time_range.buckets[number].start.astimezone(time_range.zone))
    return html.Span(say("reached on %(date)s", date=day))


def _level(row: ScalarRow, goal: Goal, unit_format: Format, better: Better) -> html.Div:
    """The level, and how far the value is from it."""
    target = _SIGNS[better] + unit_format.tick(goal.amount, goal.amount)
    parts: list[Any] = [html.Span(say("Target %(target)s", target=target))]
    if row.value is not None:
        difference = unit_format.difference(row.value, goal.amount)
        parts.append(_distance(difference, unit_format, better))
    return html.Div(html.P(parts), className="goal level")


def _distance(difference: float, unit_format: Format, better: Better) -> html.Span:
    """How far a value is from its level, as a chip."""
    size = unit_format.points(difference) if unit_format.is_share else None
    amount = size or unit_format.text(abs(difference))
    if not difference:
        return html.Span(say("on target"), className="delta flat")
    if difference > 0:
        text = say("%(amount)s over target", amount=amount)
    elif better is Better.LOWER:
        text = say("%(amount)s within target", amount=amount)
    else:
        text = say("%(amount)s under target", amount=amount)
    is_good = (difference > 0) == (better is Better.HIGHER)
    color = "flat" if better is Better.NEITHER else "good" if is_good else "bad"
    return html.Span(text, className=f"delta {color}")


def _whole_percent(share: float) -> float:
    """A share in whole percent, rounded down: 100% means that it is reached."""
    return max(math.floor(round(100 * share, 6)), 0) / 100


def _rounded(amount: float) -> float:
    """An estimate with three digits, which is more than it is worth."""
    return float(f"{amount:.3g}")


def _length(time_range: TimeRange) -> str:
    """How long a range is: `7 days`, `24 hours`."""
    length = time_range.end - time_range.start
    hours = math.ceil(length / _HOUR)
    if is_day_start(time_range.start, time_range.zone):  # a day can have 23 or 25 hours
        first, last = (
            day_at(moment, time_range.zone)
            for moment in (time_range.start, time_range.end - _MICROSECOND)
        )
        days = (last - first).days + 1
    else:
        days = math.ceil(length / _DAY)
    if days == 1 and hours > 1:
        return say("%(count)s hours", count=hours)
    return say("%(count)s days", count=days) if days > 1 else say("1 hour")
