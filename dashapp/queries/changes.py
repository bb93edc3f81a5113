"""Has anything changed that a board shows?"""

from sqlalchemy.orm import Session

from dashapp.domain.scope import Scope
from dashapp.domain.tallies import EVENTS
from dashapp.queries.counts import counts
from dashapp.store.org_states import org_state


def revision(session: Session, scope: Scope) -> int:
    """A number that changes with every write to the org."""
    return org_state(session, scope).revision


def has_events_between(session: Session, scope: Scope, low: int, high: int) -> bool:
    """Whether a stored event lies in `low <= t < high`, microseconds: its time has just come."""
    last = org_state(session, scope).last_event_at
    if last is None or last < low or high <= low:
        return False
    return counts(session, scope, EVENTS, [(low, high)]) != [0]
