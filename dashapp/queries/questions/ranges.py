"""The ranges of a board: its buckets, and what they are compared with."""

from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.time.time_range import TimeRange
from dashapp.queries.reading.asks import Range
from dashapp.store.orgs.states import org_state

_NEVER = 2**63 - 1


def whole(time_range: TimeRange) -> Range:
    bounds = time_range.params
    return bounds["start"], bounds["end"]


def previous(time_range: TimeRange) -> Range:
    bounds = time_range.params
    return bounds["previous_start"], bounds["previous_end"]


def is_comparable(session: Session, scope: Scope, time_range: TimeRange) -> bool:
    """Return whether the org's events go back to the start of the compared range."""
    if not time_range.has_comparison:
        return False
    first = comparable_from(session, scope)
    return first is None or time_range.params["previous_start"] >= first


def comparable_from(session: Session, scope: Scope) -> int | None:
    """Return the first moment, in microseconds, at which a compared range can start.

    None for any moment: filtered viewers and embeds of one project must not learn when the org's
    data starts. In an org without events, the moment is after all others.
    """
    if scope.filters is not None or (scope.is_embedded and scope.project is not None):
        return None
    first_event_at = org_state(session, scope).first_event_at
    return _NEVER if first_event_at is None else first_event_at
