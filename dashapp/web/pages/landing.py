"""Where a person lands after login: the requested page, or their first org's default dashboard."""

from collections.abc import Sequence
from urllib.parse import urlencode

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from dashapp.domain.errors import Forbidden
from dashapp.domain.language import _
from dashapp.queries.saved_dashboards import saved_dashboards
from dashapp.store.people.users import Membership
from dashapp.web.access import request_session, security_log
from dashapp.web.access.people import memberships, person
from dashapp.web.access.policies import no_such_page, public, requested_path
from dashapp.web.access.security_log import Event
from dashapp.web.services import services

blueprint = Blueprint("landing", __name__)


@blueprint.get("/")
@public
def start() -> ResponseReturnValue:
    return redirect(landing() if person() is not None else url_for("login.form"), 302)


def landing(orgs: Sequence[Membership] | None = None, preferred: str | None = None) -> str:
    """Return the path of the first board that the person can see.

    `orgs` are the person's memberships, `preferred` a dashboard to choose if the org has it.
    If none is visible, returns the path of the first org's usual dashboard: that page says why.
    """
    if orgs is None:
        orgs = [Membership(*membership) for membership in memberships().values()]
    if not orgs:
        return url_for("landing.welcome")
    candidates = [member for member in orgs if member.role.can_see_dashboards] or [*orgs]
    for member in candidates:
        slugs = _slugs(member)
        if slugs:
            slug = preferred if preferred in slugs else slugs[0]
            return url_for("board.page", org=member.org.slug, dashboard=slug)
    return url_for("board.page", org=candidates[0].org.slug, dashboard="operations")


def _slugs(member: Membership) -> list[str]:
    """Return the org's dashboards, the default one first."""
    scope = services().scope_of_org(member.org)
    with request_session.read(scope) as session:
        return [dashboard.slug for dashboard in saved_dashboards(session, scope)]


def org_of_path(orgs: Sequence[Membership], path: str) -> int | None:
    """Return the id of the person's org that a path belongs to, else of the one they land in."""
    by_slug = {member.org.slug: member for member in orgs}
    for candidate in (path, landing(orgs)):
        parts = candidate.removeprefix(request.script_root).split("/")
        if len(parts) > 2 and parts[1] == "app" and parts[2] in by_slug:  # noqa: PLR2004
            return by_slug[parts[2]].org.id
    return None


@blueprint.get("/app/<org>")
@public
def org_start(org: str) -> ResponseReturnValue:
    """Redirect to the dashboard in the parameter `dashboard`, else to the org's default one."""
    if person() is None:
        return redirect(url_for("login.form", next=requested_path()), 302)
    org_memberships = [
        Membership(*membership) for slug, membership in memberships().items() if slug == org
    ]
    if not org_memberships:
        raise no_such_page("not_a_member")
    view = [(name, value) for name, value in request.args.items(multi=True) if name != "dashboard"]
    path = landing(org_memberships, request.args.get("dashboard"))
    return redirect(f"{path}?{urlencode(view)}".rstrip("?"), 302)


@blueprint.get("/welcome")
@public
def welcome() -> ResponseReturnValue:
    """Tell a person who is not in any org yet what to do."""
    if person() is None:
        return redirect(url_for("login.form"), 302)
    security_log.record(Event.ACCESS_REFUSED, "no_org")
    raise Forbidden(
        _(
            "You are signed in, but you don't belong to an organization yet. Ask the person who "
            "invited you to add you."
        )
    )
