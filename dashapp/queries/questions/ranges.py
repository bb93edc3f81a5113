"""The ranges of a board: its buckets, and what they are compared with."""

from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.time.time_range import TimeRange
from dashapp.queries.reading.asks import Range
from dashapp.store.orgs.states import org_state


def whole(time_range: TimeRange) -> Range:
    bounds = time_range.params
    return bounds["start"], bounds["end"]


def previous(time_range: TimeRange) -> Range:
    bounds = time_range.params
    return bounds["previous_start"], bounds["previous_end"]


def is_comparable(session: Session, scope: Scope, time_range: TimeRange) -> bool:
    """Return whether the org's events go back to the start of the compared range.

    Always true for filtered viewers and for embeds of one project: they must not learn when the
    org's data starts.
    """
    if not time_range.has_comparison:
        return False
    if scope.filters is not None or (scope.is_embedded and scope.project is not None):
        return True
    first_event_at = org_state(session, scope).first_event_at
    return first_event_at is not None and time_range.params["previous_start"] >= first_event_at
