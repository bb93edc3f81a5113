"""An import that is taken back: its events go, ids included, as if the file had never been read.

In steps of some thousand events, each a transaction of its own in which the count goes on: a crash
between two leaves exact numbers, and the next `undo` goes on where it was. What was erased or
pruned meanwhile stays a tombstone.
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
from dashapp.store.engine import Store
from dashapp.store.events.erasure import delete_absent_users, set_bounds
from dashapp.store.imports.import_log import Import, change_import, find_import
from dashapp.store.orgs.states import lock, set_stale
from dashapp.store.sql.dialect import DIALECTS, as_many, dialect_of
from dashapp.store.sql.parameters import is_any_of
from dashapp.store.tables import event_types, events, imports
from dashapp.store.tallies.maintenance import finish_counting

STEP = 5_000  # events
_PAUSE = 0.15  # seconds, in which others write


def undo_import(
    store: Store,
    scope: Scope,
    import_id: str,
    *,
    now: int,
    by: str,
    tell: Callable[[int], object] = lambda _count: None,
) -> Import:
    """Take back what an import added; the import as it is then. Raises NotFound, Conflict."""
    found = _begin(store, scope, import_id, now, by)
    for batch in _batches(store, scope, found):
        started = monotonic()
        with store.maintaining(scope) as session:
            count = _remove(session, scope, found.number, batch)
        tell(count)
        sleep(max(_PAUSE, monotonic() - started))
    with store.maintaining(scope) as session:
        lock(session, scope)
        _forget_empty_types(session, scope)
        change_import(session, scope, found.number, undone_at=now)
    finish_counting(store, scope)
    delete_absent_users(store, scope)
    with store.asking(scope) as session:
        return find_import(session, scope, import_id)


def _begin(store: Store, scope: Scope, import_id: str, now: int, by: str) -> Import:
    """From now on the import adds nothing more."""
    with store.maintaining(scope) as session:
        lock(session, scope)
        found = find_import(session, scope, import_id)
        if found.undone_at is not None:
            when = to_text(from_us(found.undone_at))[:16].replace("T", " ")
            raise Conflict(
                f"The import {import_id} was undone on {when} UTC: {found.undone:,} events were "
                "removed."
            )
        if found.undo_started_at is None:
            change_import(session, scope, found.number, undo_started_at=now, undone_by=by[:100])
        return found


def _batches(store: Store, scope: Scope, found: Import) -> Iterator[list[tuple[str, int]]]:
    """Ids and times of what is left of an import, looked up without holding up who writes."""
    if found.first_event_at is None:
        return
    with store.surveying(scope) as session:
        types = session.execute(
            select(event_types.c.type).where(event_types.c.org_id == scope.org_id)
        ).scalars()
        listed_types = sorted(types)
    for name in listed_types:
        low = found.first_event_at
        while True:
            params = {
                "org": scope.org_id, "number": found.number, "type": name,
                "low": low, "high": found.last_event_at,
            }  # fmt: skip
            with store.surveying(scope) as session:
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


def _remove(session: Session, scope: Scope, number: int, batch: list[tuple[str, int]]) -> int:
    """Events, without a tombstone; their days are counted again before their tallies are read."""
    state = lock(session, scope)
    params = {
        "org": scope.org_id,
        "number": number,
        "ids": as_many(session, (event_id for event_id, _ in batch)),
    }
    done: Any = session.execute(_DELETE[dialect_of(session)], params)
    count = int(done.rowcount)
    if count:
        set_bounds(session, scope)
        set_stale(
            session, scope, {*state.stale, *(day_number_at(at, state.zone) for _, at in batch)}
        )
        change_import(session, scope, number, undone=imports.c.undone + count)
    return count


def _forget_empty_types(session: Session, scope: Scope) -> None:
    """A wrong column may have brought a thousand types; there is room for no more than that."""
    has_events = exists().where(
        events.c.org_id == scope.org_id, events.c.type == event_types.c.type
    )
    session.execute(delete(event_types).where(event_types.c.org_id == scope.org_id, ~has_events))
