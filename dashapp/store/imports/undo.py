"""Undo of an import: deletes its events and their ids, as if the file had never been read.

Each step deletes a few thousand events and updates the counts in one transaction. After a crash
between two steps, numbers are exact and the next undo continues. Events that were erased or pruned
keep their tombstones.
"""

from collections.abc import Callable, Iterator
from time import monotonic, sleep
from typing import Any

from sqlalchemy import bindparam, delete, exists, select
from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.errors import Conflict
from dashapp.domain.time.instant import from_us, to_text
from dashapp.domain.time.local_days import day_number_at
from dashapp.store.columns.days import delete_unused, unseal
from dashapp.store.engine import Store
from dashapp.store.events.absent_fields import delete_absent_fields
from dashapp.store.events.erasure import refresh_event_bounds
from dashapp.store.events.names import delete_absent_names
from dashapp.store.imports.import_log import Import, find_import, update_import
from dashapp.store.orgs.states import lock, set_stale
from dashapp.store.sql.dialect import DIALECTS, as_many, dialect_of
from dashapp.store.sql.parameters import is_any_of
from dashapp.store.tables import event_types, events, imports
from dashapp.store.tallies.maintenance import finish_counting

STEP = 5_000  # events
_PAUSE = 0.15  # seconds, for other writers


def undo_import(
    store: Store,
    scope: Scope,
    import_id: str,
    *,
    now: int,
    by: str,
    on_progress: Callable[[int], object] = lambda _count: None,
) -> Import:
    """Delete the events that an import added; return the updated import.

    Raises NotFound, or Conflict if the import was already undone. `now` is in microseconds.
    """
    undone_import = _begin(store, scope, import_id, now, by)
    for batch in _batches(store, scope, undone_import):
        started = monotonic()
        with store.write(scope, has_time_limit=False) as session:
            count = _remove(session, scope, undone_import.number, batch, now)
        on_progress(count)
        sleep(max(_PAUSE, monotonic() - started))
    with store.write(scope, has_time_limit=False) as session:
        lock(session, scope)
        _delete_empty_types(session, scope)
        update_import(session, scope, undone_import.number, undone_at=now)
    finish_counting(store, scope)
    delete_absent_names(store, scope)
    delete_absent_fields(store, scope)
    with store.read_primary(scope) as session:
        return find_import(session, scope, import_id)


def _begin(store: Store, scope: Scope, import_id: str, now: int, by: str) -> Import:
    """Mark the undo as started, so that the import cannot add more events."""
    with store.write(scope, has_time_limit=False) as session:
        lock(session, scope)
        org_import = find_import(session, scope, import_id)
        if org_import.undone_at is not None:
            when = to_text(from_us(org_import.undone_at))[:16].replace("T", " ")
            events = f"{org_import.undone:,} event" + ("" if org_import.undone == 1 else "s")
            raise Conflict(
                f"Import {import_id} was already undone on {when} UTC: {events} removed."
            )
        if org_import.undo_started_at is None:
            update_import(
                session, scope, org_import.number, undo_started_at=now, undone_by=by[:100]
            )
        return org_import


def _batches(store: Store, scope: Scope, undone_import: Import) -> Iterator[list[tuple[str, int]]]:
    """Yield ids and times of the remaining events in batches, without blocking writers."""
    if undone_import.first_event_at is None:
        return
    with store.read_primary(scope, has_time_limit=False) as session:
        types = session.execute(
            select(event_types.c.type).where(event_types.c.org_id == scope.org_id)
        )
        types_in_order = sorted(types.scalars())
    for event_type in types_in_order:
        low = undone_import.first_event_at
        while True:
            params = {
                "org": scope.org_id, "number": undone_import.number, "type": event_type,
                "low": low, "high": undone_import.last_event_at,
            }  # fmt: skip
            with store.read_primary(scope, has_time_limit=False) as session:
                batch = [(row.id, row.occurred_at) for row in session.execute(_NEXT, params)]
            if not batch:
                break
            yield batch
            low = batch[-1][1]


_NEXT = (
    select(events.c.id, events.c.occurred_at)
    .where(
        events.c.org_id == bindparam("org"),
        events.c.type == bindparam("type"),
        events.c.occurred_at >= bindparam("low"),
        events.c.occurred_at <= bindparam("high"),
        events.c.import_number == bindparam("number"),
    )
    .order_by(events.c.occurred_at)
    .limit(STEP)
)
_DELETE: dict[str, Any] = {
    dialect: delete(events).where(
        events.c.org_id == bindparam("org"),
        is_any_of(events.c.id, "ids", dialect),
        events.c.import_number == bindparam("number"),
    )
    for dialect in DIALECTS
}


def _remove(
    session: Session, scope: Scope, number: int, batch: list[tuple[str, int]], now: int
) -> int:
    """Delete a batch without tombstones and mark its days as stale; return the number of events."""
    state = lock(session, scope)
    params = {
        "org": scope.org_id,
        "number": number,
        "ids": as_many(session, (event_id for event_id, _ in batch)),
    }
    deletion: Any = session.execute(_DELETE[dialect_of(session)], params)
    count = int(deletion.rowcount)
    if count:
        refresh_event_bounds(session, scope)
        set_stale(
            session, scope, {*state.stale, *(day_number_at(at, state.zone) for _, at in batch)}
        )
        unseal(session, scope, (at for _, at in batch), now)
        delete_unused(session, scope)
        update_import(session, scope, number, undone=imports.c.undone + count)
    return count


def _delete_empty_types(session: Session, scope: Scope) -> None:
    """Delete the event types that have no events.

    A wrong type column may have added as many types as an org can have.
    """
    has_events = exists().where(
        events.c.org_id == scope.org_id, events.c.type == event_types.c.type
    )
    session.execute(delete(event_types).where(event_types.c.org_id == scope.org_id, ~has_events))
