"""Shifts along a local calendar, for stepping through ranges and for comparisons."""

from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from dashapp.domain.time.zones import add_months, day_at, day_start, is_day_start

_MIDNIGHT = time()


class Shift(NamedTuple):
    """A distance in elapsed time, local days or calendar months; exactly one is set.

    The first instant of a day moves to the first instant of another day. Any other moment keeps
    its clock time: a time that the clocks skip moves forward, a repeated time is its first
    occurrence.
    """

    elapsed: timedelta = timedelta()
    days: int = 0
    months: int = 0

    @property
    def reversed(self) -> "Shift":
        return Shift(-self.elapsed, -self.days, -self.months)

    def move_back(self, moment: datetime, zone: ZoneInfo) -> datetime:
        """Return the moment this far before another one, both in UTC."""
        if not (self.days or self.months):
            return moment - self.elapsed
        if is_day_start(moment, zone):
            return day_start(self.move_day_back(day_at(moment, zone)), zone)
        local = moment.astimezone(zone)
        clock = local.time().replace(fold=0)
        moved = datetime.combine(self.move_day_back(local.date()), clock, zone)
        return moved.astimezone(UTC)

    def move_day_back(self, day: date) -> date:
        """Return the day this far back; a day that a month lacks becomes the month's last day."""
        if self.months:
            return add_months(datetime.combine(day, _MIDNIGHT), -self.months).date()
        return day - timedelta(days=self.days)


def days_between(first: datetime, last: datetime, zone: ZoneInfo) -> Shift:
    """Return the local days between the first instants of two days."""
    return Shift(days=(day_at(last, zone) - day_at(first, zone)).days)


def calendar_length(start: datetime, end: datetime, zone: ZoneInfo) -> Shift:
    """Return the length of a range in whole months or local days if it has them, else elapsed."""
    if not (is_day_start(start, zone) and is_day_start(end, zone)):
        return Shift(elapsed=end - start)
    first, last = day_at(start, zone), day_at(end, zone)
    if first.day == last.day == 1:
        return Shift(months=12 * (last.year - first.year) + last.month - first.month)
    return Shift(days=(last - first).days)


def whole_weeks_back(start: datetime, end: datetime, zone: ZoneInfo) -> Shift:
    """Return the fewest whole weeks to move a range back without overlapping itself."""
    first, last = (moment.astimezone(zone).replace(tzinfo=None) for moment in (start, end))
    days = max(1, -((first - last) // timedelta(days=1)))
    return Shift(days=7 * -(-days // 7))
