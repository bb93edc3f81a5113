"""Removal of many events, in steps of a few thousand: other writers get their turn in between.

Each step is one transaction. Days that lost events are stale until they are counted again, so
numbers are exact after each step. If a removal was interrupted, run it again to finish it.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, bindparam, delete, insert, select
from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.time.local_days import day_number_at
from dashapp.store.columns.days import delete_unused
from dashapp.store.engine import Store
from dashapp.store.orgs.states import lock, set_stale
from dashapp.store.sql.dialect import as_many, dialect_of
from dashapp.store.sql.parameters import is_any_of
from dashapp.store.tables import event_types, events, tombstones
from dashapp.store.tallies.bounds import refresh_event_bounds

STEP = 5_000  # events
Batch = list[tuple[str, int]]  # ids and times of events


class Removal(NamedTuple):
    """Which events are removed, and what stays of them.

    `unseal` makes their days unsealed. With `keeps_ids`, their ids stay as tombstones, so that they
    are duplicates if they are sent again.
    """

    condition: ColumnElement[bool]
    unseal: Callable[[Session, Scope, Iterable[int]], object]
    keeps_ids: bool = True


def batches(
    store: Store, scope: Scope, condition: ColumnElement[bool], low: int, high: int
) -> Iterator[Batch]:
    """Yield the events that meet a condition, by type and time, without blocking writers.

    `low` and `high` are the first and the last time, in microseconds. Remove each batch before the
    next one is read.
    """
    statement = _NEXT.where(condition)
    for event_type in _types(store, scope):
        start = low
        while True:
            params = {
                "org": scope.org_id, "type": event_type, "low": start, "high": high, "most": STEP
            }  # fmt: skip
            with store.read_primary(scope, has_time_limit=False) as session:
                batch = [(row.id, row.occurred_at) for row in session.execute(statement, params)]
            if not batch:
                break
            yield batch
            start = batch[-1][1]


def _types(store: Store, scope: Scope) -> list[str]:
    with store.read_primary(scope, has_time_limit=False) as session:
        types = session.execute(
            select(event_types.c.type).where(event_types.c.org_id == scope.org_id)
        )
        return sorted(types.scalars())


_NEXT = (
    select(events.c.id, events.c.occurred_at)
    .where(
        events.c.org_id == bindparam("org"),
        events.c.type == bindparam("type"),
        events.c.occurred_at >= bindparam("low"),
        events.c.occurred_at <= bindparam("high"),
    )
    .order_by(events.c.occurred_at)
    .limit(bindparam("most"))
)


def remove(session: Session, scope: Scope, batch: Batch, removal: Removal) -> int:
    """Remove the events of a batch that still meet the condition; return how many."""
    state = lock(session, scope)
    is_listed = (
        events.c.org_id == bindparam("org"),
        is_any_of(events.c.id, "ids", dialect_of(session)),
        removal.condition,
    )
    params = {"org": scope.org_id, "ids": as_many(session, (event_id for event_id, _ in batch))}
    if removal.keeps_ids:
        ids = select(events.c.org_id, events.c.id).where(*is_listed)
        session.execute(insert(tombstones).from_select(["org_id", "id"], ids), params)
    deletion: Any = session.execute(delete(events).where(*is_listed), params)
    count = int(deletion.rowcount)
    if count:
        refresh_event_bounds(session, scope)
        days = {day_number_at(at, state.zone) for _, at in batch}
        set_stale(session, scope, days.union(state.stale))
        removal.unseal(session, scope, [at for _, at in batch])
        delete_unused(session, scope)
    return count
