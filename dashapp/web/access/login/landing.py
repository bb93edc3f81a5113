"""Where a person lands after login: their first org's default dashboard."""

from collections.abc import Iterator
from itertools import count

from flask import request, url_for

from dashapp.domain.access.scope import Org
from dashapp.queries.saved_dashboards import saved_dashboards
from dashapp.store.people.memberships import (
    Membership,
    Visitor,
    find_membership,
    memberships_of,
)
from dashapp.web.services import services

_PAGE = 20  # memberships read at once


def landing(who: Visitor) -> str:
    """Return the path of the first board that the user can see.

    If none is visible, returns the path of the first org's usual dashboard: that page says why.
    """
    first: Membership | None = None
    for member in _memberships(who):
        if first and first.role.can_see_dashboards > member.role.can_see_dashboards:
            break  # from here on, the user can see no dashboards
        path = board_of(member)
        if path is not None:
            return path
        first = first or member
    return usual_board_of(first) if first else url_for("landing.welcome")


def _memberships(who: Visitor) -> Iterator[Membership]:
    """Yield the user's memberships as they are needed: mostly, the first one is enough."""
    for skipped in count(0, _PAGE):
        with services().store.read_shared() as session:
            page = memberships_of(session, who, most=_PAGE, skipped=skipped)
        yield from page
        if len(page) < _PAGE:
            return


def board_of(member: Membership, preferred: str | None = None) -> str | None:
    """Return the path of the preferred dashboard, else of the org's default one if it has any."""
    scope = services().scope_of_org(member.org)
    with services().store.read(scope) as session:
        slugs = [dashboard.slug for dashboard in saved_dashboards(session, scope)]
    if not slugs:
        return None
    slug = preferred if preferred in slugs else slugs[0]
    return url_for("board.page", org=member.org.slug, dashboard=slug)


def usual_board_of(member: Membership) -> str:
    return url_for("board.page", org=member.org.slug, dashboard="operations")


def org_of_path(who: Visitor, path: str) -> Org | None:
    """Return the user's org that a path belongs to, else the one they land in."""
    return _org_in(who, path) or _org_in(who, landing(who))


def _org_in(who: Visitor, path: str) -> Org | None:
    parts = path.removeprefix(request.script_root).split("/")
    if len(parts) < 3 or parts[1] != "app":  # noqa: PLR2004
        return None
    with services().store.read_shared() as session:
        membership = find_membership(session, who, parts[2])
    return membership.org if membership else None
