"""Invitations to an org: who may invite whom, and what happens when someone accepts.

With an outbox, the link is mailed, and nobody else sees it. Without one, the inviter gets
the secret and hands the link over; accepting it then does not prove that the address is theirs.
"""

from collections.abc import Sequence
from typing import NamedTuple

from dashapp.domain.access.actors import Action, ActorKind
from dashapp.domain.access.roles import Role
from dashapp.domain.errors import Conflict, Forbidden, NotFound, TooMany
from dashapp.domain.language import _
from dashapp.store.administration.change import Change
from dashapp.store.administration.people.members import check_may_give, set_member
from dashapp.store.administration.people.proving import Removed, prove_address
from dashapp.store.mail.kinds import Mail, MailKind
from dashapp.store.mail.outbox import Outbox, discard_invitation
from dashapp.store.people import invitations as rows
from dashapp.store.people import users
from dashapp.store.people.invitations import (
    VALID_FOR,
    ListedInvitation,
    NewInvitation,
    list_invitations,
)
from dashapp.store.people.login_attempts import count_attempt, seconds_until_next_slot
from dashapp.store.people.members import role_of
from dashapp.store.people.users import User

__all__ = [
    "MAX_OPEN",
    "ListedInvitation",
    "NewInvitation",
    "NoInvitation",
    "accept",
    "accept_as_new",
    "invite",
    "list_invitations",
    "renew_invitation",
    "revoke_invitation",
]
MAX_OPEN = 200  # per org
MAX_SENT = 10  # to one address by one org, per 15 minutes
_GONE = _("This invitation no longer exists: it was accepted, revoked, or replaced.")


class Accepted(NamedTuple):
    """The role of a new member, and what the first proof of the address has removed."""

    role: Role
    removed: Sequence[Removed]


class NoInvitation(NotFound):
    """The link does not work: it was used, revoked or replaced, or has expired."""

    def __init__(self) -> None:
        super().__init__(
            _("This invitation has expired, was used, or was revoked. Ask for a new one.")
        )


def invite(change: Change, email: str, role: Role, outbox: Outbox | None = None) -> NewInvitation:
    """Invite someone by their address. It replaces an earlier invitation of the address.

    Raises BadInput, Forbidden, TooMany, or Conflict if they are a member already.
    """
    session, scope = change.session, change.scope
    address = users.normal_email(email)
    check_may_give(change, role)
    user = users.find_user_or_none(session, address)
    if user is not None and role_of(session, scope, user.id) is not None:
        raise Conflict(_("%(email)s is already a member."), email=address)
    earlier = rows.find_invitation_of(session, scope, address)
    if earlier is not None:
        _check_may_end(change, earlier)
    elif rows.count_open(session, scope, now=change.now) >= MAX_OPEN:
        raise Conflict(
            _("At most %(most)s invitations can be open. Revoke some first."), most=MAX_OPEN
        )
    return _send(change, address, role, outbox)


def renew_invitation(
    change: Change, invitation_id: str, outbox: Outbox | None = None
) -> NewInvitation:
    """Send an invitation again, for 7 days from now. The earlier link stops working.

    Raises NotFound, Forbidden or TooMany.
    """
    earlier = rows.find_invitation(change.session, change.scope, invitation_id)
    if earlier is None:
        raise NotFound(_GONE)
    _check_may_end(change, earlier)
    return _send(change, earlier.email, earlier.role, outbox)


def revoke_invitation(change: Change, invitation_id: str) -> None:
    """Revoke an invitation: its link stops working. Raises NotFound or Forbidden."""
    earlier = rows.find_invitation(change.session, change.scope, invitation_id)
    if earlier is None:
        raise NotFound(_GONE)
    _check_may_end(change, earlier)
    _end(change, earlier.email)
    change.record(Action.INVITATION_REVOKED, earlier.email, before={"role": earlier.role})


