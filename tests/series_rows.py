"""Rows of series from counts: a test states only the counts that matter to it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from dashapp.domain.series import SeriesRow
from dashapp.domain.time.time_range import TimeRange


class BucketCount(NamedTuple):
    """A count from the database. Buckets without events are absent."""

    bucket: int
    series: str
    value: int


def fill_series(
    time_range: TimeRange,
    counts: Iterable[BucketCount],
    always: Sequence[str],
    *,
    is_compared: bool = False,
    rest: str | None = None,
) -> list[SeriesRow]:
    """Return every bucket of every series in ascending order, zeros included.

    `always` names the series that are included even with no events, in order. Other series follow,
    sorted, if they have a count. `rest` is the name of the series that combines all remaining
    values. Bucket numbers beyond the last bucket belong to the compared range, as in
    `time_range.query_edges`; they are used if `is_compared`.
    """
    values: Mapping[tuple[int, str], int] = {(c.bucket, c.series): c.value for c in counts}
    bucket_count = len(time_range.buckets)
    counted = {
        series
        for (n, series), value in values.items()
        if value and (is_compared or n < bucket_count)
    }
    names = [*always, *sorted(counted - set(always))]
    return [
        SeriesRow(
            bucket.start,
            name,
            values.get((number, name), 0),
            bucket.complete,
            before=values.get((number + bucket_count, name), 0) if is_compared else None,
            is_rest=name == rest,
        )
        for number, bucket in enumerate(time_range.buckets)
        for name in names
    ]
