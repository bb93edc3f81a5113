"""The page of an org's members and open invitations."""

from flask import Response, request

from dashapp.domain.access.roles import Role
from dashapp.domain.access.scope import current_scope
from dashapp.domain.language import _, say
from dashapp.store.administration.people.invitations import ListedInvitation, list_invitations
from dashapp.store.people.member_list import Member, count_members, list_org_members
from dashapp.web.access.links import outbox
from dashapp.web.access.people import person
from dashapp.web.pages.settings.form import Form, Invalid
from dashapp.web.pages.settings.moments import ago, day
from dashapp.web.pages.settings.page import Group, Page
from dashapp.web.services import services

PAGE = Page(
    "members",
    Group.ACCESS,
    _("Members"),
    _("People of %(org)s who can sign in to its dashboards."),
    {
        "invited": _("The invitation was sent."),
        "changed": _("The role was changed."),
        "removed": _("The member was removed. They no longer have access."),
        "revoked": _("The invitation was revoked. Its link no longer works."),
    },
)
ROLES = {
    Role.OWNER: _("Owner"),
    Role.ADMIN: _("Admin"),
    Role.AUTHOR: _("Author"),
    Role.ANALYTICS_VIEWER: _("Analytics viewer"),
    Role.MEMBER: _("Member"),
}
MOST = 100  # members on a page


def show_members(form: Form, status: int = 200, made: tuple[str, str] | None = None) -> Response:
    scope, now = current_scope(), services().now_us()
    with services().store.read_shared() as session:
        after = request.args.get("after", "")[:320]
        listed = list_org_members(session, scope, most=MOST + 1, after=after)
        counts = count_members(session, scope)
    return PAGE.show(
        "members.html",
        form=form,
        status=status,
        made=made,
        members=listed[:MOST],
        next_after=listed[MOST - 1].email if len(listed) > MOST else None,
        counts=counts,
        invitations=open_invitations(),
        now=now,
        role_names={role: say(name) for role, name in ROLES.items()},
        roles=offered_roles(),
        is_me=is_me,
        is_mailed=outbox() is not None,
        ago=ago,
        day=day,
    )


def role_of(form: Form) -> Role:
    """Read the role. Raises Invalid."""
    if form.value("role") not in tuple(Role):
        raise Invalid("role", _("Choose one from the list."))
    return Role(form.value("role"))


def offered_roles() -> list[tuple[str, str]]:
    """Return the roles that the person may give."""
    is_owner = current_scope().role is Role.OWNER
    return [(r.value, say(name)) for r, name in ROLES.items() if is_owner or r is not Role.OWNER]


def is_me(member: Member) -> bool:
    user = person()
    return user is not None and user.id == member.id


def open_invitations() -> list[ListedInvitation]:
    with services().store.read_shared() as session:
        return list(list_invitations(session, current_scope()))
