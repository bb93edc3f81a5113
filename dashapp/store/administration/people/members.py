"""Members of an org: who may add, change and remove whom.

Only owners make, change or remove owners, and an org keeps at least one. Operators may remove the
last one, for orgs that nobody signs in to.
"""

from dashapp.domain.access.actors import Action, ActorKind
from dashapp.domain.access.roles import Role
from dashapp.domain.errors import Conflict, Forbidden, NotFound
from dashapp.domain.language import _
from dashapp.store.administration.change import Change
from dashapp.store.people import invitations, users
from dashapp.store.people.invitations import revoke_those_by
from dashapp.store.people.members import (
    end_sessions_in,
    forget_removal,
    has_other_owner,
    note_removal,
    role_of,
)
from dashapp.store.people.users import User


def set_member(change: Change, user: User, role: Role) -> bool:
    """Give a user a role in the org; return whether they are new there.

    Raises Forbidden, or Conflict if the org would have no owner.
    """
    session, scope = change.session, change.scope
    before = role_of(session, scope, user.id)
    if before is role:
        return False
    _check(change, user, before, role)
    users.set_membership(session, scope, user.id, role, now=change.now)
    if before is None:
        forget_removal(session, scope, user.id)
        invitations.delete_invitation_of(session, scope, user.email)
        change.record(Action.MEMBER_ADDED, user.email, after={"role": role})
    else:
        change.record(
            Action.ROLE_CHANGED, user.email, before={"role": before}, after={"role": role}
        )
        if not role.can_administer:
            _revoke_invitations(change, user)
        elif before is Role.OWNER:
            _revoke_invitations(change, user, Role.OWNER)
    return before is None


def remove_member(change: Change, user: User) -> None:
    """Remove a user from the org, and end their sessions there. The user is not deleted.

    Raises NotFound, Forbidden, or Conflict if the org would have no owner.
    """
    session, scope = change.session, change.scope
    before = role_of(session, scope, user.id)
    if before is None:
        raise NotFound(_("This person is not a member of the organization."))
    _check(change, user, before, None)
    users.delete_membership(session, scope, user.id)
    note_removal(session, scope, user.id, now=change.now)
    end_sessions_in(session, scope, user.id, at=change.now)
    change.record(Action.MEMBER_REMOVED, user.email, before={"role": before})
    _revoke_invitations(change, user)


def _revoke_invitations(change: Change, user: User, role: Role | None = None) -> None:
    """Revoke what the person invited, which would outlive their right to invite."""
    for email in revoke_those_by(change.session, change.scope, user.email, role):
        change.record(Action.INVITATION_REVOKED, email)


def check_may_give(change: Change, role: Role) -> None:
    """Raise Forbidden if someone who is not an owner makes an owner."""
    if role is Role.OWNER and change.scope.role is not Role.OWNER:
        raise Forbidden(_("Only owners can make someone an owner."))


def _check(change: Change, user: User, before: Role | None, after: Role | None) -> None:
    if after is not None:
        check_may_give(change, after)
    if before is not Role.OWNER:
        return
    if change.scope.role is not Role.OWNER:
        raise Forbidden(_("Only owners can change or remove an owner."))
    is_operator = change.actor.kind is ActorKind.OPERATOR
    if not is_operator and not has_other_owner(change.session, change.scope, user.id):
        raise Conflict(
            _("%(email)s is the last owner. Make someone else an owner first."), email=user.email
        )
