"""The typed rows that queries return, and how counts become a complete series."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from dashapp.domain.time.time_range import TimeRange

# Fields that only drawings use: the API and CSV exports omit them.
_FOR_DRAWINGS = frozenset(
    {"trend", "is_comparable", "marks", "before", "rank_before", "is_compared", "is_rest"}
)
RANKED_PER_LABEL = 2  # ranks known in the compared range, per label shown


class ScalarRow(NamedTuple):
    """One number. `value` is None without data, `previous` is None without a comparison.

    `trend` has the number of each bucket. `is_comparable` is true when the org's events go back to
    the start of the compared range.
    """

    value: float | None
    previous: float | None
    trend: tuple[float | None, ...] = ()
    is_comparable: bool = False


class Mark(NamedTuple):
    """One action at one moment and the user who did it, or several actions as a count."""

    at: datetime
    type: str
    user: str | None = None
    times: int = 1


class SeriesRow(NamedTuple):
    """One bucket of one series; `marks` are drawn on its axis.

    `before` is the value of the same bucket in the compared range, or None without a comparison.
    `is_rest` marks the series that combines all remaining values. It is a flag and not a name,
    because a real value may also be called “other”.
    """

    start: datetime
    series: str
    value: int
    complete: bool
    marks: tuple[Mark, ...] = ()
    before: int | None = None
    is_rest: bool = False


class TopRow(NamedTuple):
    """One of the most frequent labels, or all remaining labels together.

    `share` is value divided by total, from 0 to 1. `is_other` marks the row that combines the
    remaining labels; it is a flag because a real label may also be called “other”. `rank_before`
    is the label's rank, from 1, in the compared range: None if the label had no events there, or
    if `is_compared` is false. Ranks beyond RANKED_PER_LABEL times the number of labels are not
    exact.
    """

    label: str
    value: int
    share: float
    rank_before: int | None = None
    is_compared: bool = False
    is_other: bool = False


class BucketCount(NamedTuple):
    """A count from the database. Buckets without events are absent."""

    bucket: int
    series: str
    value: int


def public_fields(row: Any) -> dict[str, Any]:
    """Return the fields of a row that the API and CSV exports contain, in order."""
    fields: dict[str, Any] = row._asdict()
    return {name: value for name, value in fields.items() if name not in _FOR_DRAWINGS}


def public_field_names(row_type: type[Any]) -> tuple[str, ...]:
    """Return the names of the public fields, for an export without rows."""
    return tuple(name for name in row_type._fields if name not in _FOR_DRAWINGS)


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
