"""Has anything changed that a board shows?"""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.metrics.tallies import EVENTS
from dashapp.domain.time.instant import to_us
from dashapp.domain.time.time_range import TimeRange
from dashapp.queries.reading.asks import Ask
from dashapp.queries.reading.reader import Reader
from dashapp.store.orgs.states import org_state


def revision(session: Session, scope: Scope) -> int:
    """Return a number that changes with every write to the org."""
    return org_state(session, scope).revision


def has_moved(session: Session, scope: Scope, before: TimeRange, now: TimeRange) -> bool:
    """Return whether an event entered or left the range, or the compared one, as time passed.

    Only the events between the old bounds and the new ones are counted.
    """
    state = org_state(session, scope)
    if state.first_event_at is None or state.last_event_at is None:
        return False
    first, last = state.first_event_at, state.last_event_at
    between = {(min(pair), max(pair)) for pair in zip(_bounds(before), _bounds(now), strict=True)}
    ranges = tuple((a, b) for a, b in between if a < b and a <= last and first < b)
    if not ranges:
        return False
    (counts,) = Reader(session, scope).read([Ask(EVENTS, ranges)])
    return any(counts)


def _bounds(time_range: TimeRange) -> Sequence[int]:
    """Return the bounds of the range and of the compared one, in microseconds.

    `as_of` is a bound too: events after it may be stored already.
    """
    return (*time_range.params.values(), to_us(time_range.as_of))
