"""Invitations to an org: made, sent again, and revoked."""

from flask.typing import ResponseReturnValue

from dashapp.domain.access.roles import Role
from dashapp.domain.errors import DashappError, Forbidden
from dashapp.domain.language import say
from dashapp.store.administration.people import invitations
from dashapp.store.administration.people.invitations import ListedInvitation, NewInvitation
from dashapp.web.access.links import invitation_link, outbox
from dashapp.web.access.login.confirming import require_confirmed
from dashapp.web.access.refusals import no_such_page
from dashapp.web.pages.changing import change
from dashapp.web.pages.settings.form import Form, sent_form
from dashapp.web.pages.settings.member_page import PAGE, open_invitations, role_of, show_members
from dashapp.web.pages.settings.page import settings_view, status_of

blueprint = PAGE.blueprint("invitations")


@blueprint.post("")
@settings_view
def invite() -> ResponseReturnValue:
    """Invite someone. Without a mail server, the answer has the link, which is shown once."""
    form = sent_form(("email", "role"))
    try:
        role = role_of(form)
        if role is Role.OWNER:
            require_confirmed(PAGE.address())
        with change() as changing:
            invited = invitations.invite(changing, form.value("email"), role, outbox())
    except DashappError as error:
        return show_members(form.refused(error, "email"), status_of(error))
    return _invited(invited)


@blueprint.get("/invitations/<invitation_id>/resend")
@settings_view
def ask_resend(invitation_id: str) -> ResponseReturnValue:
    invitation = _invitation(invitation_id)
    is_mailed = outbox() is not None
    return PAGE.show(
        "confirm.html",
        question=say("Invite %(email)s again?", email=invitation.email),
        text=say("The new link works for 7 days. The earlier link stops working."),
        act=say("Send again") if is_mailed else say("Make a new link"),
        is_danger=False,
    )


@blueprint.post("/invitations/<invitation_id>/resend")
@settings_view
def resend(invitation_id: str) -> ResponseReturnValue:
    if _invitation(invitation_id).role is Role.OWNER:
        require_confirmed(PAGE.address(f"/invitations/{invitation_id}/resend"))
    try:
        with change() as changing:
            invited = invitations.renew_invitation(changing, invitation_id, outbox())
    except DashappError as error:
        return show_members(Form().refused(error), status_of(error))
    return _invited(invited)


@blueprint.get("/invitations/<invitation_id>/revoke")
@settings_view
def ask_revocation(invitation_id: str) -> ResponseReturnValue:
    invitation = _invitation(invitation_id)
    return PAGE.show(
        "confirm.html",
        question=say("Revoke the invitation of %(email)s?", email=invitation.email),
        text=say("Its link stops working at once. You can invite them again."),
        act=say("Revoke invitation"),
    )


@blueprint.post("/invitations/<invitation_id>/revoke")
@settings_view
def revoke(invitation_id: str) -> ResponseReturnValue:
    _invitation(invitation_id)
    try:
        with change() as changing:
            invitations.revoke_invitation(changing, invitation_id)
    except Forbidden as error:
        return show_members(Form().refused(error), status_of(error))
    return PAGE.done("revoked")


def _invitation(invitation_id: str) -> ListedInvitation:
    """Return an invitation of the org. Raises NotFound, also for those of other orgs."""
    for invitation in open_invitations():
        if invitation.id == invitation_id:
            return invitation
    raise no_such_page("no_such_invitation")


def _invited(invited: NewInvitation) -> ResponseReturnValue:
    if invited.secret is None:
        return PAGE.done("invited")
    made = (invited.email, invitation_link(invited.secret))
    return show_members(Form({"role": Role.ANALYTICS_VIEWER.value}), made=made)
