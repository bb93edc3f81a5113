"""Where a person lands after login: the requested page, or their first org's default dashboard."""

from urllib.parse import urlencode

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from dashapp.domain.errors import Forbidden
from dashapp.domain.language import _
from dashapp.store.people.memberships import closed_org
from dashapp.web.access import security_log
from dashapp.web.access.login.landing import board_of, landing, usual_board_of
from dashapp.web.access.login.required_factor import require_second_factor
from dashapp.web.access.people import membership_in, person
from dashapp.web.access.policies import public
from dashapp.web.access.refusals import no_such_page, requested_path
from dashapp.web.access.security_log import Event
from dashapp.web.access.sign_on.closed import way_in
from dashapp.web.services import services

blueprint = Blueprint("landing", __name__)


@blueprint.get("/")
@public
def start() -> ResponseReturnValue:
    user = person()
    return redirect(landing(user.visitor) if user is not None else url_for("login.form"), 302)


@blueprint.get("/app/<org>")
@public
def org_start(org: str) -> ResponseReturnValue:
    """Redirect to the dashboard in the parameter `dashboard`, else to the org's default one."""
    if person() is None:
        return redirect(url_for("login.form", next=requested_path()), 302)
    member = membership_in(org)
    elsewhere = way_in(org)
    if elsewhere is not None:
        return elsewhere
    if member is None:
        raise no_such_page("not_a_member")
    require_second_factor(member)
    view = [(name, value) for name, value in request.args.items(multi=True) if name != "dashboard"]
    path = board_of(member, request.args.get("dashboard")) or usual_board_of(member)
    return redirect(f"{path}?{urlencode(view)}".rstrip("?"), 302)


@blueprint.get("/welcome")
@public
def welcome() -> ResponseReturnValue:
    """Tell a person who is not in any org yet what to do."""
    user = person()
    if user is None:
        return redirect(url_for("login.form"), 302)
    with services().store.read_shared() as session:
        closed = closed_org(session, user.visitor)
    if closed is not None:
        return redirect(url_for("landing.org_start", org=closed), 302)
    security_log.record(Event.ACCESS_REFUSED, "no_org")
    raise Forbidden(
        _(
            "You are signed in, but you don't belong to an organization yet. Ask the person who "
            "invited you to add you."
        )
    )
