"""Whether a line includes its first and last bucket, which the range may cut."""

from typing import NamedTuple

from dashapp.domain.time.time_range import TimeRange

_MIN_SHARE = 0.2  # of a bucket: with less, the line would seem to drop to zero after midnight


class Joined(NamedTuple):
    """Whether the first and the last point are part of the line, or are drawn separately."""

    first: bool = True
    last: bool = True


def joined(time_range: TimeRange) -> Joined:
    """Which ends are part of the line: those of buckets with at least a fifth of their length."""
    first, last = time_range.buckets[0], time_range.buckets[-1]
    return Joined(
        first.complete or time_range.first_bucket_share >= _MIN_SHARE,
        last.complete or time_range.progress >= _MIN_SHARE,
    )
