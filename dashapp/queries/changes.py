"""Has anything changed that a board shows?"""

from sqlalchemy import BigInteger, bindparam, exists, select
from sqlalchemy.orm import Session

from dashapp.domain.scope import Scope
from dashapp.store.scoped import event_types, events, org_states

_REVISION = select(org_states.c.revision)
_BETWEEN = select(
    exists()
    .select_from(event_types.join(events, events.c.type == event_types.c.type))
    .where(
        events.c.occurred_at >= bindparam("low", type_=BigInteger),
        events.c.occurred_at < bindparam("high", type_=BigInteger),
    )
)


def revision(session: Session, scope: Scope) -> int:
    """A number that changes with every write to the org."""
    return session.execute(_REVISION, scope.params).scalar() or 0


def has_events_between(session: Session, scope: Scope, low: int, high: int) -> bool:
    """Whether a stored event lies in `low <= t < high`, microseconds: its time has just come."""
    params = {**scope.params, "low": low, "high": high}
    return bool(session.execute(_BETWEEN, params).scalar())
