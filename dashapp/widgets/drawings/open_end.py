"""How a line ends where a bucket is cut, by the moment that is shown or by the range."""

from typing import NamedTuple

from dashapp.domain.time.time_range import TimeRange

_ENOUGH = 0.2  # of a bucket: with less, a line would seem to plunge to nothing soon after midnight


class Joined(NamedTuple):
    """Whether the first and the last point belong to the line, or are drawn by themselves."""

    first: bool = True
    last: bool = True


def joined(time_range: TimeRange) -> Joined:
    """A point of which too little is known does not belong to the line."""
    first, last = time_range.buckets[0], time_range.buckets[-1]
    return Joined(
        first.complete or time_range.first_bucket_share >= _ENOUGH,
        last.complete or time_range.progress >= _ENOUGH,
    )
