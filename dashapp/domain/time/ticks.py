"""The ticks of a time axis: which buckets have a label, and which labels go first without room.

Ticks are where people expect them: at whole hours, on Mondays, or where months and years begin.
`assets/board/chart/axis-labels.js` leaves out the lowest ranks until all labels fit, so that the
remaining ones are again at even steps.
"""

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from dashapp.domain.language import Language, current_language, say
from dashapp.domain.time.time_range import TimeRange
from dashapp.domain.time.zones import day_at, is_day_start

IF_ROOM = -1  # the rank of a tick that never replaces another one
_SUB_DAY = frozenset({"5m", "15m", "1h"})
_MOST_CLOCK_TICKS = 9
_MOST_DAYS, _MOST_DAYS_OF_WEEKS = 10, 35
_MOST_MONTHS = 14
# Each step is a multiple of the one before: a coarser axis keeps some of the ticks of a finer one.
_MINUTE_STEPS = (5, 15, 30, 60, 180, 360, 720, 1440)
_MONTH_STEPS = (1, 3, 6, 12, 24, 120, 1200)
_MINUTES_A_DAY, _MONTHS_A_YEAR, _DAYS_A_WEEK, _DAYS_A_MONTH = 1440, 12, 7, 31
_MONDAY = 0
_MID_MONTH = range(11, 18)  # one of these days is the Monday in the middle of the month
_HIGHEST_RANK = 10  # above those of a thousand buckets, which can be halved nine times


class Tick(NamedTuple):
    """The label of a bucket."""

    bucket: int
    text: str
    rank: int


def axis_ticks(time_range: TimeRange) -> list[Tick]:
    """Return the ticks of a range, from left to right."""
    return list(_ticks(time_range, current_language()))


@lru_cache(maxsize=16)
def _ticks(time_range: TimeRange, _language: Language) -> list[Tick]:
    """Compute the ticks once: all charts of a dashboard share them."""
    if time_range.bucket in _SUB_DAY:
        return _clock_ticks(time_range)
    days = [day_at(bucket.start, time_range.zone) for bucket in time_range.buckets]
    match time_range.bucket:
        case "1d":
            return _with_today(_day_ticks(days), days, time_range)
        case "1w":
            return _month_ticks(days, last_first_day=_DAYS_A_WEEK)
        case _:
            return _month_ticks(days, last_first_day=_DAYS_A_MONTH)


# -- Hours and minutes -----------------------------------------------------------------------------


class _Start(NamedTuple):
    """Where a bucket begins: the local time, and whether it is the first of its day."""

    local: datetime
    is_new_day: bool

    def step(self, minutes: int) -> int:
        """The number of the step that the time is in, counted over all days."""
        of_day = self.local.hour * 60 + self.local.minute
        return (self.local.toordinal() * _MINUTES_A_DAY + of_day) // minutes

    def is_at_step(self, minutes: int) -> bool:
        is_at_minute = not self.local.second and not self.local.microsecond
        return is_at_minute and (self.local.hour * 60 + self.local.minute) % minutes == 0


def _clock_ticks(time_range: TimeRange) -> list[Tick]:
    """Ticks at the smallest step that leads to few of them."""
    zone = time_range.zone
    starts = [
        _Start(bucket.start.astimezone(zone), is_day_start(bucket.start, zone))
        for bucket in time_range.buckets
    ]
    by_step = [_at_steps(starts, minutes) for minutes in _MINUTE_STEPS]
    finest = next(n for n, picked in enumerate(by_step) if len(picked) <= _MOST_CLOCK_TICKS)
    return [
        Tick(n, _clock_text(starts, n), sum(n in picked for picked in by_step[finest + 1 :]))
        for n in by_step[finest]
    ]


def _at_steps(starts: Sequence[_Start], minutes: int) -> list[int]:
    """The buckets that begin a step of so many minutes after midnight.

    If the clocks skip its beginning, it is the bucket after it; a repeated step has one tick.
    """
    picked = [0] if starts[0].is_new_day or starts[0].is_at_step(minutes) else []
    latest = starts[0].step(minutes)
    for number, start in enumerate(starts):
        if start.step(minutes) > latest:
            latest = start.step(minutes)
            picked.append(number)
    return picked


def _clock_text(starts: Sequence[_Start], number: int) -> str:
    """The clock time, or the day where one begins."""
    local, is_new_day = starts[number]
    if not is_new_day:
        return f"{local:%H:%M}"
    return _weekday_text(local, has_year=local.year != starts[0].local.year)


# -- Days ------------------------------------------------------------------------------------------


