"""Resolve a viewer's choice to a time range with bucket edges in UTC.

`h` presets are elapsed time; `d`, `mo` and calendar presets are local days. zoneinfo computes the
edges here, once per dashboard, and SQL only counts between them. Every zone and clock change is
therefore exact on every database, and every bucket is present.

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
from dashapp.domain.time.comparison import CUSTOM, OFF, PREVIOUS, Comparison, Range, comparison_for
from dashapp.domain.time.instant import parse_query_param, to_text, to_us
from dashapp.domain.time.presets import (
    NO_LIMITS,
    Choice,
    Preset,
    TimeLimits,
    known_presets,
    preset_of,
)
from dashapp.domain.time.shifts import calendar_length
from dashapp.domain.time.zones import BucketName, bucket_edges

__all__ = ["Bucket", "Choice", "Preset", "TimeRange", "resolve"]
_NOT_ALLOWED = _("This range is not available here. Choose one from the list.")


@dataclass(frozen=True)
class TimeRange:
    """`start <= t < end` in UTC, with what queries and drawings need."""

    preset: Preset | None
    start: datetime
    end: datetime
    compared: Comparison
    zone: ZoneInfo
    bucket: BucketName
    buckets: tuple[Bucket, ...]
    as_of: datetime
    now: datetime
    is_compared: bool = False  # whether each bucket is compared with its counterpart

    @property
    def previous_start(self) -> datetime:
        return self.compared.start

    @property
    def previous_end(self) -> datetime:
        return self.compared.end

    @property
    def has_comparison(self) -> bool:
        """Whether numbers are compared with another range."""
        return self.compared.word != OFF

    @cached_property
    def params(self) -> dict[str, int]:
        """The bounds in microseconds, by the parameter names of queries."""
        return {
            "start": to_us(self.start),
            "end": to_us(self.end),
            "previous_start": to_us(self.previous_start),
            "previous_end": to_us(self.previous_end),
        }

    @property
    def is_ahead(self) -> bool:
        """Whether the range ends after `as_of`, so that its data is not complete yet."""
        return self.end > self.as_of

    @property
    def progress(self) -> float:
        """How much of the last bucket has passed, as a share of its full length, from 0 to 1.

        A bucket that the range cuts counts up to the cut: 09:30 on a day of 24 hours is 0.396.
        """
        last = self.buckets[-1]
        low, high = self._uncut_bounds(last)
        return max((min(last.end, self.as_of) - low) / (high - low), 0.0)

    @property
    def first_bucket_share(self) -> float:
        """How much of the first bucket the range covers, as a share of its full length."""
        first = self.buckets[0]
        low, high = self._uncut_bounds(first)
        return (first.end - first.start) / (high - low)

    def _uncut_bounds(self, bucket: Bucket) -> tuple[datetime, datetime]:
        """Return the bounds that a bucket would have if the range did not cut it."""
        edges = bucket_edges(bucket.start, bucket.start, self.bucket, self.zone)
        return next(pair for pair in pairwise(edges) if pair[0] <= bucket.start < pair[1])

    @cached_property
    def edges(self) -> list[tuple[int, int]]:
        """The bounds of each bucket in microseconds, half-open, in order."""
        return [(to_us(bucket.start), to_us(bucket.end)) for bucket in self.buckets]

    @cached_property
    def previous_buckets(self) -> list[tuple[datetime, datetime]]:
        """The counterpart of each bucket in the compared range, in order and without overlap.

        If the compared range is longer, its end has no counterpart. If it is shorter, the last
        counterparts are empty.
        """
        moments = [*(bucket.start for bucket in self.buckets), self.end]
        low, high = self.previous_start, self.previous_end
        edges = [low]
        for moment in moments[1:]:
            edges.append(
                min(high, max(edges[-1], self.compared.shift.move_back(moment, self.zone)))
            )
        return list(pairwise(edges))

    @property
    def query_edges(self) -> list[tuple[int, int]]:
        """The bounds of the buckets, followed by those of their counterparts if compared."""
        before = self.previous_buckets if self.is_compared else []
        return [*self.edges, *((to_us(low), to_us(high)) for low, high in before)]

    @property
    def earlier(self) -> Choice:
        """The choice of the range that ends where this one begins."""
        if self.preset:
            as_of = self.end if self.preset.is_over else self.start
            return Choice(self.preset.word, as_of=to_text(as_of))
        return self._stepped(1)

    def later(self, now: datetime) -> Choice | None:
        """Return the choice of the range that follows, or None if this one reaches now."""
        if not self.preset:
            return None if self.end >= now else self._stepped(-1)
        if self.as_of >= now:
            return None
        as_of = self.preset.length.reversed.move_back(self.as_of, self.zone)
        return Choice(self.preset.word, as_of=None if as_of >= now else to_text(as_of))

    def _stepped(self, lengths: int) -> Choice:
        """Move a custom range back by its length, in whole months or days if it has them."""
        length = calendar_length(self.start, self.end, self.zone)
        moved = length if lengths > 0 else length.reversed
        start, end = (moved.move_back(moment, self.zone) for moment in (self.start, self.end))
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
    """Resolve a choice to a time range and its comparison, as of one moment.

    `opens_with` is the dashboard's preset, used if the viewer chose none. Raises BadInput for a
    malformed time, an impossible range, or a range that the limits do not allow.
    """
    if limits.is_restricted and (choice.as_of or choice.from_ or choice.to):
        raise BadInput(_NOT_ALLOWED)
    as_of = min(parse_query_param(choice.as_of), now) if choice.as_of else now
    try:
        preset = preset_of(choice, opens_with, limits)
        bounds = _from_preset(preset, as_of, zone) if preset else _from_choice(choice, zone, limits)
        resolved_comparison = comparison_for(
            Range(bounds.preset, bounds.start, bounds.end, zone), comparison
        )
        _check_comparison(resolved_comparison, zone, limits)
        buckets = buckets_of(bounds.start, bounds.end, bounds.bucket, zone, now)
    except OverflowError:
        raise BadInput(_("This range is outside the supported dates.")) from None
    return TimeRange(
        preset=bounds.preset,
        start=bounds.start,
        end=bounds.end,
        compared=resolved_comparison,
        zone=zone,
        bucket=bounds.bucket,
        buckets=buckets,
        as_of=as_of,
        now=now,
    )


def _from_preset(preset: Preset, as_of: datetime, zone: ZoneInfo) -> _Bounds:
    start, end = preset.bounds(as_of, zone)
    return _Bounds(preset, start, end, preset.bucket)


def _from_choice(choice: Choice, zone: ZoneInfo, limits: TimeLimits) -> _Bounds:
    if not (choice.from_ and choice.to):
        raise BadInput(_("A custom range needs both “from” and “to”."))
    start, end = parse_query_param(choice.from_), parse_query_param(choice.to)
    if start >= end:
        raise BadInput(_("“from” must be before “to”."))
    _require_allowed_length(start, end, zone, limits)
    return _Bounds(None, start, end, bucket_for(start, end, zone))


def _check_comparison(compared: Comparison, zone: ZoneInfo, limits: TimeLimits) -> None:
    """Raise BadInput for a comparison that the limits do not allow."""
    if limits.is_restricted and compared.word not in {PREVIOUS, OFF}:
        raise BadInput(_NOT_ALLOWED)
    if compared.word == CUSTOM:
        _require_allowed_length(compared.start, compared.end, zone, limits)


def _require_allowed_length(
    start: datetime, end: datetime, zone: ZoneInfo, limits: TimeLimits
) -> None:
    """Raise BadInput for a range longer than the longest allowed preset."""
    if limits.longest is None:
        return
    longest = known_presets()[limits.longest].length
    if start < longest.move_back(end, zone):
        raise BadInput(_NOT_ALLOWED)
