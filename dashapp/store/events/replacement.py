"""Events that an import writes over: only those that an import has brought."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Text, bindparam, cast, delete, select
from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.errors import Conflict
from dashapp.domain.events.event import Event, Rejection
from dashapp.domain.time.local_days import day_of
from dashapp.store.events.erasure import set_bounds
from dashapp.store.events.ingest import Receipt, ingest
from dashapp.store.orgs.states import lock, set_stale
from dashapp.store.sql.dialect import DIALECTS, as_many, dialect_of
from dashapp.store.sql.parameters import among
from dashapp.store.tables import events

_STORED = {
    dialect: select(
        events.c.id,
        events.c.import_number,
        events.c.occurred_at,
        events.c.type,
        events.c.user_id,
        events.c.channel,
        events.c.project,
        cast(events.c.properties, Text),
    ).where(events.c.org_id == bindparam("org"), among(events.c.id, "ids", dialect))
    for dialect in DIALECTS
}
_DELETE: dict[str, Any] = {
    dialect: delete(events).where(
        events.c.org_id == bindparam("org"),
        among(events.c.id, "ids", dialect),
        events.c.import_number.is_not(None),
    )
    for dialect in DIALECTS
}


class Stored(NamedTuple):
    """An event as it is stored, as far as it can be replaced."""

    import_number: int | None
    occurred_at: int
    content: tuple[object, ...]


def replace(
    session: Session, scope: Scope, batch: Sequence[Event], *, received_at: int, number: int
) -> tuple[Receipt, int]:
    """Store a batch; what other imports have brought under its ids gives way. How many did.

    What was sent over HTTP stays and is refused. Tombstones stay tombstones.
    """
    state = lock(session, scope)
    stored = stored_events(session, scope, batch)
    refused: list[Rejection] = []
    places: list[int] = []
    old: dict[str, int] = {}
    for index, event in enumerate(batch):
        before = stored.get(event.id)
        differs = before is not None and not is_same(before, event)
        if before is not None and differs and before.import_number is None:
            refused.append(Rejection(index, "not_imported", _SENT.format(event.id)))
            continue
        if before is not None and differs and before.import_number != number:
            old[event.id] = before.occurred_at
        places.append(index)
    if old:
        _take_away(session, scope, list(old))
        set_stale(session, scope, {*state.stale, *(day_of(at, state.zone) for at in old.values())})
    kept = [batch[index] for index in places]
    receipt = ingest(session, scope, kept, received_at=received_at, import_number=number)
    if old:
        _check_all_are_back(receipt, kept, old)
        set_bounds(session, scope)
    rejected = [Rejection(places[one.index], one.code, one.message) for one in receipt.rejected]
    return receipt._replace(rejected=[*refused, *rejected]), len(old)


def stored_events(session: Session, scope: Scope, batch: Sequence[Event]) -> dict[str, Stored]:
    """What is stored under the ids of a batch."""
    params = {"org": scope.org_id, "ids": as_many(session, {event.id for event in batch})}
    rows = session.execute(_STORED[dialect_of(session)], params)
    return {event_id: Stored(number, at, tuple(content)) for event_id, number, at, *content in rows}


def is_same(stored: Stored, event: Event) -> bool:
    """Whether there is nothing to replace, the time included."""
    return stored.occurred_at == event.occurred_at and stored.content == content_of(event)


def content_of(event: Event) -> tuple[object, ...]:
    """What an event says, but for its time."""
    return event.type, event.user, event.channel, event.project, event.properties


def _take_away(session: Session, scope: Scope, ids: list[str]) -> None:
    params = {"org": scope.org_id, "ids": as_many(session, ids)}
    session.execute(_DELETE[dialect_of(session)], params)


def _check_all_are_back(receipt: Receipt, kept: Sequence[Event], old: dict[str, int]) -> None:
    """An event gives way to its new self, or the transaction ends without a trace."""
    for rejection in receipt.rejected:
        if kept[rejection.index].id in old and rejection.code != "conflict":
            raise Conflict(f"{rejection.message} Nothing of this batch was replaced.")


_SENT = (
    "The id “{}” is stored with other content, and no import that is on record has brought it: "
    "only what an import has added can be replaced."
)
