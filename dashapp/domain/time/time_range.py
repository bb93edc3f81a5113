"""From a visitor's choice to a resolved range of time: preset word -> meaning -> edges in UTC.

`h` presets are elapsed time; `d` and `mo` presets and parts of the calendar are local days. Edges
are made here, by zoneinfo, once per dashboard; SQL only counts between them. So every zone and
every clock-change day is exact, on every database, and every bucket is present.

>>> from datetime import UTC
>>> from zoneinfo import ZoneInfo
>>> berlin = ZoneInfo("Europe/Berlin")
>>> r = resolve(Choice("7d"), berlin, now=datetime(2026, 10, 28, 9, 0, tzinfo=UTC))
>>> r.start.isoformat(), r.end.isoformat(), len(r.buckets)
('2026-10-21T22:00:00+00:00', '2026-10-28T09:00:00+00:00', 7)
>>> (r.buckets[3].end - r.buckets[3].start).total_seconds() / 3600  # clocks went back
25.0
>>> r.buckets[-1].complete
False
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from dashapp.domain.errors import BadInput
from dashapp.domain.language import _
from dashapp.domain.time.buckets import Bucket, bucket_for, buckets_of
from dashapp.domain.time.comparison import CUSTOM, OFF, PREVIOUS, Compared, Range, compare
from dashapp.domain.time.instant import parse_address, to_text, to_us
from dashapp.domain.time.presets import (
    NO_LIMITS,
    Choice,
    Preset,
    TimeLimits,
    known_presets,
    preset_of,
)
from dashapp.domain.time.shifts import whole_length
from dashapp.domain.time.zones import BucketName, bucket_edges

__all__ = ["Bucket", "Choice", "Preset", "TimeRange", "resolve"]
_NOT_ALLOWED = _("This range cannot be shown here. Choose one from the list.")


@dataclass(frozen=True)
class TimeRange:
    """`start <= t < end`, with everything that a query or a drawing needs to know about it."""

    preset: Preset | None
    start: datetime
    end: datetime
    compared: Compared
    zone: ZoneInfo
    bucket: BucketName
    buckets: tuple[Bucket, ...]
    as_of: datetime
    now: datetime
    is_compared: bool = False  # bucket by bucket with the other range

    @property
    def previous_start(self) -> datetime:
        return self.compared.start

    @property
    def previous_end(self) -> datetime:
        return self.compared.end

    @property
    def has_comparison(self) -> bool:
        """Whether numbers are compared with anything."""
        return self.compared.word != OFF

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
        low, high = self._full(last)
        return max((min(last.end, self.as_of) - low) / (high - low), 0.0)

    @property
    def opening(self) -> float:
        """How much of the first bucket the range holds, as a share of its full length."""
        first = self.buckets[0]
        low, high = self._full(first)
        return (first.end - first.start) / (high - low)

    def _full(self, bucket: Bucket) -> tuple[datetime, datetime]:
        """The bounds of a bucket as if the range did not cut it."""
        edges = bucket_edges(bucket.start, bucket.start, self.bucket, self.zone)
        return next(pair for pair in pairwise(edges) if pair[0] <= bucket.start < pair[1])

    @cached_property
    def edges(self) -> list[tuple[int, int]]:
        """Microsecond bounds of each bucket, half-open, in order."""
        return [(to_us(bucket.start), to_us(bucket.end)) for bucket in self.buckets]

    @cached_property
    def buckets_before(self) -> list[tuple[datetime, datetime]]:
        """For each bucket its counterpart in the other range, in order and without overlap.

        Where that range is longer, its last days have no counterpart; where it is shorter, the last
        buckets are empty.
        """
        moments = [*(bucket.start for bucket in self.buckets), self.end]
        low, high = self.previous_start, self.previous_end
        edges = [low]
        for moment in moments[1:]:
            edges.append(min(high, max(edges[-1], self.compared.shift.back(moment, self.zone))))
        return list(pairwise(edges))

    @property
    def asked_edges(self) -> list[tuple[int, int]]:
        """The edges of the buckets, and where they are compared those of their counterparts."""
        before = self.buckets_before if self.is_compared else []
        return [*self.edges, *((to_us(low), to_us(high)) for low, high in before)]

    @property
    def earlier(self) -> Choice:
        """The view that ends where this one begins."""
        if self.preset:
            as_of = self.end if self.preset.is_over else self.start
            return Choice(self.preset.word, as_of=to_text(as_of))
        return self._stepped(1)

    def later(self, now: datetime) -> Choice | None:
        """The view that begins where this one ends; None where this one reaches now."""
        if not self.preset:
            return None if self.end >= now else self._stepped(-1)
        if self.as_of >= now:
            return None
        as_of = self.preset.length.reversed.back(self.as_of, self.zone)
        return Choice(self.preset.word, as_of=None if as_of >= now else to_text(as_of))

    def _stepped(self, lengths: int) -> Choice:
        """A custom range moved back by its length: whole months or days where it has them."""
        length = whole_length(self.start, self.end, self.zone)
        moved = length if lengths > 0 else length.reversed
        start, end = (moved.back(moment, self.zone) for moment in (self.start, self.end))
        return Choice(from_=to_text(start), to=to_text(end))


class _Bounds(NamedTuple):
    preset: Preset | None
    start: datetime
    end: datetime
    bucket: BucketName


def resolve(
    choice: Choice,
    zone: ZoneInfo,
    *,
    now: datetime,
    opens_with: str | None = None,
    limits: TimeLimits = NO_LIMITS,
    comparison: str | None = None,
) -> TimeRange:
    """The range that was chosen, frozen at one `as_of`, and what it is compared with.

    `opens_with` is the word of the preset where none was chosen. Raises BadInput for a malformed
    time, a range that cannot be, and one that the limits do not allow.
    """
    if limits.is_present and (choice.as_of or choice.from_ or choice.to):
        raise BadInput(_NOT_ALLOWED)
    as_of = min(parse_address(choice.as_of), now) if choice.as_of else now
    try:
        preset = preset_of(choice, opens_with, limits)
        bounds = _custom(choice, zone, limits) if preset is None else _of(preset, as_of, zone)
        compared = compare(Range(bounds.preset, bounds.start, bounds.end, zone), comparison)
        _check_comparison(compared, zone, limits)
        buckets = buckets_of(bounds.start, bounds.end, bounds.bucket, zone, now)
    except OverflowError:
        raise BadInput(_("That range lies outside the calendar.")) from None
    return TimeRange(
        preset=bounds.preset,
        start=bounds.start,
        end=bounds.end,
        compared=compared,
        zone=zone,
        bucket=bounds.bucket,
        buckets=buckets,
        as_of=as_of,
        now=now,
    )


def _of(preset: Preset, as_of: datetime, zone: ZoneInfo) -> _Bounds:
    start, end = preset.bounds(as_of, zone)
    return _Bounds(preset, start, end, preset.bucket)


def _custom(choice: Choice, zone: ZoneInfo, limits: TimeLimits) -> _Bounds:
    if not (choice.from_ and choice.to):
        raise BadInput(_("A custom range needs both “from” and “to”."))
    start, end = parse_address(choice.from_), parse_address(choice.to)
    if start >= end:
        raise BadInput(_("“from” must be before “to”."))
    _require_short(start, end, zone, limits)
    return _Bounds(None, start, end, bucket_for(start, end, zone))


def _check_comparison(compared: Compared, zone: ZoneInfo, limits: TimeLimits) -> None:
    """Raises BadInput for a comparison that the limits do not allow."""
    if limits.is_present and compared.word not in {PREVIOUS, OFF}:
        raise BadInput(_NOT_ALLOWED)
    if compared.word == CUSTOM:
        _require_short(compared.start, compared.end, zone, limits)


def _require_short(start: datetime, end: datetime, zone: ZoneInfo, limits: TimeLimits) -> None:
    """Raises BadInput for a range that is longer than the longest preset that is allowed."""
    if limits.most is None:
        return
    longest = known_presets()[limits.most].length
    if start < longest.back(end, zone):
        raise BadInput(_NOT_ALLOWED)
