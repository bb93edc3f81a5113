"""Which workflow changes and submissions may explain the numbers?

Counts come from the tally. Time and user are read only for the latest events of each type, and only
if there are any, so workflow changes load at once even in an org with a million submissions.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.series import Mark
from dashapp.domain.time.instant import from_us
from dashapp.domain.time.time_range import TimeRange
from dashapp.queries.counts import counts_by_type
from dashapp.store.sql.dialect import as_list
from dashapp.store.sql.ordered import ordered
from dashapp.store.sql.scoped import buckets, events

TYPES = ("workflow.created", "workflow.updated", "workflow.deleted", "submission.created")
MAX_NAMED = 100  # per event type: the latest are marked one by one, the others only counted


def lifecycle(session: Session, scope: Scope, time_range: TimeRange) -> list[list[Mark]]:
    """The marks of each bucket, by time: workflows and submissions created, updated, or deleted.

    Events beyond MAX_NAMED per type are one mark per bucket with their count.
    """
    marks: list[list[Mark]] = [[] for _ in time_range.edges]
    for event_type, counts in counts_by_type(session, scope, time_range.edges, TYPES).items():
        if any(counts):
            named = _named(session, scope, time_range, event_type, counts)
            for bucket, count in enumerate(counts):
                unnamed = count - len(named[bucket])
                if unnamed > 0:
                    start = time_range.buckets[bucket].start
                    named[bucket].append(Mark(start, event_type, times=unnamed))
                marks[bucket] += named[bucket]
    for bucket_marks in marks:
        bucket_marks.sort(key=lambda mark: (mark.times > 1, mark.at))
    return marks


def _named(
    session: Session, scope: Scope, time_range: TimeRange, event_type: str, counts: Sequence[int]
) -> list[list[Mark]]:
    """The marks of the latest events of one type, by bucket. Reads only buckets with events."""
    edges, remaining = [], MAX_NAMED
    for bucket in range(len(counts) - 1, -1, -1):
        if counts[bucket] and remaining > 0:
            edges.append((bucket, *time_range.edges[bucket]))
            remaining -= counts[bucket]
    params = {**scope.params, "kind": event_type, "edges": as_list(edges)}
    marks: list[list[Mark]] = [[] for _ in counts]
    for bucket, occurred_at, user in session.execute(_LATEST, params):
        marks[bucket].append(Mark(from_us(occurred_at), event_type, user))
    return marks


def _latest() -> Any:
    is_in_bucket = (
        (events.c.type == bindparam("kind"))
        & (events.c.occurred_at >= buckets.c.low)
        & (events.c.occurred_at < buckets.c.high)
    )
    return (
        select(buckets.c.number, events.c.occurred_at, events.c.user_id)
        .select_from(ordered(buckets, events, is_in_bucket))
        .order_by(events.c.occurred_at.desc(), events.c.id.desc())
        .limit(MAX_NAMED)
    )


_LATEST = _latest()
