"""Time zones by name, the start of local days in UTC, and bucket edges."""

import calendar
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from typing import Literal
from zoneinfo import ZoneInfo, available_timezones

from dashapp.domain.errors import BadInput, excerpt
from dashapp.domain.language import _

BucketName = Literal["5m", "15m", "1h", "1d", "1w", "1mo"]
_SUB_DAY: dict[BucketName, timedelta] = {
    "5m": timedelta(minutes=5),
    "15m": timedelta(minutes=15),
    "1h": timedelta(hours=1),
}

# Depends on the server, and a placeholder without a zone.
_NOT_ZONES = {"localtime", "Factory"}


@cache
def _zone_names() -> frozenset[str]:
    return frozenset(available_timezones() - _NOT_ZONES)


def zone_names() -> list[str]:
    """Return the names of all time zones, by name."""
    return sorted(_zone_names())


def zone_named(name: str) -> ZoneInfo:
    """Return the IANA zone with this name.

    Raises BadInput for an unknown name, before it could reach the file system.
    """
    if name not in _zone_names():
        raise BadInput(
            _("Unknown time zone “%(name)s”. Use an IANA name such as Europe/Berlin or UTC."),
            name=excerpt(name),
        )
    return ZoneInfo(name)


def wall_clock(local: datetime) -> datetime:
    """Return the local time without its zone."""
    return local.replace(tzinfo=None, fold=0)


def add_months(local: datetime, months: int) -> datetime:
    """Add months, keeping the clock time; a day that the month lacks becomes its last day.

    >>> add_months(datetime(2024, 2, 29), 12).date().isoformat()
    '2025-02-28'
    """
    index = local.year * 12 + local.month - 1 + months
    year, month = divmod(index, 12)
    if not 1 <= year <= 9999:  # noqa: PLR2004 - the limits of datetime
        raise OverflowError("outside the supported dates")
    day = min(local.day, calendar.monthrange(year, month + 1)[1])
    return local.replace(year=year, month=month + 1, day=day, fold=0)


@lru_cache(maxsize=8192)
def day_start(day: date, zone: ZoneInfo) -> datetime:
    """Return the first instant of a local day, in UTC.

    This is midnight, or the first of two midnights if the clocks go back over it. If the clocks
    skip midnight, the day begins at the jump; a day that is skipped entirely begins where the next
    one does.
    """
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
    instant = midnight.astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == midnight.replace(tzinfo=None):
        return instant
    return _jump_over(midnight, zone)


def _jump_over(missing: datetime, zone: ZoneInfo) -> datetime:
    """Return the instant at which the clocks skipped a local time."""
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
    """Return the local day that contains a moment, by the first instants of days.

    This differs from the moment's local date if the clocks go back over midnight, because the hour
    before midnight then occurs on both sides of the day's start.
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
    """Yield bucket edges in order, from at or before `start` to beyond `end`."""
    if name in _SUB_DAY:
        return _sub_day_edges(start, end, _SUB_DAY[name], zone)
    return _calendar_edges(start, end, name, zone)


def _sub_day_edges(
    start: datetime, end: datetime, step: timedelta, zone: ZoneInfo
) -> Iterator[datetime]:
    """Yield steps from each local midnight; the last step of a day ends with the day."""
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
