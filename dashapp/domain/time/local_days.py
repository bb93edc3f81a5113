"""Numbers for local days and hours, the keys of tallies, and ranges split into them.

A day is the number of days since 1970-01-01. Hours count from the start of the local day, so that
days of 23, 24.5 and 26 hours work; the number of an hour is `day * 32 + hour`.

>>> berlin = ZoneInfo("Europe/Berlin")
>>> day = day_number(date(2026, 10, 25))  # clocks go back: 25 hours
>>> (day_start_us(day + 1, berlin) - day_start_us(day, berlin)) // HOUR
25
>>> day_and_hour_at(day_start_us(day + 1, berlin) - 1, berlin) == (day, 24)
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
HOUR_SLOTS_PER_DAY = 32  # more hours than any day has
_EPOCH = date(1970, 1, 1).toordinal()


def day_number(day: date) -> int:
    return day.toordinal() - _EPOCH


def date_from_number(day: int) -> date:
    return date.fromordinal(day + _EPOCH)


@lru_cache(maxsize=65_536)
def day_start_us(day: int, zone: ZoneInfo) -> int:
    """Return the first microsecond of a local day."""
    return to_us(day_start(date_from_number(day), zone))


def day_number_at(moment_us: int, zone: ZoneInfo) -> int:
    """Return the local day that contains a moment."""
    day = moment_us // DAY
    while moment_us < day_start_us(day, zone):
        day -= 1
    while moment_us >= day_start_us(day + 1, zone):
        day += 1
    return day


def day_and_hour_at(moment_us: int, zone: ZoneInfo) -> tuple[int, int]:
    """Return the local day that contains a moment, and the hour of that day."""
    day = day_number_at(moment_us, zone)
    return day, (moment_us - day_start_us(day, zone)) // HOUR


def hour_edges(day: int, zone: ZoneInfo) -> list[tuple[int, int, int]]:
    """Return number, start and end of each hour of a day, the last two in microseconds."""
    low, high = day_start_us(day, zone), day_start_us(day + 1, zone)
    return [
        (day * HOUR_SLOTS_PER_DAY + hour, edge, min(edge + HOUR, high))
        for hour, edge in enumerate(range(low, high, HOUR))
    ]


class Cover(NamedTuple):
    """Half-open parts that add up to a range: day numbers, hour numbers, microseconds."""

    days: list[tuple[int, int]]
    hours: list[tuple[int, int]]
    rest: list[tuple[int, int]]


class TalliedDays(NamedTuple):
    """The days that tallies cover: from `first` on, except those in `stale`.

    There are no events after `last_event_at`.
    """

    zone: ZoneInfo
    first: int
    stale: Sequence[int] = ()
    last_event_at: int | None = None


def cover(low: int, high: int, tallied: TalliedDays, *, has_hours: bool) -> Cover:
    """Split `low <= t < high` into tallied days, then tallied hours, then the remaining time.

    A range that ends after the last event is extended to the end of its day, so that today counts
    as a whole day as long as no event lies ahead.

    >>> tallied = TalliedDays(ZoneInfo("UTC"), first=0)
    >>> cover(DAY // 2, 3 * DAY + HOUR + 5, tallied, has_hours=True)
    Cover(days=[(1, 3)], hours=[(12, 24), (96, 97)], rest=[(262800000000, 262800000005)])
    """
    parts = Cover([], [], [])
    zone = tallied.zone
    if tallied.last_event_at is not None and tallied.last_event_at < high:
        high = max(low, day_start_us(day_number_at(high - 1, zone) + 1, zone))
    if low >= high:
        return parts
    first, last = day_number_at(low, zone), day_number_at(high - 1, zone)
    is_first_cut, is_last_cut = low > day_start_us(first, zone), high < day_start_us(last + 1, zone)
    if is_first_cut or (is_last_cut and first == last):
        end = min(high, day_start_us(first + 1, zone))
        _cover_part(parts, first, low, end, tallied, has_hours=has_hours)
    _cover_days(parts, first + is_first_cut, last + 1 - is_last_cut, tallied)
    if is_last_cut and first < last:
        _cover_part(parts, last, day_start_us(last, zone), high, tallied, has_hours=has_hours)
    return parts


def _cover_days(parts: Cover, first: int, end: int, tallied: TalliedDays) -> None:
    """Add whole days: all at once if tallies cover all of them, otherwise one by one."""
    if first >= end:
        return
    if first >= tallied.first and not tallied.stale:
        parts.days.append((first, end))
        return
    for day in range(first, end):
        if day < tallied.first or day in tallied.stale:
            _extend(
                parts.rest, day_start_us(day, tallied.zone), day_start_us(day + 1, tallied.zone)
            )
        else:
            _extend(parts.days, day, day + 1)


def _cover_part(
    parts: Cover, day: int, low: int, high: int, tallied: TalliedDays, *, has_hours: bool
) -> None:
    """Add a part of a day: its whole hours if tallies cover them, then the remaining time."""
    if day < tallied.first or day in tallied.stale or not has_hours:
        _extend(parts.rest, low, high)
        return
    start = day_start_us(day, tallied.zone)
    whole_low, whole_high = -((start - low) // HOUR), (high - start) // HOUR
    if high == day_start_us(day + 1, tallied.zone):
        whole_high = -((start - high) // HOUR)  # the last hour may be shorter
    if whole_low >= whole_high:
        _extend(parts.rest, low, high)
        return
    number = day * HOUR_SLOTS_PER_DAY
    parts.hours.append((number + whole_low, number + whole_high))
    for left, right in (
        (low, start + whole_low * HOUR),
        (min(high, start + whole_high * HOUR), high),
    ):
        if left < right:
            _extend(parts.rest, left, right)


def _extend(parts: list[tuple[int, int]], low: int, high: int) -> None:
    """Append a part, or extend the last part if this one follows it directly."""
    if parts and parts[-1][1] == low:
        parts[-1] = (parts[-1][0], high)
    else:
        parts.append((low, high))
