"""Typed rows that queries answer with, and how a series gets its shape."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from dashapp.domain.time.time_range import TimeRange

# Fields that drawings use, and that answers for programs leave out.
_FOR_DRAWINGS = frozenset(
    {"trend", "is_comparable", "marks", "before", "rank_before", "is_compared", "is_rest"}
)
MOST_RANKED = 2  # times as many places of the range before are known as there are labels


class ScalarRow(NamedTuple):
    """One number. `previous` is None where there is nothing to compare with.

    `value` is None where there is nothing to make it of. `trend` is the number of each bucket;
    `is_comparable` says that the org's events go back as far as the range before.
    """

    value: float | None
    previous: float | None
    trend: tuple[float | None, ...] = ()
    is_comparable: bool = False


class Mark(NamedTuple):
    """Something that happened at one moment, and who did it; or several that are only counted."""

    at: datetime
    type: str
    who: str | None = None
    times: int = 1


class SeriesRow(NamedTuple):
    """One bucket of one series; `marks` are what is to be seen on the axis there.

    `before` is the value of the same part of the range before: None where it is not compared.
    `is_rest` marks the series of all other values: one of them may be called “other”, too.
    """

    start: datetime
    series: str
    value: int
    complete: bool
    marks: tuple[Mark, ...] = ()
    before: int | None = None
    is_rest: bool = False


class TopRow(NamedTuple):
    """One of the most frequent labels, or all others together.

    `share` is the quotient of value and total, from 0 to 1. `is_other` marks the row of all other
    labels: a label may be called “other”, too. `rank_before` is the place, from 1, in the range
    that is compared with: None where the label was not there, or where `is_compared` is false.
    Beyond MOST_RANKED times the number of labels it is not known exactly.
    """

    label: str
    value: int
    share: float
    rank_before: int | None = None
    is_compared: bool = False
    is_other: bool = False


class BucketCount(NamedTuple):
    """What a database counted: bucket number, series, count. Buckets without rows are absent."""

    bucket: int
    series: str
    value: int


def exported(row: Any) -> dict[str, Any]:
    """A row's fields for programs, in their order."""
    fields: dict[str, Any] = row._asdict()
    return {name: value for name, value in fields.items() if name not in _FOR_DRAWINGS}


def exported_names(row_type: type[Any]) -> tuple[str, ...]:
    """The names of those fields, for a file without rows."""
    return tuple(name for name in row_type._fields if name not in _FOR_DRAWINGS)


def fill(
    time_range: TimeRange,
    counts: Iterable[BucketCount],
    always: Sequence[str],
    *,
    is_compared: bool = False,
    rest: str | None = None,
) -> list[SeriesRow]:
    """Every bucket of every series, ascending, zeros included: all series have one length.

    `always` names the series that are shown even when nothing was counted, in order; others
    follow, sorted, when they have a count; `rest` is the series of all other values. Counts of
    buckets beyond the last one are those of the range that is compared with
    (`time_range.asked_edges`), which are shown where `is_compared`.
    """
    found: Mapping[tuple[int, str], int] = {(c.bucket, c.series): c.value for c in counts}
    ahead = len(time_range.buckets)
    shown = {series for (n, series), value in found.items() if value and (is_compared or n < ahead)}
    names = [*always, *sorted(shown - set(always))]
    return [
        SeriesRow(
            bucket.start,
            name,
            found.get((number, name), 0),
            bucket.complete,
            before=found.get((number + ahead, name), 0) if is_compared else None,
            is_rest=name == rest,
        )
        for number, bucket in enumerate(time_range.buckets)
        for name in names
    ]
