"""One wrong event of an org, removed by someone."""

from typing import NamedTuple

from sqlalchemy import select

from dashapp.domain.access.actors import Action
from dashapp.domain.access.scope import Scope
from dashapp.domain.errors import NotFound, excerpt
from dashapp.domain.language import _
from dashapp.domain.time.instant import from_us, to_text
from dashapp.store.administration.change import Change
from dashapp.store.columns.days import discard
from dashapp.store.engine import Store
from dashapp.store.events.absent_fields import delete_absent_fields
from dashapp.store.events.names import delete_absent_names
from dashapp.store.events.removal import Removal, remove
from dashapp.store.tables import events
from dashapp.store.tallies.maintenance import finish_counting


class Removed(NamedTuple):
    """An event that was removed; `occurred_at` in microseconds UTC."""

    id: str
    type: str
    occurred_at: int


def remove_event(change: Change, event_id: str) -> Removed:
    """Remove an event. Its id stays, so that it is a duplicate if it is sent again.

    Its day is counted again; until then, it is read from events. Raises NotFound.
    """
    session, scope = change.session, change.scope
    row = session.execute(
        select(events.c.id, events.c.type, events.c.occurred_at).where(
            events.c.org_id == scope.org_id, events.c.id == event_id
        )
    ).first()
    if row is None:
        raise NotFound(_("The organization has no event %(id)s."), id=excerpt(event_id, 64))
    removed = Removed(*row)
    batch = [(removed.id, removed.occurred_at)]
    remove(session, scope, batch, Removal(events.c.id == event_id, discard))
    after = {"type": removed.type, "occurred_at": to_text(from_us(removed.occurred_at))}
    change.record(Action.EVENT_REMOVED, removed.id, before=after)
    return removed


def forget_absent(store: Store, scope: Scope) -> None:
    """Count the changed days again, and delete the names that events no longer have."""
    finish_counting(store, scope)
    delete_absent_names(store, scope)
    delete_absent_fields(store, scope)
