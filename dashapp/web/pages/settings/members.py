"""The members of an org: their roles, and their removal."""

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from dashapp.domain.access.roles import Role
from dashapp.domain.access.scope import current_scope
from dashapp.domain.errors import DashappError
from dashapp.domain.language import say
from dashapp.store.administration.people import members
from dashapp.store.people.member_list import Member, find_member
from dashapp.web.access.login.confirming import require_confirmed
from dashapp.web.access.refusals import no_such_page
from dashapp.web.pages.changing import change
from dashapp.web.pages.settings.form import Form, sent_form
from dashapp.web.pages.settings.member_page import PAGE, is_me, offered_roles, role_of, show_members
from dashapp.web.pages.settings.page import settings_view, status_of
from dashapp.web.services import services

blueprint = PAGE.blueprint()


@blueprint.get("")
@settings_view
def show() -> ResponseReturnValue:
    return show_members(Form({"role": Role.ANALYTICS_VIEWER.value}))


@blueprint.get("/<int:user_id>/role")
@settings_view
def ask_role(user_id: int) -> ResponseReturnValue:
    member = _member(user_id)
    return _role_page(member, Form({"role": member.role.value}))


@blueprint.post("/<int:user_id>/role")
@settings_view
def change_role(user_id: int) -> ResponseReturnValue:
    member, form = _member(user_id), sent_form(("role",))
    try:
        role = role_of(form)
        if Role.OWNER in {role, member.role}:
            require_confirmed(PAGE.address(f"/{user_id}/role"))
        with change() as changing:
            members.set_member(changing, member.as_user(), role)
    except DashappError as error:
        return _role_page(member, form.refused(error, "role"), status_of(error))
    return _done(member, "changed", can_stay=role.can_administer)


@blueprint.get("/<int:user_id>/remove")
@settings_view
def ask_removal(user_id: int) -> ResponseReturnValue:
    return _removal_page(_member(user_id), Form())


@blueprint.post("/<int:user_id>/remove")
@settings_view
def remove(user_id: int) -> ResponseReturnValue:
    member = _member(user_id)
    try:
        if member.role is Role.OWNER:
            require_confirmed(PAGE.address(f"/{user_id}/remove"))
        with change() as changing:
            members.remove_member(changing, member.as_user())
    except DashappError as error:
        return _removal_page(member, Form().refused(error), status_of(error))
    return _done(member, "removed", can_stay=False)


def _member(user_id: int) -> Member:
    """Return a member of the org. Raises NotFound, also for members of other orgs."""
    with services().store.read_shared() as session:
        member = find_member(session, current_scope(), user_id)
    if member is None:
        raise no_such_page("no_such_member")
    return member


def _done(member: Member, word: str, *, can_stay: bool) -> ResponseReturnValue:
    """Return to the page, or leave the settings if the person has lost the right to see them."""
    if is_me(member) and not can_stay:
        return redirect(url_for("landing.start"), 303)
    return PAGE.done(word)


def _role_page(member: Member, form: Form, status: int = 200) -> ResponseReturnValue:
    return PAGE.show(
        "confirm_role.html",
        form=form,
        status=status,
        question=say("Change the role of %(email)s", email=member.email),
        text=say("The new role applies from the member’s next request."),
        act=say("Change role"),
        is_danger=False,
        roles=offered_roles(),
    )


def _removal_page(member: Member, form: Form, status: int = 200) -> ResponseReturnValue:
    org = current_scope().org.name
    question = (
        say("Leave %(org)s?", org=org)
        if is_me(member)
        else say("Remove %(email)s from %(org)s?", email=member.email, org=org)
    )
    return PAGE.show(
        "confirm.html",
        form=form,
        status=status,
        question=question,
        text=say(
            "Access ends at once. The account itself stays, and dashboards keep their layout."
        ),
        act=say("Remove from %(org)s", org=org),
    )
