"""Undo of an import: deletes its events and their ids, as if the file had never been read.

Each step deletes a few thousand events and updates the counts in one transaction. After a crash
between two steps, numbers are exact and the next undo continues. Events that were erased or pruned
keep their tombstones.
"""

from collections.abc import Callable
from functools import partial

from sqlalchemy import delete, exists
from sqlalchemy.orm import Session

from dashapp.domain.access.actors import Action, operator_named
from dashapp.domain.access.scope import Scope
from dashapp.domain.errors import Conflict
from dashapp.domain.language import _
from dashapp.domain.time.instant import from_us, to_text
from dashapp.store.audit.entries import add_entry
from dashapp.store.columns.days import unseal
from dashapp.store.engine import Store
from dashapp.store.events.absent_fields import delete_absent_fields
from dashapp.store.events.names import delete_absent_names
from dashapp.store.events.removal import Removal, batches, remove
from dashapp.store.imports.import_log import Import, find_import, update_import
from dashapp.store.orgs.states import lock
from dashapp.store.short_steps import short_step
from dashapp.store.tables import event_types, events, imports
from dashapp.store.tallies.maintenance import finish_counting


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

    Raises NotFound, or Conflict if the import was already undone. `now` is in microseconds. `by` is
    the operator, "" to continue what was begun.
    """
    undone_import = _begin(store, scope, import_id, now, by)
    number, first, last = (
        undone_import.number,
        undone_import.first_event_at,
        undone_import.last_event_at,
    )
    removal = Removal(events.c.import_number == number, partial(unseal, now=now), keeps_ids=False)
    for batch in batches(store, scope, removal.condition, first or 0, last or -1):
        with short_step(store, scope) as session:
            count = remove(session, scope, batch, removal)
            update_import(session, scope, number, undone=imports.c.undone + count)
        on_progress(count)
    with store.write(scope, has_time_limit=False) as session:
        lock(session, scope)
        _delete_empty_types(session, scope)
        update_import(session, scope, number, undone_at=now)
    finish_counting(store, scope)
    delete_absent_names(store, scope)
    delete_absent_fields(store, scope)
    with store.read_primary(scope) as session:
        return find_import(session, scope, import_id)


def _begin(store: Store, scope: Scope, import_id: str, now: int, by: str) -> Import:
    with store.write(scope, has_time_limit=False) as session:
        lock(session, scope)
        begun = begin_undo(session, scope, import_id, now=now, by=by)
        if by and begun.undo_started_at is None:
            before = {"file": begun.file_name, "events": begun.counts.added + begun.counts.replaced}
            who = operator_named(by)
            add_entry(session, scope, who, Action.IMPORT_UNDONE, import_id, before=before, now=now)
        return begun


def begin_undo(session: Session, scope: Scope, import_id: str, *, now: int, by: str) -> Import:
    """Mark the undo as started, so that the import cannot add more events.

    Returns the import as it was before. The org must be locked. Raises NotFound or Conflict.
    """
    org_import = find_import(session, scope, import_id)
    if org_import.undone_at is not None:
        when = to_text(from_us(org_import.undone_at))[:16].replace("T", " ")
        raise Conflict(
            _("Import %(id)s was already undone on %(when)s UTC."), id=import_id, when=when
        )
    if org_import.undo_started_at is None:
        update_import(session, scope, org_import.number, undo_started_at=now, undone_by=by[:100])
    return org_import


def _delete_empty_types(session: Session, scope: Scope) -> None:
    """Delete the event types that have no events.

    A wrong type column may have added as many types as an org can have.
    """
    has_events = exists().where(
        events.c.org_id == scope.org_id, events.c.type == event_types.c.type
    )
    session.execute(delete(event_types).where(event_types.c.org_id == scope.org_id, ~has_events))
