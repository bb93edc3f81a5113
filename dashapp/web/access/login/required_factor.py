"""Orgs that ask their members for a second factor: without one, nothing of the org opens."""

from dashapp.domain.errors import Forbidden
from dashapp.domain.language import _
from dashapp.store.people.memberships import Membership
from dashapp.store.people.second_factors import has_second_factor
from dashapp.web.access import security_log
from dashapp.web.access.people import person
from dashapp.web.access.security_log import Event
from dashapp.web.services import services


class NeedsSecondFactor(Forbidden):
    """The person must set up a second factor first. Pages lead there."""

    code = "second_factor_required"

    def __init__(self, org: str) -> None:
        super().__init__(
            _("%(org)s asks its members for a second factor. Set one up in your account."), org=org
        )
        self.org = org


def require_second_factor(membership: Membership) -> None:
    """Raise NeedsSecondFactor if the org asks for one and the person has none.

    A session through the org's own identity provider passes: the provider asks for it.
    """
    user = person()
    if not membership.requires_second_factor:
        return
    if user is not None:
        if user.session.provider is not None:
            return
        with services().store.read_shared() as session:
            if has_second_factor(session, user.id):
                return
    security_log.record(Event.ACCESS_REFUSED, "no_second_factor")
    raise NeedsSecondFactor(membership.org.name)
