"""Local days: where they begin in UTC, and steps of months. Zones by name."""

import calendar
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo, available_timezones

from dashapp.domain.errors import BadInput, shown


@cache
def _zone_names() -> frozenset[str]:
    return frozenset(available_timezones())


def zone_named(name: str) -> ZoneInfo:
    """The IANA zone of that name. Raises BadInput; the name never reaches the file system first."""
    if name not in _zone_names():
        raise BadInput(f"“{shown(name)}” is not a time zone. Write it like Europe/Berlin or UTC.")
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