def _day_ticks(days: Sequence[date]) -> list[Tick]:
    """Every day, or Mondays, or the first days of months with a Monday between them."""
    mondays = [n for n, day in enumerate(days) if day.weekday() == _MONDAY]
    firsts = [n for n, day in enumerate(days) if day.day == 1]
    if len(days) <= _MOST_DAYS or len(mondays) == 1:
        return _ranked(range(len(days)), [_weekday_text(day) for day in days], days)
    texts = [_date_text(day, has_weekday=day.day != 1) for day in days]
    if len(days) <= _MOST_DAYS_OF_WEEKS or len(firsts) == 1:
        return _ranked(mondays, [_date_text(day, has_weekday=True) for day in days], days)
    between = [n for n in mondays if days[n].day in _MID_MONTH]
    months = [tick._replace(rank=tick.rank + 1) for tick in _ranked(firsts, texts, days)]
    return sorted([*months, *(Tick(n, texts[n], 0) for n in between)])


def _ranked(numbers: Sequence[int], texts: Sequence[str], days: Sequence[date]) -> list[Tick]:
    """Ticks of which every second one can be left out, again and again.

    The last one remains, or the first one of a new year, which has the year.
    """
    years = [days[0].year, *(days[n].year for n in numbers)]
    new_year = next((n for n, (a, b) in enumerate(pairwise(years)) if a != b), None)
    kept = len(numbers) - 1 if new_year is None else new_year
    return [
        Tick(bucket, _with_year(days[bucket]) if n == new_year else texts[bucket], _rank(n - kept))
        for n, bucket in enumerate(numbers)
    ]


def _rank(distance: int) -> int:
    """How often every second tick can be left out before one at a distance from the kept one is.

    >>> [_rank(distance) for distance in (-2, -1, 0, 1, 2, 3, 4)]
    [1, 0, 10, 0, 1, 0, 2]
    """
    return (distance & -distance).bit_length() - 1 if distance else _HIGHEST_RANK


def _with_today(ticks: Sequence[Tick], days: Sequence[date], time_range: TimeRange) -> list[Tick]:
    """Call the bucket that contains now “Today”, if it is in the range."""
    today = day_at(time_range.now, time_range.zone)
    if today not in days:
        return [*ticks]
    by_bucket = {tick.bucket: tick for tick in ticks}
    number = days.index(today)
    rank = by_bucket[number].rank if number in by_bucket else IF_ROOM
    return sorted({**by_bucket, number: Tick(number, say("Today"), rank)}.values())


# -- Weeks and months ------------------------------------------------------------------------------


def _month_ticks(days: Sequence[date], *, last_first_day: int) -> list[Tick]:
    """Ticks at the first buckets of months, at the smallest step that leads to few of them.

    The first bucket has a tick if it begins on a day of the month up to `last_first_day`.
    """
    months = [_month_number(day) for day in days]
    starts = [n for n in range(1, len(days)) if months[n] != months[n - 1]]
    if days[0].day <= last_first_day:
        starts = [0, *starts]
    by_step = [[n for n in starts if months[n] % step == 0] for step in _MONTH_STEPS]
    finest = next(n for n, picked in enumerate(by_step) if len(picked) <= _MOST_MONTHS)
    years = [days[0].year, *(days[n].year for n in by_step[finest])]
    step = _MONTH_STEPS[finest]
    return [
        Tick(
            n,
            _month_text(days[n], step, has_year=days[n].year != before),
            sum(n in picked for picked in by_step[finest + 1 :]),
        )
        for n, before in zip(by_step[finest], years, strict=False)
    ]


def _month_number(day: date) -> int:
    """The number of a month, counted over all years."""
    return day.year * _MONTHS_A_YEAR + day.month - 1


# -- Texts -----------------------------------------------------------------------------------------


def _month_text(day: date, step: int, *, has_year: bool) -> str:
    if step >= _MONTHS_A_YEAR:
        return str(day.year)
    name = current_language().short_months[day.month]
    return f"{name} {day.year}" if has_year else name


def _weekday_text(day: date, *, has_year: bool = False) -> str:
    weekday = current_language().short_weekdays[day.weekday()]
    return _with_year(day) if has_year else f"{weekday} {day.day}"


def _date_text(day: date, *, has_weekday: bool) -> str:
    month = current_language().short_months[day.month]
    text = say("%(day)s %(short_month)s", day=day.day, short_month=month)
    return f"{current_language().short_weekdays[day.weekday()]} {text}" if has_weekday else text


def _with_year(day: date) -> str:
    return f"{_date_text(day, has_weekday=False)} {day.year}"