def accept(change: Change, secret: str, user_id: int) -> Accepted:
    """Make a user whose address was invited a member.

    Raises NoInvitation, or Forbidden if it is for another address, or the user is disabled.
    """
    session = change.session
    taken = rows.take_invitation(session, change.scope, secret, now=change.now)
    if taken is None:
        raise NoInvitation
    current = users.lock_user(session, user_id)
    if current is None or current.email != taken.email or current.is_disabled:
        raise Forbidden(_("This invitation is for %(email)s."), email=taken.email)
    removed: Sequence[Removed] = ()
    if taken.is_mailed:
        removed = prove_address(session, current, is_password_new=False, now=change.now)
    return Accepted(_join(change, current, taken, removed), removed)


def accept_as_new(change: Change, secret: str, name: str, password_hash: str) -> User:
    """Add a user with the invited address and make them a member. Returns the user.

    Raises NoInvitation, or Conflict if the address has an account: they sign in instead.
    """
    session = change.session
    taken = rows.take_invitation(session, change.scope, secret, now=change.now)
    if taken is None:
        raise NoInvitation
    user_id = users.insert_user(session, taken.email, password_hash, now=change.now)
    users.set_name(session, user_id, name)
    user = User(user_id, taken.email, password_hash, is_disabled=False)
    if taken.is_mailed:
        users.confirm_email(session, user.id, now=change.now)
    _join(change, user, taken)
    return user


def _join(change: Change, user: User, taken: rows.Taken, removed: Sequence[Removed] = ()) -> Role:
    """Add the membership. Who is a member already keeps their role."""
    session, scope = change.session, change.scope
    me = change.actor._replace(kind=ActorKind.MEMBER, id=str(user.id), name=user.email)
    role = role_of(session, scope, user.id)
    own = change._replace(actor=me)
    if role is None:
        role = taken.role
        set_member(own, user, role)  # the Scope is the whole org's: the inviter's role was checked
    after = {"role": role, **({"removed": list(removed)} if removed else {})}
    own.record(Action.INVITATION_ACCEPTED, user.email, after=after)
    return role


def _send(change: Change, address: str, role: Role, outbox: Outbox | None) -> NewInvitation:
    session, scope, now = change.session, change.scope, change.now
    subject = f"invitation:{scope.org_id}:{address}"
    if not count_attempt(session, subject, MAX_SENT, now=now):
        wait = seconds_until_next_slot(now=now)
        text = _("This address was invited many times. Try again in %(minutes)s min.")
        raise TooMany(text, retry_after=wait, minutes=-(-wait // 60))
    _end(change, address)
    invited_by = change.actor.name if change.actor.is_member else ""
    listed = ListedInvitation(
        rows.new_invitation_id(),
        address,
        role,
        invited_by,
        now,
        now + VALID_FOR,
        is_mailed=outbox is not None,
    )
    secret = rows.insert_invitation(session, scope, listed)
    if outbox is not None:
        outbox.put(session, _mail(change, listed, secret), scope=scope, now=now)
    change.record(Action.MEMBER_INVITED, address, after={"role": role})
    shown = None if outbox is not None else secret
    return NewInvitation(listed.id, address, role, shown, listed.expires_at)


def _mail(change: Change, listed: ListedInvitation, secret: str) -> Mail:
    locale = users.locale_of_address(change.session, listed.email) or change.scope.org.locale
    params = {
        "org": change.scope.org.name,
        "invited_by": listed.invited_by,
        "secret": secret,
        "expires_at": str(listed.expires_at),
    }
    return Mail(MailKind.INVITATION, listed.email, locale, params)


def _end(change: Change, address: str) -> None:
    rows.delete_invitation_of(change.session, change.scope, address)
    discard_invitation(change.session, change.scope, address)


def _check_may_end(change: Change, earlier: ListedInvitation) -> None:
    """Raise Forbidden if someone who is not an owner ends or repeats an owner's invitation."""
    if earlier.role is Role.OWNER and change.scope.role is not Role.OWNER:
        raise Forbidden(_("Only owners can change the invitation of an owner."))
