"""`/api/v1/orgs/SLUG/members`: the members of an org, and who is invited."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from dashapp.domain.access.roles import Role
from dashapp.domain.secrets.keys import KeyScope
from dashapp.store.administration.people.joining import remove_or_revoke, set_or_invite
from dashapp.store.people.invitations import invitations_after
from dashapp.store.people.users import list_members
from dashapp.web.access.links import invitation_link, outbox
from dashapp.web.access.policies import of_installation
from dashapp.web.api.control.answers import MemberAnswer, Members, empty, instant
from dashapp.web.api.control.bodies import MemberBody, read_body
from dashapp.web.api.control.requests import (
    PAGE,
    changing_org,
    org_scope,
    page_size,
    require_parameters,
)
from dashapp.web.api.schemas import respond
from dashapp.web.services import services

blueprint = Blueprint("members", __name__)
_INVITED = "invited:"  # no address has a colon


@blueprint.get("/orgs/<org>/members")
@of_installation(KeyScope.MEMBERS)
def list_(org: str) -> ResponseReturnValue:  # noqa: ARG001 - the policy has found it
    require_parameters(*PAGE)
    most = page_size()
    rows = _after(request.args.get("after", ""), most + 1)
    page, last = rows[:most], rows[:most][-1:]
    cursors = [f"{_INVITED if row.status == 'invited' else ''}{row.email}" for row in last]
    return respond(Members(page, cursors[0] if len(rows) > most else None))


def _after(cursor: str, most: int) -> list[MemberAnswer]:
    """Return at most so many members, and then invitations, after the “next” of an answer."""
    scope, is_invited = org_scope(), cursor.startswith(_INVITED)
    email = cursor.removeprefix(_INVITED)
    with services().store.read_shared() as session:
        members = [] if is_invited else list_members(session, scope, email, most)
        rest = most - len(members)
        invited = invitations_after(session, scope, email if is_invited else "", rest)
    return [
        *(MemberAnswer(row.email, Role(row.role), "member") for row in members),
        *(MemberAnswer(r.email, r.role, "invited", instant(r.expires_at)) for r in invited),
    ]


@blueprint.put("/orgs/<org>/members/<email>")
@of_installation(KeyScope.MEMBERS)
def put(org: str, email: str) -> ResponseReturnValue:  # noqa: ARG001 - the policy has found it
    require_parameters()
    org_scope()
    role = read_body(MemberBody).role
    with changing_org() as change:
        joined = set_or_invite(change, email, role, outbox())
    if joined.invitation is None:
        return respond(MemberAnswer(joined.email, role, "member"), 201 if joined.is_new else 200)
    answer = MemberAnswer(joined.email, role, "invited", instant(joined.invitation.expires_at))
    if joined.invitation.secret is not None:
        answer.link = invitation_link(joined.invitation.secret)
    return respond(answer, 201)


@blueprint.delete("/orgs/<org>/members/<email>")
@of_installation(KeyScope.MEMBERS)
def remove(org: str, email: str) -> ResponseReturnValue:  # noqa: ARG001 - the policy has found it
    require_parameters()
    with changing_org() as change:
        remove_or_revoke(change, email)
    return empty()
