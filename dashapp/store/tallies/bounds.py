"""The times of an org's first and last event."""

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.store.orgs.states import change_state
from dashapp.store.tables import event_types, events

_BOUNDS_BY_TYPE = (
    select(
        *(
            select(aggregate(events.c.occurred_at))
            .where(
                events.c.org_id == bindparam("org"),
                events.c.type == event_types.c.type,
            )
            .correlate(event_types)
            .scalar_subquery()
            .label(name)
            for name, aggregate in (("first", func.min), ("last", func.max))
        )
    )
    .where(event_types.c.org_id == bindparam("org"))
    .subquery("bounds")
)
_BOUNDS = select(func.min(_BOUNDS_BY_TYPE.c.first), func.max(_BOUNDS_BY_TYPE.c.last))


def refresh_event_bounds(session: Session, scope: Scope) -> None:
    """Set the times of the org's first and last event from the stored events."""
    first, last = session.execute(_BOUNDS, {"org": scope.org_id}).one()
    change_state(session, scope, first_event_at=first, last_event_at=last)
