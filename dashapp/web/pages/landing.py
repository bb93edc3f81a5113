"""Where a person lands: the page they asked for, else the default dashboard of their first org."""

from collections.abc import Sequence
from urllib.parse import urlencode

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from dashapp.domain.errors import Forbidden, NotFound
from dashapp.domain.language import _
from dashapp.queries.saved_dashboards import saved_dashboards
from dashapp.store.people.users import Membership
from dashapp.web.access.guard import NO_SUCH_PAGE, public
from dashapp.web.access.people import memberships, person
from dashapp.web.services import services

blueprint = Blueprint("landing", __name__)


@blueprint.get("/")
@public
def start() -> ResponseReturnValue:
    return redirect(landing() if person() is not None else url_for("login.form"), 302)


def landing(found: Sequence[Membership] | None = None, wanted: str | None = None) -> str:
    """The path of the first board that the person can see, of any org where they see none.

    `wanted` is the dashboard that is taken where the org has one of that name.
    """
    if found is None:
        found = [Membership(*member) for member in memberships().values()]
    if not found:
        return url_for("landing.nowhere")
    seen = [member for member in found if member.role.can_see_dashboards] or [*found]
    slugs: list[str] = []
    for best in seen:
        slugs = _slugs(best)
        if slugs:
            break
    else:
        best, slugs = seen[0], ["operations"]
    slug = wanted if wanted in slugs else slugs[0]
    return url_for("board.page", org=best.org.slug, dashboard=slug)


def _slugs(member: Membership) -> list[str]:
    """The dashboards of an org, its default one first."""
    here = services()
    scope = here.scope_of_org(member.org)
    with here.store.reading(scope) as session:
        return [one.slug for one in saved_dashboards(session, scope)]


def org_of_path(found: Sequence[Membership], path: str) -> int | None:
    """The org that a path belongs to if the person is in it, else the one they land in."""
    by_slug = {member.org.slug: member for member in found}
    for candidate in (path, landing(found)):
        parts = candidate.split("/")
        if len(parts) > 2 and parts[1] == "app" and parts[2] in by_slug:  # noqa: PLR2004
            return by_slug[parts[2]].org.id
    return None


@blueprint.get("/app/<org>")
@public
def first_of(org: str) -> ResponseReturnValue:
    """A dashboard of an org: the one of that name in `dashboard`, else the default one."""
    if person() is None:
        return redirect(url_for("login.form", next=request.full_path.rstrip("?")), 302)
    found = [Membership(*member) for slug, member in memberships().items() if slug == org]
    if not found:
        raise NotFound(NO_SUCH_PAGE)
    view = [(name, value) for name, value in request.args.items(multi=True) if name != "dashboard"]
    path = landing(found, request.args.get("dashboard"))
    return redirect(f"{path}?{urlencode(view)}".rstrip("?"), 302)


@blueprint.get("/welcome")
@public
def nowhere() -> ResponseReturnValue:
    """For somebody who is in no org yet."""
    if person() is None:
        return redirect(url_for("login.form"), 302)
    raise Forbidden(
        _("You are signed in, and not yet in any organisation. Ask whoever invited you to add you.")
    )
