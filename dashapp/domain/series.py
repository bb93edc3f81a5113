"""Typed rows that queries answer with, and how a series gets its shape."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from dashapp.domain.time_range import TimeRange


class ScalarRow(NamedTuple):
    """One number. `previous` is None where there is nothing to compare with."""

    value: int
    previous: int | None


class SeriesRow(NamedTuple):
    """One bucket of one series."""

    start: datetime
    series: str
    value: int
    complete: bool


class TopRow(NamedTuple):
    """One of the most frequent labels. `share` of all, from 0 to 1, four decimals."""

    label: str
    value: int
    share: float


class BucketCount(NamedTuple):
    """What a database counted: bucket number, series, count. Buckets without rows are absent."""

    bucket: int
    series: str
    value: int


def fill(
    time_range: TimeRange, counts: Iterable[BucketCount], always: Sequence[str]
) -> list[SeriesRow]:
    """Every bucket of every series, ascending, zeros included: all series have one length.

    `always` names the series that are shown even when nothing was counted, in order; others
    follow, sorted, when they have a count.
    """
    found: Mapping[tuple[int, str], int] = {(c.bucket, c.series): c.value for c in counts}
    extra = sorted({series for (_, series), value in found.items() if value} - set(always))
    names = [*always, *extra]
    return [
        SeriesRow(bucket.start, name, found.get((number, name), 0), bucket.complete)
        for number, bucket in enumerate(time_range.buckets)
        for name in names
    ]
