"""The slot of a heat map: a range, hour by hour of the week."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from dashapp.domain.metrics.folding import HOURS
from dashapp.domain.time.instant import from_us
from dashapp.domain.time.local_days import (
    HOUR,
    HOUR_SLOTS_PER_DAY,
    Cover,
    day_number_at,
    day_start_us,
    hour_edges,
)
from dashapp.queries.reading.asks import AnyAsk, Hours
from dashapp.queries.reading.slots import BY_HOUR_OF_WEEK, Slot, Span

HOURS_PER_WEEK = 168
_MINUTE = 60 * 1_000_000


class HourSlot(Slot):
    """The numbers of a slot's ranges are hours of the week in the board's zone.

    `stored_zone` is the zone of the stored days. Hours that begin within an hour of the board's
    zone, as half-hour zones do, are counted from events.
    """

    def __init__(self, ask: AnyAsk, covers: Sequence[Cover], stored_zone: ZoneInfo | None) -> None:
        super().__init__(ask, covers)
        assert isinstance(ask, Hours)
        self._zone = ask.zone
        self.states: list[dict[str, Any]] = [{} for _ in range(HOURS_PER_WEEK)]
        self._spans: list[Span] = []
        self._edges: list[tuple[int, int, int]] = []
        for cover in covers:
            for low, high in cover.rest:
                self._edges += hours_between(low, high, self._zone)
            if stored_zone is not None:
                self._add_stored_hours(cover, stored_zone)

    def _add_stored_hours(self, cover: Cover, zone: ZoneInfo) -> None:
        for first, end in cover.days:
            for day in range(first, end):
                if zone == self._zone and _day(day, zone)[1]:
                    self._add_plain_day(day)
                else:
                    self._add_hours(hour_edges(day, zone))
        for low, high in cover.hours:
            day = low // HOUR_SLOTS_PER_DAY
            self._add_hours([edge for edge in hour_edges(day, zone) if low <= edge[0] < high])

    def _add_plain_day(self, day: int) -> None:
        """Add a day whose stored hours are those of the board's zone, in one span with others."""
        low, high = day * HOUR_SLOTS_PER_DAY, (day + 1) * HOUR_SLOTS_PER_DAY
        last = self._spans[-1] if self._spans else None
        if last and last[0] == BY_HOUR_OF_WEEK and last[3] == low:
            self._spans[-1] = (BY_HOUR_OF_WEEK, HOURS, last[2], high)
        else:
            self._spans.append((BY_HOUR_OF_WEEK, HOURS, low, high))

    def _add_hours(self, edges: Sequence[tuple[int, int, int]]) -> None:
        """Add stored hours, or their events if they do not fit the hours of the board's zone."""
        for step, low, high in edges:
            hour, minutes = hour_of_week(low, self._zone)
            if minutes or high - low > HOUR:
                self._edges += hours_between(low, high, self._zone)
            else:
                self._spans.append((hour, HOURS, step, step + 1))

    def spans(self) -> Iterator[Span]:
        yield from self._spans

    def edges(self) -> Iterator[tuple[int, int, int]]:
        yield from self._edges

    def has_counts(self, number: int) -> bool:  # noqa: ARG002 - the same for all hours
        """Whether users can be counted where they are: nothing of them is stored by hour."""
        return True


def hour_of_week(moment: int, zone: ZoneInfo) -> tuple[int, int]:
    """Return the hour of the week that contains a moment, and the minutes since it began."""
    day = day_number_at(moment, zone)
    start, is_plain = _day(day, zone)
    if is_plain:
        hour, rest = divmod(moment - start, HOUR)
        return (day + 3) % 7 * 24 + hour, rest // _MINUTE
    at = from_us(moment).astimezone(zone)
    return at.weekday() * 24 + at.hour, at.minute


@lru_cache(maxsize=8_192)
def _day(day: int, zone: ZoneInfo) -> tuple[int, bool]:
    """Return the start of a local day, and whether its clocks do not change."""
    start, end = day_start_us(day, zone), day_start_us(day + 1, zone)
    first, last = from_us(start).astimezone(zone), from_us(end - 1).astimezone(zone)
    is_plain = end - start == 24 * HOUR and first.utcoffset() == last.utcoffset()
    return start, is_plain and not (first.hour or first.minute)


def hours_between(low: int, high: int, zone: ZoneInfo) -> list[tuple[int, int, int]]:
    """Return the parts of a range within each hour of the zone, with the hour of the week."""
    parts = []
    while low < high:
        hour, _minutes = hour_of_week(low, zone)
        end = min(high, _end_of_hour(low, zone))
        parts.append((hour, low, end))
        low = end
    return parts


def _end_of_hour(moment: int, zone: ZoneInfo) -> int:
    """Return when the local hour ends that contains a moment, at most an hour later.

    Clocks change at full quarters of an hour.
    """
    quarter = 15 * _MINUTE
    hour, _minutes = hour_of_week(moment, zone)
    end = (moment // quarter + 1) * quarter
    while hour_of_week(end, zone)[0] == hour and end - moment < HOUR:
        end += quarter
    return end
