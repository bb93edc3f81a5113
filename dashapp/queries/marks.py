"""What was changed, and by whom, that may explain what is seen?

How often is counted ahead; moment and person are read for the latest of each type, and only where
there are any. So an org with a million submissions has its changes of workflows named at once.
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
from dashapp.store.sql.parameters import ordered
from dashapp.store.sql.scoped import buckets, events

TYPES = ("workflow.created", "workflow.updated", "workflow.deleted", "submission.created")
MOST = 100  # of each type, by name: the latest


def lifecycle(session: Session, scope: Scope, time_range: TimeRange) -> list[list[Mark]]:
    """By bucket: workflows and submissions that were created, changed or deleted, by time.

    What is more than can be named stands in its bucket as a count.
    """
    marks: list[list[Mark]] = [[] for _ in time_range.edges]
    for kind, counts in counts_by_type(session, scope, time_range.edges, TYPES).items():
        if any(counts):
            named = _named(session, scope, time_range, kind, counts)
            for number, count in enumerate(counts):
                unnamed = count - len(named[number])
                if unnamed > 0:
                    start = time_range.buckets[number].start
                    named[number].append(Mark(start, kind, times=unnamed))
                marks[number] += named[number]
    for found in marks:
        found.sort(key=lambda mark: (mark.times > 1, mark.at))
    return marks


def _named(
    session: Session, scope: Scope, time_range: TimeRange, kind: str, counts: Sequence[int]
) -> list[list[Mark]]:
    """The latest of one type by bucket: only buckets that have any are looked at, from the last."""
    wanted, left = [], MOST
    for number in range(len(counts) - 1, -1, -1):
        if counts[number] and left > 0:
            wanted.append((number, *time_range.edges[number]))
            left -= counts[number]
    params = {**scope.params, "kind": kind, "edges": as_list(wanted)}
    found: list[list[Mark]] = [[] for _ in counts]
    for number, at, who in session.execute(_LATEST, params):
        found[number].append(Mark(from_us(at), kind, who))
    return found


def _latest() -> Any:
    is_one = (
        (events.c.type == bindparam("kind"))
        & (events.c.occurred_at >= buckets.c.low)
        & (events.c.occurred_at < buckets.c.high)
    )
    return (
        select(buckets.c.number, events.c.occurred_at, events.c.user_id)
        .select_from(ordered(buckets, events, is_one))
        .order_by(events.c.occurred_at.desc(), events.c.id.desc())
        .limit(MOST)
    )


_LATEST = _latest()
