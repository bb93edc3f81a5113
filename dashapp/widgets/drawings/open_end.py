"""How a line ends where its last bucket is not over."""

from dashapp.domain.time_range import TimeRange

_ENOUGH = 0.2  # of a bucket: with less, a line would seem to plunge to nothing soon after midnight


def is_joined(time_range: TimeRange) -> bool:
    """Whether the last point belongs to the line, or lies there by itself."""
    return time_range.buckets[-1].complete or time_range.progress >= _ENOUGH
