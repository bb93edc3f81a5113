"""Local days and hours as numbers: what tallies are keyed by, and how a range is covered by them.

A day is its number since 1970-01-01. An hour of a day counts from the local midnight, so that days
of 23, 24.5 and 26 hours come out right; its number is `day * 32 + hour`.

>>> berlin = ZoneInfo("Europe/Berlin")
>>> day = day_number(date(2026, 10, 25))  # clocks go back: 25 hours
>>> (day_low(day + 1, berlin) - day_low(day, berlin)) // HOUR
25
>>> step_of(day_low(day + 1, berlin) - 1, berlin) == (day, 24)
True
"""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from dashapp.domain.time.instant import SECOND, to_us
from dashapp.domain.time.zones import day_start

HOUR = 3600 * SECOND
DAY = 24 * HOUR
HOURS_A_DAY = 32  # more than any day has
_EPOCH = date(1970, 1, 1).toordinal()


def day_number(day: date) -> int:
    return day.toordinal() - _EPOCH


def date_of(day: int) -> date:
    return date.fromordinal(day + _EPOCH)


@lru_cache(maxsize=65_536)
def day_low(day: int, zone: ZoneInfo) -> int:
    """The first microsecond of a local day."""
    return to_us(day_start(date_of(day), zone))


def day_of(moment: int, zone: ZoneInfo) -> int:
    """The local day that holds a moment in microseconds."""
    day = moment // DAY
    while moment < day_low(day, zone):
        day -= 1
    while moment >= day_low(day + 1, zone):
        day += 1
    return day


def step_of(moment: int, zone: ZoneInfo) -> tuple[int, int]:
    """The local day, and the hour of it, that hold a moment."""
    day = day_of(moment, zone)
    return day, (moment - day_low(day, zone)) // HOUR


def hour_edges(day: int, zone: ZoneInfo) -> list[tuple[int, int, int]]:
    """Each hour of a day: its number, its low and its high, in microseconds."""
    low, high = day_low(day, zone), day_low(day + 1, zone)
    return [
        (day * HOURS_A_DAY + hour, edge, min(edge + HOUR, high))
        for hour, edge in enumerate(range(low, high, HOUR))
    ]


class Cover(NamedTuple):
    """Parts that make up a range exactly, half-open: days, hours by number, moments."""

    days: list[tuple[int, int]]
    hours: list[tuple[int, int]]
    rest: list[tuple[int, int]]


class Known(NamedTuple):
    """Which days are counted ahead: from `first` on, but for those that are `stale`.

    No event lies after `last_event_at`.
    """

    zone: ZoneInfo
    first: int
    stale: Sequence[int] = ()
    last_event_at: int | None = None


def cover(low: int, high: int, known: Known, *, has_hours: bool) -> Cover:
    """Cover `low <= t < high` with whole days that are known, then whole hours, then moments.

    A range that ends after the last event may as well end with its day: today is a whole day
    while nothing lies ahead.

    >>> known = Known(ZoneInfo("UTC"), first=0)
    >>> cover(DAY // 2, 3 * DAY + HOUR + 5, known, has_hours=True)
    Cover(days=[(1, 3)], hours=[(12, 24), (96, 97)], rest=[(262800000000, 262800000005)])
    """
    made = Cover([], [], [])
    zone = known.zone
    if known.last_event_at is not None and known.last_event_at < high:
        high = max(low, day_low(day_of(high - 1, zone) + 1, zone))
    if low >= high:
        return made
    first, last = day_of(low, zone), day_of(high - 1, zone)
    is_first_cut, is_last_cut = low > day_low(first, zone), high < day_low(last + 1, zone)
    if is_first_cut or (is_last_cut and first == last):
        end = min(high, day_low(first + 1, zone))
        _cover_part(made, first, low, end, known, has_hours=has_hours)
    _cover_days(made, first + is_first_cut, last + 1 - is_last_cut, known)
    if is_last_cut and first < last:
        _cover_part(made, last, day_low(last, zone), high, known, has_hours=has_hours)
    return made


def _cover_days(made: Cover, first: int, end: int, known: Known) -> None:
    """Whole days: as they are where all are known, else each for itself."""
    if first >= end:
        return
    if first >= known.first and not known.stale:
        made.days.append((first, end))
        return
    for day in range(first, end):
        if day < known.first or day in known.stale:
            _extend(made.rest, day_low(day, known.zone), day_low(day + 1, known.zone))
        else:
            _extend(made.days, day, day + 1)


def _cover_part(
    made: Cover, day: int, low: int, high: int, known: Known, *, has_hours: bool
) -> None:
    """A part of a day: its whole hours where they are known, and what is left."""
    if day < known.first or day in known.stale or not has_hours:
        _extend(made.rest, low, high)
        return
    start = day_low(day, known.zone)
    whole_low, whole_high = -((start - low) // HOUR), (high - start) // HOUR
    if high == day_low(day + 1, known.zone):
        whole_high = -((start - high) // HOUR)  # the last hour may be shorter
    if whole_low >= whole_high:
        _extend(made.rest, low, high)
        return
    number = day * HOURS_A_DAY
    made.hours.append((number + whole_low, number + whole_high))
    for left, right in (
        (low, start + whole_low * HOUR),
        (min(high, start + whole_high * HOUR), high),
    ):
        if left < right:
            _extend(made.rest, left, right)


def _extend(parts: list[tuple[int, int]], low: int, high: int) -> None:
    """Add a part, to the last one where it follows it."""
    if parts and parts[-1][1] == low:
        parts[-1] = (parts[-1][0], high)
    else:
        parts.append((low, high))
