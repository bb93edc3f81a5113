"""How the vendor gives people access to an org, and takes it away, by their address."""

from typing import NamedTuple

from dashapp.domain.access.roles import Role
from dashapp.domain.errors import NotFound
from dashapp.domain.language import _
from dashapp.store.administration.change import Change
from dashapp.store.administration.people.invitations import NewInvitation, invite, revoke_invitation
from dashapp.store.administration.people.members import remove_member, set_member
from dashapp.store.mail.outbox import Outbox
from dashapp.store.people import invitations, users
from dashapp.store.people.members import role_of


class Joined(NamedTuple):
    """What became of a person: a member, or invited."""

    email: str
    is_new: bool
    invitation: NewInvitation | None = None


def set_or_invite(change: Change, email: str, role: Role, outbox: Outbox | None = None) -> Joined:
    """Give a person a role in the org, or invite them.

    Who shows that the address is theirs becomes a member: someone else may have an account with
    it, made by an identity provider. With an outbox, an open invitation to the role is not sent
    again. Raises BadInput, or Conflict if the org would have no owner.
    """
    session, scope = change.session, change.scope
    user = users.find_user_or_none(session, email)
    if user is not None:
        is_member = role_of(session, scope, user.id) is not None
        if is_member or users.has_confirmed_email(session, user.id):
            return Joined(user.email, set_member(change, user, role))
    address = users.normal_email(email)
    earlier = invitations.find_invitation_of(session, scope, address)
    is_open = earlier is not None and not earlier.has_expired(now=change.now)
    if earlier is not None and is_open and earlier.role is role and earlier.is_mailed:
        kept = NewInvitation(earlier.id, address, role, None, earlier.expires_at)
        return Joined(address, is_new=False, invitation=kept)
    return Joined(address, is_new=True, invitation=invite(change, address, role, outbox))


def remove_or_revoke(change: Change, email: str) -> None:
    """Remove a member, or revoke the invitation of an address. The person's account stays.

    Raises NotFound, or Conflict if the org would have no owner.
    """
    session, scope = change.session, change.scope
    address = users.normal_email(email)
    user = users.find_user_or_none(session, address)
    earlier = invitations.find_invitation_of(session, scope, address)
    if earlier is not None:
        revoke_invitation(change, earlier.id)
    if user is not None and role_of(session, scope, user.id) is not None:
        remove_member(change, user)
    elif earlier is None:
        raise NotFound(_("This person is not a member of the organization."))
