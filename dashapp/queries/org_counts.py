"""How much belongs to an org."""

from typing import NamedTuple

from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.queries.sent_events import count_events
from dashapp.store.orgs.dashboards import list_dashboards
from dashapp.store.orgs.keys import list_keys
from dashapp.store.people.invitations import count_open
from dashapp.store.people.members import count_members


class OrgCounts(NamedTuple):
    """Counts; `keys` are the active ones, `invitations` those that can be accepted."""

    events: int
    members: int
    invitations: int
    keys: int
    dashboards: int


def org_counts(session: Session, scope: Scope, *, now: int) -> OrgCounts:
    """Return how much belongs to the org; `now` is in microseconds."""
    active = [key for key in list_keys(session, scope) if key.revoked_at is None]
    return OrgCounts(
        count_events(session, scope),
        count_members(session, scope),
        count_open(session, scope, now=now),
        len(active),
        len(list_dashboards(session, scope)),
    )
