"""Zones by name; local days: where they begin in UTC; steps of time along them."""

import calendar
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from typing import Literal
from zoneinfo import ZoneInfo, available_timezones

from dashapp.domain.errors import BadInput, shown
from dashapp.domain.language import _

BucketName = Literal["5m", "15m", "1h", "1d", "1w", "1mo"]
_SUB_DAY: dict[BucketName, timedelta] = {
    "5m": timedelta(minutes=5),
    "15m": timedelta(minutes=15),
    "1h": timedelta(hours=1),
}


_OF_THE_MACHINE = {"localtime", "Factory"}  # wherever the server stands, and none at all


@cache
def _zone_names() -> frozenset[str]:
    return frozenset(available_timezones() - _OF_THE_MACHINE)


def zone_named(name: str) -> ZoneInfo:
    """The IANA zone of that name. Raises BadInput; the name never reaches the file system first."""
    if name not in _zone_names():
        raise BadInput(
            _("“%(name)s” is not a time zone. Write it like Europe/Berlin or UTC."),
            name=shown(name),
        )
    return ZoneInfo(name)


def wall_clock(local: datetime) -> datetime:
    """What a clock on the wall shows, without a zone."""
    return local.replace(tzinfo=None, fold=0)


def add_months(local: datetime, months: int) -> datetime:
    """The same day and clock time that many months later; a day that is missing is the last one.

    >>> add_months(datetime(2024, 2, 29), 12).date().isoformat()
    '2025-02-28'
    """
    index = local.year * 12 + local.month - 1 + months
    year, month = divmod(index, 12)
    if not 1 <= year <= 9999:  # noqa: PLR2004 - what datetime can hold
        raise OverflowError("outside the calendar")
    day = min(local.day, calendar.monthrange(year, month + 1)[1])
    return local.replace(year=year, month=month + 1, day=day, fold=0)


@lru_cache(maxsize=8192)
def day_start(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of a local day, in UTC.

    Midnight itself, the first of two where clocks go back over it. Where clocks jump over
    midnight the day begins at the jump; a day that was skipped whole begins where the next does.
    """
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
    instant = midnight.astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == midnight.replace(tzinfo=None):
        return instant
    return _jump_over(midnight, zone)


def _jump_over(missing: datetime, zone: ZoneInfo) -> datetime:
    """The instant at which the clocks jumped over a local time that does not exist."""
    before = missing.replace(fold=1).astimezone(UTC)  # offset after the jump: too early
    after = missing.replace(fold=0).astimezone(UTC)  # offset before the jump: not too early
    offset = before.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) // 2
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after.replace(microsecond=0)


def day_at(moment: datetime, zone: ZoneInfo) -> date:
    """The local day that holds a moment, by the first instants of days.

    Where clocks go back over midnight, the hour before it comes twice; both times are told apart.
    """
    day = moment.astimezone(zone).date()
    while moment < day_start(day, zone):
        day -= timedelta(days=1)
    while moment >= day_start(day + timedelta(days=1), zone):
        day += timedelta(days=1)
    return day


def is_day_start(moment: datetime, zone: ZoneInfo) -> bool:
    """Whether a moment is the first instant of a local day."""
    return moment == day_start(day_at(moment, zone), zone)


def bucket_edges(
    start: datetime, end: datetime, name: BucketName, zone: ZoneInfo
) -> Iterator[datetime]:
    """Edges in order, from at or before `start` to beyond `end`."""
    if name in _SUB_DAY:
        return _sub_day_edges(start, end, _SUB_DAY[name], zone)
    return _calendar_edges(start, end, name, zone)


def _sub_day_edges(
    start: datetime, end: datetime, step: timedelta, zone: ZoneInfo
) -> Iterator[datetime]:
    """Steps from each local midnight; the last one of a day ends at the day's edge."""
    day = start.astimezone(zone).date() - timedelta(days=1)  # a day before: clocks may go back
    while (first := day_start(day, zone)) <= end:
        day += timedelta(days=1)
        next_day = day_start(day, zone)
        edge = first
        while edge < next_day:
            yield edge
            edge += step
        if next_day > end:
            yield next_day


def _calendar_edges(
    start: datetime, end: datetime, name: BucketName, zone: ZoneInfo
) -> Iterator[datetime]:
    day = start.astimezone(zone).date() - timedelta(days=1)
    if name == "1w":
        day -= timedelta(days=day.weekday())
    elif name == "1mo":
        day = day.replace(day=1)
    while True:
        edge = day_start(day, zone)
        yield edge
        if edge > end:
            return
        if name == "1mo":
            day = (day.replace(day=28) + timedelta(days=4)).replace(day=1)
        else:
            day += timedelta(days=7 if name == "1w" else 1)
