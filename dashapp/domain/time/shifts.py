"""Moments moved along a local calendar: how ranges step, and what they are compared with."""

from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from dashapp.domain.time.zones import add_months, day_at, day_start, is_day_start

_MIDNIGHT = time()


class Shift(NamedTuple):
    """A distance in elapsed time, in local days or in calendar months. Exactly one is set.

    A day's first instant moves to another day's first instant. Any other moment keeps its clock
    time: one that the clocks skip moves forward, of a doubled one it is the first.
    """

    elapsed: timedelta = timedelta()
    days: int = 0
    months: int = 0

    @property
    def reversed(self) -> "Shift":
        return Shift(-self.elapsed, -self.days, -self.months)

    def back(self, moment: datetime, zone: ZoneInfo) -> datetime:
        """The moment this much before another one, both in UTC."""
        if not (self.days or self.months):
            return moment - self.elapsed
        if is_day_start(moment, zone):
            return day_start(self.day_before(day_at(moment, zone)), zone)
        local = moment.astimezone(zone)
        clock = local.time().replace(fold=0)
        moved = datetime.combine(self.day_before(local.date()), clock, zone)
        return moved.astimezone(UTC)

    def day_before(self, day: date) -> date:
        """The day this many days or months before; a day that is missing is the month's last."""
        if self.months:
            return add_months(datetime.combine(day, _MIDNIGHT), -self.months).date()
        return day - timedelta(days=self.days)


def days_between(first: datetime, last: datetime, zone: ZoneInfo) -> Shift:
    """The local days from one day's first instant to another's."""
    return Shift(days=(day_at(last, zone) - day_at(first, zone)).days)


def whole_length(start: datetime, end: datetime, zone: ZoneInfo) -> Shift:
    """How long a range is: whole months, whole local days, or elapsed time."""
    if not (is_day_start(start, zone) and is_day_start(end, zone)):
        return Shift(elapsed=end - start)
    first, last = day_at(start, zone), day_at(end, zone)
    if first.day == last.day == 1:
        return Shift(months=12 * (last.year - first.year) + last.month - first.month)
    return Shift(days=(last - first).days)


def same_weekdays(start: datetime, end: datetime, zone: ZoneInfo) -> Shift:
    """The fewest whole weeks that a range can move back without overlapping itself."""
    first, last = (moment.astimezone(zone).replace(tzinfo=None) for moment in (start, end))
    days = max(1, -((first - last) // timedelta(days=1)))
    return Shift(days=7 * -(-days // 7))
