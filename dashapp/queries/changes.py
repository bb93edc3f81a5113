"""Has anything changed that a board shows?"""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.metrics.tallies import EVENTS
from dashapp.domain.time.instant import to_us
from dashapp.domain.time.time_range import TimeRange
from dashapp.queries.counts import counts
from dashapp.store.orgs.states import org_state


def revision(session: Session, scope: Scope) -> int:
    """A number that changes with every write to the org."""
    return org_state(session, scope).revision


def has_moved(session: Session, scope: Scope, before: TimeRange, now: TimeRange) -> bool:
    """Whether an event has come into a live range, or out of it, since it was looked at before.

    The same for the range that it is compared with. Asked of what lies between the bounds of then
    and now.
    """
    state = org_state(session, scope)
    if state.first_event_at is None or state.last_event_at is None:
        return False
    first, last = state.first_event_at, state.last_event_at
    between = {tuple(sorted(pair)) for pair in zip(_bounds(before), _bounds(now), strict=True)}
    ranges = [(low, high) for low, high in between if low < high and low <= last and first < high]
    return bool(ranges) and any(counts(session, scope, EVENTS, ranges))


def _bounds(time_range: TimeRange) -> Sequence[int]:
    """Start and end in microseconds, and those of the range that is compared with.

    The moment that is shown is a bound, too: events may be stored ahead of it.
    """
    return (*time_range.params.values(), to_us(time_range.as_of))
