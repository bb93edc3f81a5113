"""Replacement of stored events by an import. Only imported events can be replaced."""

from collections.abc import Container, Sequence
from typing import Any

from sqlalchemy import bindparam, delete
from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.errors import Conflict
from dashapp.domain.events.event import Event, Rejection
from dashapp.domain.time.local_days import day_number_at
from dashapp.store.columns.days import unseal
from dashapp.store.events.ingest import Receipt, ingest
from dashapp.store.events.stored import stored_events
from dashapp.store.orgs.states import lock, set_stale
from dashapp.store.sql.dialect import DIALECTS, as_many, dialect_of
from dashapp.store.sql.parameters import is_any_of
from dashapp.store.tables import events
from dashapp.store.tallies.bounds import refresh_event_bounds

_DELETE: dict[str, Any] = {
    dialect: delete(events).where(
        events.c.org_id == bindparam("org"),
        is_any_of(events.c.id, "ids", dialect),
        events.c.import_number.is_not(None),
    )
    for dialect in DIALECTS
}


def replace(
    session: Session, scope: Scope, batch: Sequence[Event], *, received_at: int, import_number: int
) -> tuple[Receipt, int]:
    """Store a batch, replacing events of other imports that have the same ids.

    Returns the receipt and the number of replaced events. Events sent over HTTP are kept, and the
    new ones rejected. Removed events are not restored.
    """
    state = lock(session, scope)
    stored = stored_events(session, scope, {event.id for event in batch})
    rejected: list[Rejection] = []
    indexes: list[int] = []
    replaced: dict[str, int] = {}
    for index, event in enumerate(batch):
        existing = stored.get(event.id)
        if existing is not None and not existing.is_same(event):
            if existing.import_number is None:
                rejected.append(Rejection(index, "not_imported", _SENT.format(event.id)))
                continue
            if existing.import_number != import_number:
                replaced[event.id] = existing.occurred_at
        indexes.append(index)
    if replaced:
        _delete(session, scope, list(replaced))
        days = {day_number_at(moment, state.zone) for moment in replaced.values()}
        set_stale(session, scope, {*state.stale, *days})
        unseal(session, scope, replaced.values(), received_at)
    candidates = [batch[index] for index in indexes]
    receipt = ingest(
        session, scope, candidates, received_at=received_at, import_number=import_number
    )
    if replaced:
        _require_all_restored(receipt, candidates, replaced)
        refresh_event_bounds(session, scope)
    rejected += [
        Rejection(indexes[rejection.index], rejection.code, rejection.message)
        for rejection in receipt.rejected
    ]
    return receipt._replace(rejected=rejected), len(replaced)


def _delete(session: Session, scope: Scope, ids: list[str]) -> None:
    params = {"org": scope.org_id, "ids": as_many(session, ids)}
    session.execute(_DELETE[dialect_of(session)], params)


def _require_all_restored(
    receipt: Receipt, batch: Sequence[Event], replaced: Container[str]
) -> None:
    """Raise Conflict, which rolls back, unless every deleted event was stored again."""
    for rejection in receipt.rejected:
        if batch[rejection.index].id in replaced and rejection.code != "conflict":
            raise Conflict(f"{rejection.message} No event in this batch was replaced.")


_SENT = (
    "The id “{}” is already stored with different content. Only events added by an import can be "
    "replaced."
)
