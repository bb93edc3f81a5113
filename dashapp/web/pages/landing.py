"""Where a person lands after login: the requested page, or their first org's default dashboard."""

from collections.abc import Iterator
from itertools import count
from urllib.parse import urlencode

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from dashapp.domain.access.scope import Org
from dashapp.domain.errors import Forbidden
from dashapp.domain.language import _
from dashapp.queries.saved_dashboards import saved_dashboards
from dashapp.store.people.memberships import Membership, find_membership, memberships_of
from dashapp.web.access import security_log
from dashapp.web.access.people import membership_in, person
from dashapp.web.access.policies import no_such_page, public, requested_path
from dashapp.web.access.security_log import Event
from dashapp.web.services import services

blueprint = Blueprint("landing", __name__)
_PAGE = 20  # memberships read at once


@blueprint.get("/")
@public
def start() -> ResponseReturnValue:
    user = person()
    return redirect(landing(user.id) if user is not None else url_for("login.form"), 302)


def landing(user_id: int) -> str:
    """Return the path of the first board that the user can see.

    If none is visible, returns the path of the first org's usual dashboard: that page says why.
    """
    first: Membership | None = None
    for member in _memberships(user_id):
        if first and first.role.can_see_dashboards > member.role.can_see_dashboards:
            break  # from here on, the user can see no dashboards
        path = _board_of(member)
        if path is not None:
            return path
        first = first or member
    return _usual_board_of(first) if first else url_for("landing.welcome")


def _memberships(user_id: int) -> Iterator[Membership]:
    """Yield the user's memberships as they are needed: mostly, the first one is enough."""
    for skipped in count(0, _PAGE):
        with services().store.read_shared() as session:
            page = memberships_of(session, user_id, most=_PAGE, skipped=skipped)
        yield from page
        if len(page) < _PAGE:
            return


def _board_of(member: Membership, preferred: str | None = None) -> str | None:
    """Return the path of the preferred dashboard, else of the org's default one if it has any."""
    scope = services().scope_of_org(member.org)
    with services().store.read(scope) as session:
        slugs = [dashboard.slug for dashboard in saved_dashboards(session, scope)]
    if not slugs:
        return None
    slug = preferred if preferred in slugs else slugs[0]
    return url_for("board.page", org=member.org.slug, dashboard=slug)


def _usual_board_of(member: Membership) -> str:
    return url_for("board.page", org=member.org.slug, dashboard="operations")


def org_of_path(user_id: int, path: str) -> Org | None:
    """Return the user's org that a path belongs to, else the one they land in."""
    return _org_in(user_id, path) or _org_in(user_id, landing(user_id))


def _org_in(user_id: int, path: str) -> Org | None:
    parts = path.removeprefix(request.script_root).split("/")
    if len(parts) < 3 or parts[1] != "app":  # noqa: PLR2004
        return None
    with services().store.read_shared() as session:
        membership = find_membership(session, user_id, parts[2])
    return membership.org if membership else None


@blueprint.get("/app/<org>")
@public
def org_start(org: str) -> ResponseReturnValue:
    """Redirect to the dashboard in the parameter `dashboard`, else to the org's default one."""
    if person() is None:
        return redirect(url_for("login.form", next=requested_path()), 302)
    member = membership_in(org)
    if member is None:
        raise no_such_page("not_a_member")
    view = [(name, value) for name, value in request.args.items(multi=True) if name != "dashboard"]
    path = _board_of(member, request.args.get("dashboard")) or _usual_board_of(member)
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
