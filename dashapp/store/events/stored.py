"""Stored events, for comparison with events that arrive again."""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import Text, bindparam, cast, select
from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.events.event import Event
from dashapp.store.sql.dialect import DIALECTS, as_many, dialect_of
from dashapp.store.sql.event_rows import CONTENT_COLUMNS
from dashapp.store.sql.parameters import is_any_of
from dashapp.store.tables import events

_BY_ID = {
    dialect: select(
        events.c.id,
        events.c.occurred_at,
        events.c.import_number,
        events.c.type,
        events.c.user_id,
        events.c.channel,
        events.c.project,
        cast(events.c.properties, Text).label("properties"),
    ).where(events.c.org_id == bindparam("org"), is_any_of(events.c.id, "ids", dialect))
    for dialect in DIALECTS
}


class StoredEvent(NamedTuple):
    """A stored event. `import_number` is None for an event sent over HTTP.

    `content` is what `content_of` returns for the event.
    """

    occurred_at: int
    import_number: int | None
    content: tuple[object, ...]

    def is_same(self, event: Event) -> bool:
        """Return whether the event has the same time and content."""
        return self.occurred_at == event.occurred_at and self.content == content_of(event)


def stored_events(session: Session, scope: Scope, ids: Iterable[str]) -> dict[str, StoredEvent]:
    """Return the org's events with these ids, by id."""
    params = {"org": scope.org_id, "ids": as_many(session, ids)}
    return {
        row.id: StoredEvent(
            row.occurred_at,
            row.import_number,
            tuple(getattr(row, column.name) for column in CONTENT_COLUMNS),
        )
        for row in session.execute(_BY_ID[dialect_of(session)], params)
    }


def content_of(event: Event) -> tuple[object, ...]:
    """Return everything but the id and the time: what must match for a duplicate."""
    return tuple(getattr(event, column.field) for column in CONTENT_COLUMNS)
