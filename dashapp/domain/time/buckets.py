"""The buckets that a time range is divided into."""

from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from dashapp.domain.errors import BadInput
from dashapp.domain.language import _
from dashapp.domain.time.zones import BucketName, add_months, bucket_edges, wall_clock

MAX_BUCKETS = 1_000


class Bucket(NamedTuple):
    """One step of a range, half-open, in UTC. `complete` is false if the range cuts it short."""

    start: datetime
    end: datetime
    complete: bool


def bucket_for(start: datetime, end: datetime, zone: ZoneInfo) -> BucketName:
    """Return the bucket for a custom range, by its nominal length.

    The length is the shorter of the elapsed time and the wall clock difference, so that a clock
    change does not make 90 local days longer than 90 days.
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


def buckets_of(
    start: datetime, end: datetime, name: BucketName, zone: ZoneInfo, now: datetime
) -> tuple[Bucket, ...]:
    """Return every bucket of a range in order. Raises BadInput if there are too many."""
    buckets: list[Bucket] = []
    for low, high in pairwise(bucket_edges(start, end, name, zone)):
        if low >= high or high <= start or low >= end:
            continue
        is_complete = start <= low and high <= end and high <= now
        buckets.append(Bucket(max(low, start), min(high, end), is_complete))
        if len(buckets) > MAX_BUCKETS:
            raise BadInput(
                _("This range has more than %(most)s buckets. Choose a shorter range."),
                most=MAX_BUCKETS,
            )
    return tuple(buckets)
