"""The events of one user, in pages: for answering what is stored of a person."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.store.tables import events

Position = tuple[str, int, str]  # type, time and id of an event


class UserEvent(NamedTuple):
    """A stored event; times in microseconds UTC."""

    id: str
    type: str
    occurred_at: int
    user_id: str | None
    channel: str
    project: str
    properties: dict[str, Any]
    received_at: int

    @property
    def position(self) -> Position:
        return self.type, self.occurred_at, self.id


def events_of_user(
    session: Session, scope: Scope, user: str, after: Position | None, most: int
) -> Sequence[UserEvent]:
    """Return a user's events by type, time and id: those after a position, or the first ones."""
    key = (events.c.type, events.c.occurred_at, events.c.id)
    is_wanted = [events.c.org_id == scope.org_id, events.c.user_id == user]
    if after is not None:
        is_wanted.append(tuple_(*key) > tuple_(*after))
    columns = (events.c[name] for name in UserEvent._fields)
    rows = session.execute(select(*columns).where(*is_wanted).order_by(*key).limit(most))
    return [UserEvent(*row) for row in rows]
