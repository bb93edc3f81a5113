"""What stands around every page of a person: their orgs, the org's dashboards, who they are."""

from collections.abc import Sequence
from typing import NamedTuple

from flask import Flask

from dashapp.domain.scope import Org, Scope
from dashapp.queries.saved_dashboards import Dashboard, saved_dashboards
from dashapp.web.people import memberships, person
from dashapp.web.services import services


class Chrome(NamedTuple):
    """Values of the page's header."""

    email: str
    orgs: Sequence[Org]
    dashboards: Sequence[Dashboard]


def init_app(server: Flask) -> None:
    server.jinja_env.globals["chrome"] = _chrome
    server.jinja_env.filters["initials"] = initials


def initials(name: str) -> str:
    """Two letters for a tile: `Acme Shop` -> `AS`, `acme` -> `AC`."""
    words = [word for word in name.replace("@", " ").replace(".", " ").split() if word[0].isalnum()]
    letters = words[0][0] + words[1][0] if len(words) > 1 else (words[0][:2] if words else "?")
    return letters.upper()


def _chrome(scope: Scope) -> Chrome:
    here, who = services(), person()
    everything = here.scope_of_org(scope.org)
    with here.store.reading(everything) as session:
        dashboards = saved_dashboards(session, everything)
    orgs = [org for org, role in memberships().values() if role.can_see_dashboards]
    return Chrome(who.email if who else "", orgs, dashboards)
