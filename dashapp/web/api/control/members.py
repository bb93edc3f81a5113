"""`/api/v1/orgs/SLUG/members`: the members of an org, and who is invited."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from dashapp.domain.access.roles import Role
from dashapp.domain.secrets.keys import KeyScope
from dashapp.store.administration.invitations import list_invitations
from dashapp.store.administration.joining import remove_or_revoke, set_or_invite
from dashapp.store.people.users import list_members
from dashapp.web.access.links import invitation_link, outbox
from dashapp.web.access.policies import of_installation
from dashapp.web.api.control.answers import MemberAnswer, Members, empty, instant
from dashapp.web.api.control.bodies import MemberBody, read_body
from dashapp.web.api.control.requests import changing_org, org_scope, require_parameters
from dashapp.web.api.schemas import respond
from dashapp.web.services import services

blueprint = Blueprint("members", __name__)


@blueprint.get("/orgs/<org>/members")
@of_installation(KeyScope.MEMBERS)
def list_(org: str) -> ResponseReturnValue:  # noqa: ARG001 - the policy has found it
    require_parameters()
    scope = org_scope()
    with services().store.read_shared() as session:
        members = [
            MemberAnswer(member.email, Role(member.role), "member")
            for member in list_members(session, scope)
        ]
        invited = [
            MemberAnswer(each.email, each.role, "invited", instant(each.expires_at))
            for each in list_invitations(session, scope)
        ]
    return respond(Members([*members, *invited]))


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
