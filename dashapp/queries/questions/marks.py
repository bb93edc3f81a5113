"""Which events may explain the numbers?

Counts come from the tally. Time and user are read only for the latest events of each type, and only
if there are any, so marks load at once even in an org with a million events of a type.
"""

from bisect import bisect_right
from collections.abc import Sequence
from typing import Any

from sqlalchemy import String, bindparam, cast, select

from dashapp.domain.metrics.tallies import EVENTS_BY_TYPE, FAMILY, is_of_types
from dashapp.domain.series import Mark
from dashapp.domain.time.instant import from_us
from dashapp.queries.questions.ranges import whole
from dashapp.queries.reading.asks import Ask, Labels
from dashapp.queries.reading.together import Asking, Steps
from dashapp.store.sql.aggregates import pairs, parsed_pairs
from dashapp.store.sql.dialect import as_texts
from dashapp.store.sql.parameters import text_list
from dashapp.store.sql.scoped import events

MAX_NAMED = 100  # per event type: the latest are marked one by one, the others only counted


def marks(asking: Asking, types: Sequence[str]) -> Steps:
    """Return the marks of each bucket, by time, for these event types and families.

    Events beyond MAX_NAMED per type are one mark per bucket with their count.
    """
    time_range = asking.time_range
    has_families = any(name.endswith(FAMILY) for name in types)
    labels = Labels.EACH if has_families else tuple(types)
    (counts,) = yield [Ask(EVENTS_BY_TYPE, tuple(time_range.edges), labels)]
    found = sorted({name for of_bucket in counts for name in of_bucket if is_of_types(name, types)})
    bucket_marks: list[list[Mark]] = [[] for _ in time_range.edges]
    if not found:
        return bucket_marks
    named = _named(asking, found)
    for bucket, of_bucket in enumerate(counts):
        for name in found:
            listed = named[name][bucket]
            unnamed = of_bucket.get(name, 0) - len(listed)
            start = time_range.buckets[bucket].start
            more = [Mark(start, name, times=unnamed)] if unnamed > 0 else []
            bucket_marks[bucket] += [*listed, *more]
    for of_bucket_marks in bucket_marks:
        of_bucket_marks.sort(key=lambda mark: (mark.times > 1, mark.at))
    return bucket_marks


def _named(asking: Asking, types: Sequence[str]) -> dict[str, list[list[Mark]]]:
    """Return the marks of the latest events of each type, by bucket."""
    session, scope, time_range = asking[:3]
    low, high = whole(time_range)
    params = {**scope.params, "types": as_texts(types), "low": low, "high": high}
    starts = [start for start, _end in time_range.edges]
    named: dict[str, list[list[Mark]]] = {name: [[] for _ in starts] for name in types}
    for name, latest in session.execute(_LATEST, params):
        for occurred_at, user in parsed_pairs(latest):
            mark = Mark(from_us(occurred_at), name, user)
            named[name][bisect_right(starts, occurred_at) - 1].append(mark)
    return named


def _latest() -> Any:
    listed = text_list(bindparam("types", type_=String)).alias("listed")
    latest = (
        select(events.c.occurred_at, events.c.user_id)
        .where(
            events.c.type == listed.c.text,
            events.c.occurred_at >= bindparam("low"),
            events.c.occurred_at < bindparam("high"),
        )
        .order_by(events.c.occurred_at.desc(), events.c.id.desc())
        .limit(MAX_NAMED)
        .correlate(listed)
        .subquery("latest")
    )
    pairs_of = select(pairs(latest.c.occurred_at, latest.c.user_id)).correlate(listed)
    return select(listed.c.text, cast(pairs_of.scalar_subquery(), String))


_LATEST = _latest()
