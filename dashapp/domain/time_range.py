"""From a visitor's choice to a resolved range of time: preset word -> meaning -> edges in UTC.

`h` presets are elapsed time; `d` and `mo` presets are calendar steps in the zone. Edges are made
here, by zoneinfo, once per dashboard; SQL only counts between them. So every zone and every
clock-change day comes out exact, on every database, and every bucket is present.

>>> from datetime import UTC
>>> from zoneinfo import ZoneInfo
>>> berlin = ZoneInfo("Europe/Berlin")
>>> r = resolve(Choice("7d"), berlin, now=datetime(2026, 10, 28, 9, 0, tzinfo=UTC))
>>> r.start.isoformat(), r.end.isoformat(), len(r.buckets)
('2026-10-20T22:00:00+00:00', '2026-10-28T09:00:00+00:00', 8)
>>> (r.buckets[4].end - r.buckets[4].start).total_seconds() / 3600  # clocks went back
25.0
>>> r.buckets[-1].complete
False
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from itertools import accumulate, pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from dashapp.domain.errors import BadInput
from dashapp.domain.instant import parse, to_text, to_us
from dashapp.domain.language import _
from dashapp.domain.presets import NO_LIMITS, PRESETS, Choice, Preset, TimeLimits, preset_of
from dashapp.domain.zones import BucketName, add_months, bucket_edges, wall_clock

MAX_BUCKETS = 1_000
_NOT_ALLOWED = _("This range cannot be shown here. Choose one from the list.")
_LOST_PLUS = re.compile(r" (\d\d:\d\d)$")


class Bucket(NamedTuple):
    """One step of a range, half-open, in UTC. `complete` is False where the range cuts it."""

    start: datetime
    end: datetime
    complete: bool


@dataclass(frozen=True)
class TimeRange:
    """`start <= t < end`, with everything that a query or a drawing needs to know about it."""

    preset: Preset | None
    start: datetime
    end: datetime
    previous_start: datetime
    previous_end: datetime
    zone: ZoneInfo
    bucket: BucketName
    buckets: tuple[Bucket, ...]
    as_of: datetime
    is_compared: bool = False  # bucket by bucket with the range before

    @cached_property
    def params(self) -> dict[str, int]:
        """The bounds in microseconds, under the names that queries use."""
        return {
            "start": to_us(self.start),
            "end": to_us(self.end),
            "previous_start": to_us(self.previous_start),
            "previous_end": to_us(self.previous_end),
        }

    @property
    def is_ahead(self) -> bool:
        """Whether it reaches beyond the moment that is shown: what came before it is all of it."""
        return self.end > self.as_of

    @property
    def progress(self) -> float:
        """How much of the last bucket is over, as a share of its full length: from 0 to 1.

        A bucket that the range cuts counts up to the cut: 09:30 of a day of 24 hours is 0.396.
        """
        last = self.buckets[-1]
        edges = bucket_edges(last.start, last.start, self.bucket, self.zone)
        low, high = next(pair for pair in pairwise(edges) if pair[0] <= last.start < pair[1])
        return max((min(last.end, self.as_of) - low) / (high - low), 0.0)

    @cached_property
    def edges(self) -> list[tuple[int, int]]:
        """Microsecond bounds of each bucket, half-open, in order."""
        return [(to_us(bucket.start), to_us(bucket.end)) for bucket in self.buckets]

    @cached_property
    def buckets_before(self) -> list[tuple[datetime, datetime]]:
        """For each bucket the same part of the range before: together they are all of it."""
        moments = [bucket.start for bucket in self.buckets]
        shifted = [max(self._before(moment), self.previous_start) for moment in moments]
        edges = list(accumulate([*shifted, self.previous_end], max))
        return list(pairwise(min(edge, self.previous_end) for edge in edges))

    @property
    def asked_edges(self) -> list[tuple[int, int]]:
        """The edges of the buckets, and where they are compared those of the buckets before."""
        before = self.buckets_before if self.is_compared else []
        return [*self.edges, *((to_us(low), to_us(high)) for low, high in before)]

    def _before(self, moment: datetime) -> datetime:
        if self.preset:
            return self.preset.before(moment, self.zone)
        return moment - (self.end - self.start)

    @property
    def earlier(self) -> Choice:
        """The view that ends where this one begins."""
        if self.preset:
            return Choice(self.preset.word, as_of=to_text(self.start))
        return self._shifted(self.start - self.end)

    def later(self, now: datetime) -> Choice | None:
        """The view that begins where this one ends; None where this one reaches now."""
        if self.end >= now:
            return None
        if not self.preset:
            return self._shifted(self.end - self.start)
        end = self.preset.after(self.end, self.zone)
        return Choice(self.preset.word, as_of=None if end >= now else to_text(end))

    def _shifted(self, by: timedelta) -> Choice:
        return Choice(from_=to_text(self.start + by), to=to_text(self.end + by))


def resolve(
    choice: Choice,
    zone: ZoneInfo,
    *,
    now: datetime,
    opens_with: str | None = None,
    limits: TimeLimits = NO_LIMITS,
) -> TimeRange:
    """The range that was asked for, frozen at one `as_of`.

    `opens_with` is the word of the preset where none was asked for. Raises BadInput for a malformed
    time or a custom range that cannot be.
    """
    if limits.is_present and (choice.as_of or choice.from_ or choice.to):
        raise BadInput(_NOT_ALLOWED)
    as_of = min(_moment(choice.as_of), now) if choice.as_of else now
    try:
        preset = preset_of(choice, opens_with, limits)
        if preset is None:
            return _within(_custom(choice, zone, as_of, now), limits)
        return _preset(preset, zone, as_of, now)
    except OverflowError:
        raise BadInput(_("That range lies outside the calendar.")) from None


def _within(found: TimeRange, limits: TimeLimits) -> TimeRange:
    """A custom range that may be had. Raises BadInput."""
    is_too_long = limits.most is not None and found.start < PRESETS[limits.most].before(
        found.end, found.zone
    )
    if is_too_long:
        raise BadInput(_NOT_ALLOWED)
    return found


def _moment(text: str) -> datetime:
    """A time from an address, where a plus that was not encoded has become a blank."""
    return parse(_LOST_PLUS.sub(r"+\1", text))


def _preset(preset: Preset, zone: ZoneInfo, as_of: datetime, now: datetime) -> TimeRange:
    reached = preset.before(as_of, zone)
    start = max(
        edge for edge in bucket_edges(reached, reached, preset.bucket, zone) if edge <= reached
    )
    return TimeRange(
        preset=preset,
        start=start,
        end=as_of,
        previous_start=preset.before(start, zone),
        previous_end=preset.before(as_of, zone),
        zone=zone,
        bucket=preset.bucket,
        buckets=_buckets(start, as_of, preset.bucket, zone, now),
        as_of=as_of,
    )


def _custom(choice: Choice, zone: ZoneInfo, as_of: datetime, now: datetime) -> TimeRange:
    if not (choice.from_ and choice.to):
        raise BadInput(_("A custom range needs both “from” and “to”."))
    start, end = _moment(choice.from_), _moment(choice.to)
    if start >= end:
        raise BadInput(_("“from” must be before “to”."))
    bucket = _bucket_for(start, end, zone)
    length = end - start
    return TimeRange(
        preset=None,
        start=start,
        end=end,
        previous_start=start - length,
        previous_end=start,
        zone=zone,
        bucket=bucket,
        buckets=_buckets(start, end, bucket, zone, now),
        as_of=as_of,
    )


def _bucket_for(start: datetime, end: datetime, zone: ZoneInfo) -> BucketName:
    """The step for a custom range, by its nominal length.

    A clock change must not push ninety local days over ninety days: the shorter of elapsed time
    and the difference of the wall clocks decides.
    """
    first, last = start.astimezone(zone), end.astimezone(zone)
    length = min(end - start, wall_clock(last) - wall_clock(first))
    limits: tuple[tuple[timedelta, BucketName], ...] = (
        (timedelta(hours=1), "5m"),
        (timedelta(hours=6), "15m"),
        (timedelta(days=3), "1h"),
        (timedelta(days=90), "1d"),
    )
    for limit, bucket in limits:
        if length <= limit:
            return bucket
    year = wall_clock(add_months(first, 12)) - wall_clock(first)
    return "1w" if length <= year else "1mo"


def _buckets(
    start: datetime, end: datetime, name: BucketName, zone: ZoneInfo, now: datetime
) -> tuple[Bucket, ...]:
    buckets: list[Bucket] = []
    for low, high in pairwise(bucket_edges(start, end, name, zone)):
        if low >= high or high <= start or low >= end:
            continue
        whole = start <= low and high <= end and high <= now
        buckets.append(Bucket(max(low, start), min(high, end), whole))
        if len(buckets) > MAX_BUCKETS:
            raise BadInput(
                _("That range has more than %(most)s steps. Choose a shorter one."),
                most=MAX_BUCKETS,
            )
    return tuple(buckets)
