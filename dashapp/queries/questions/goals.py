"""Targets: the part of a target that belongs to the range, and how much of it is usual by now."""

import calendar
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from dashapp.domain.series import Goal
from dashapp.domain.time.instant import to_us
from dashapp.domain.time.time_range import TimeRange
from dashapp.domain.time.zones import day_start
from dashapp.queries.questions.quantities import Quantity, totals
from dashapp.queries.reading.together import Asking, Steps
from dashapp.store.orgs.states import org_state

_WEEKS = 8  # of the same weekdays, before the period
_MIN_HISTORY = timedelta(weeks=4)
_DAY = timedelta(days=1)
# The calendar presets whose range is the target's period.
_PERIOD_OF = {"today": "day", "week": "week", "month": "month", "year": "year"}


class Target(NamedTuple):
    """A target: an amount per `day`, `week`, `month` or `year`, or a level without a period."""

    amount: float
    per: str | None = None


class _Day(NamedTuple):
    """A local day, and the share of it that the range covers."""

    day: date
    share: float


def goal(quantity: Quantity, target: Target, asking: Asking) -> Steps:
    """Return the target for the range.

    None if the viewer filters an amount: the target is for all of it.
    """
    if target.per is None:
        return Goal(target.amount, "level")
    if asking.scope.chosen:
        return None
    time_range = asking.time_range
    preset = time_range.preset.word if time_range.preset else ""
    if _PERIOD_OF.get(preset) != target.per:
        amount = sum(
            day.share * target.amount / _days_in_period(day.day, target.per)
            for day in _days(time_range.start, time_range.end, time_range.zone)
        )
        return Goal(amount, "prorated", target.per)
    expected, is_by_calendar = yield from _expected(quantity, target.per, asking)
    return Goal(target.amount, "period", target.per, expected, is_by_calendar)


def _days(start: datetime, end: datetime, zone: ZoneInfo) -> Iterator[_Day]:
    """Yield the local days of a range."""
    day = start.astimezone(zone).date()
    while day_start(day, zone) < end:
        low, high = day_start(day, zone), day_start(day + _DAY, zone)
        yield _Day(day, (min(end, high) - max(start, low)) / (high - low))
        day += _DAY


def _days_in_period(day: date, per: str) -> int:
    if per == "month":
        return calendar.monthrange(day.year, day.month)[1]
    if per == "year":
        return 365 + calendar.isleap(day.year)
    return 7 if per == "week" else 1


def _period(first: date, per: str) -> list[date]:
    """Return the days of the period that begins on `first`."""
    return [first + n * _DAY for n in range(_days_in_period(first, per))]


def _expected(quantity: Quantity, per: str, asking: Asking) -> Steps:
    """Return the share of the period's total that is usual by now.

    Each day weighs what the same weekdays of the last weeks had on average. True as the second
    part means that all days weigh the same, for lack of history.
    """
    time_range = asking.time_range
    zone = time_range.zone
    elapsed = list(_days(time_range.start, min(time_range.end, time_range.as_of), zone))
    period = _period(time_range.start.astimezone(zone).date(), per)
    weights = yield from _weights(quantity, asking, period[0])
    is_by_calendar = weights is None
    if weights is None:
        weights = [1.0] * 7
    total = sum(weights[day.weekday()] for day in period)
    passed = sum(day.share * weights[day.day.weekday()] for day in elapsed)
    return min(passed / total, 1.0), is_by_calendar


def _weights(quantity: Quantity, asking: Asking, first: date) -> Steps:
    """Return the mean of each weekday in the weeks before a day; None without enough history."""
    session, scope, time_range = asking[:3]
    start = day_start(first, time_range.zone)
    first_event_at = org_state(session, scope).first_event_at
    if first_event_at is None or first_event_at > to_us(start - _MIN_HISTORY):
        return None
    days = [first - n * _DAY for n in range(1, 7 * _WEEKS + 1)]
    ranges = [_bounds(day, time_range) for day in days]
    states: list[Any] = yield from totals(quantity, ranges)
    sums = [0.0] * 7
    for day, parts in zip(days, states, strict=True):
        sums[day.weekday()] += max(float(quantity.value(parts) or 0), 0.0)
    return sums if sum(sums) > 0 else None


def _bounds(day: date, time_range: TimeRange) -> tuple[int, int]:
    zone = time_range.zone
    return to_us(day_start(day, zone)), to_us(day_start(day + _DAY, zone))
