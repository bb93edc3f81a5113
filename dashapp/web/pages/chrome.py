"""The header of every page: the person's orgs, the org's dashboards, who is logged in."""

from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import urlencode
from zlib import crc32

from flask import Flask, request

from dashapp.domain.access.dashboard import Dashboard
from dashapp.domain.access.scope import Org, Scope
from dashapp.domain.errors import NotFound
from dashapp.domain.events.event import DEFAULT_PROJECT
from dashapp.domain.language import say
from dashapp.queries.saved_dashboards import saved_dashboards
from dashapp.store.people.memberships import Visitor, some_orgs
from dashapp.web.access import request_session
from dashapp.web.access.people import person
from dashapp.web.access.refusals import NO_SUCH_PAGE
from dashapp.web.pages.texts.words import palette_words, words
from dashapp.web.services import services

# Parameters that links to other boards keep; the scripts update the links.
CARRIED = ("time_range", "from", "to", "as_of", "compare", "tz", "refresh")
LISTED_ORGS = 8  # a person in more orgs searches for them (switching.py)


class Chrome(NamedTuple):
    """Values of the page's header. On settings pages, no dashboard is open: `title` is empty."""

    email: str
    orgs: Sequence[Org]  # all of them, or none if there are many
    has_many_orgs: bool
    dashboards: Sequence[Dashboard]
    title: str
    can_arrange: bool
    can_administer: bool
    first_dashboard: str


def init_app(server: Flask) -> None:
    server.jinja_env.globals.update(
        chrome=_chrome, words=words, palette_words=palette_words, carried=carried, kept=_kept
    )
    server.jinja_env.filters.update(initials=initials, tile_color=tile_color)


def carried(**more: str) -> str:
    """Return the query that keeps this page's view, and `more`: `?time_range=7d`."""
    query = urlencode({**more, **_kept()})
    return f"?{query}" if query else ""


def _kept() -> dict[str, str]:
    """Return the parameters that links keep."""
    return {name: request.args[name] for name in CARRIED if request.args.get(name)}


def initials(name: str) -> str:
    """Return two letters for a tile: `Acme Shop` -> `AS`, `acme` -> `AC`."""
    words = [word for word in name.replace("@", " ").replace(".", " ").split() if word[0].isalnum()]
    letters = words[0][0] + words[1][0] if len(words) > 1 else (words[0][:2] if words else "?")
    return letters.upper()


def tile_color(slug: str) -> int:
    """Return which of the four colors an org's tile has, the same on every page: 1 to 4."""
    return crc32(slug.encode()) % 4 + 1


def _chrome(scope: Scope) -> Chrome:
    user, everything = person(), services().scope_of_org(scope.org)
    orgs = _orgs(user.visitor) if user else []
    with request_session.read(everything) as session:
        dashboards = saved_dashboards(session, everything)
    current = next((row for row in dashboards if row.slug == scope.dashboard), None)
    if current is None and scope.dashboard is not None:  # deleted since the policy opened it
        raise NotFound(NO_SUCH_PAGE)
    return Chrome(
        email=user.email if user else "",
        orgs=orgs if len(orgs) <= LISTED_ORGS else [],
        has_many_orgs=len(orgs) > LISTED_ORGS,
        dashboards=[row._replace(title=_title(row)) for row in dashboards],
        title=_title(current) if current else "",
        can_arrange=scope.role.can_edit_dashboards and current is not None and current.is_editable,
        can_administer=user is not None and scope.role.can_administer,
        first_dashboard=dashboards[0].slug if dashboards else "",
    )


def _orgs(who: Visitor) -> Sequence[Org]:
    """Return the user's orgs, or as many as it takes to know that there are too many to list."""
    with services().store.read_shared() as session:
        return some_orgs(session, who, most=LISTED_ORGS + 1)


def _title(dashboard: Dashboard) -> str:
    """Return the title with the project, unless that is the default project."""
    title = say(dashboard.title)
    return title if dashboard.home == DEFAULT_PROJECT else f"{title} · {dashboard.home}"
