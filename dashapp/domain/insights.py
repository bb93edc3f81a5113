"""Rules that find what stands out on a board: a change, a peak, a new leader of a list.

A number that goes up and down from bucket to bucket differs from period to period by chance. How
much is usual is estimated from its own buckets, and only what exceeds that by far is said.
docs/use-the-board.md explains the rules to readers; ADR 0029 has the reasons.
"""

import math
from collections.abc import Sequence
from statistics import fmean, stdev
from typing import NamedTuple

_LEAST_BUCKETS = 6  # whole buckets, from which the usual variation is estimated
_USUAL = 3.0  # standard errors that a number may differ by
_LEAST_CHANGE = 0.05  # a smaller relative change is not worth a sentence
_LEAST_COUNT = 10  # events, below which a peak or a leader is chance
_PEAK_RATIO = 1.5  # a peak is at least this many times the mean of the other buckets
_LEADERS = 3
_LEAST_RANKED = 5  # labels of a list with leaders


class Course(NamedTuple):
    """A number, its counterpart in the compared range, and its whole buckets.

    `is_count`: it counts events or users, which vary at least as much as independent ones.
    """

    value: float
    previous: float
    buckets: Sequence[float]
    is_count: bool


class Ranked(NamedTuple):
    """A label of a list, from the top: its value, and whether it was in the compared range."""

    label: str
    value: float
    is_new: bool


def can_judge(buckets: Sequence[float]) -> bool:
    """Whether there are enough whole buckets to know what is usual."""
    return len(buckets) >= _LEAST_BUCKETS


def real_change(course: Course) -> float | None:
    """Return the relative change of a number, or None if it is within the usual variation.

    >>> week = [90, 110, 100, 95, 105, 100, 100]
    >>> real_change(Course(700, 500, week, is_count=True))
    0.4
    >>> real_change(Course(700, 690, week, is_count=True))
    """
    value, previous, buckets, is_count = course
    if not can_judge(buckets) or previous <= 0 or fmean(buckets) <= 0:
        return None
    change = (value - previous) / previous
    if abs(change) < _LEAST_CHANGE:
        return None
    # Sums and means of the buckets have the same relative error. Both ranges have it.
    error = math.sqrt(2 * _variance(buckets, is_count=is_count) / len(buckets)) / fmean(buckets)
    return change if abs(change) > _limit(len(buckets)) * error else None


def peak(buckets: Sequence[float], *, is_count: bool) -> int | None:
    """Return the index of a bucket that is much higher than all others, or None.

    >>> peak([10, 12, 11, 40, 9, 10, 11, 12], is_count=True)
    3
    >>> peak([10, 12, 11, 14, 9, 10, 11, 12], is_count=True)
    """
    if not can_judge(buckets[1:]):
        return None
    highest = max(range(len(buckets)), key=lambda index: buckets[index])
    others = [value for index, value in enumerate(buckets) if index != highest]
    mean, value = fmean(others), buckets[highest]
    if is_count and value < _LEAST_COUNT:
        return None
    error = math.sqrt(_variance(others, is_count=is_count) * (1 + 1 / len(others)))
    is_high = value > mean + _limit(len(others)) * error and value >= _PEAK_RATIO * mean > 0
    return highest if is_high else None


def new_leader(ranked: Sequence[Ranked], *, is_count: bool) -> Ranked | None:
    """Return the highest of the first three labels that is new, or None.

    If most labels are new, the list has changed as a whole, and none of them stands out.
    """
    if len(ranked) < _LEAST_RANKED or 2 * sum(row.is_new for row in ranked) > len(ranked):
        return None
    for row in ranked[:_LEADERS]:
        if row.is_new and (not is_count or row.value >= _LEAST_COUNT):
            return row
    return None


def _variance(values: Sequence[float], *, is_count: bool) -> float:
    """Return the variance. Counts of independent events have at least that of their mean."""
    return max(stdev(values) ** 2, fmean(values) if is_count else 0)


def _limit(count: int) -> float:
    """Return how many standard errors are usual if the error comes from `count` values.

    Student's t is wider than the normal distribution; this is the first term of the difference.
    """
    return _USUAL + (_USUAL**3 + _USUAL) / (4 * (count - 1))
