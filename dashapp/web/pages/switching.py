"""The orgs that a person can switch to: the menu in the header asks for this page.

It takes the list out of it, and without scripts the search form leads here.
"""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from dashapp.domain.access.scope import current_scope
from dashapp.store.people.memberships import search_orgs
from dashapp.web.access.people import person
from dashapp.web.access.policies import board_page
from dashapp.web.services import services

blueprint = Blueprint("switching", __name__)
MAX_ORGS = 20
MAX_SEARCH = 200  # characters: no name is longer


@blueprint.get("/app/<org>/<dashboard>/organizations")
@board_page
def organizations(org: str, dashboard: str) -> ResponseReturnValue:  # noqa: ARG001 - the Scope has it
    user = person()
    assert user is not None  # says the policy
    search = _searched(request.args.get("search", ""))
    with services().store.read_shared() as session:
        orgs = search_orgs(session, user.visitor, search, most=MAX_ORGS + 1)
    return render_template(
        "organizations.html",
        scope=current_scope(),
        search=search,
        orgs=orgs[:MAX_ORGS],
        has_more=len(orgs) > MAX_ORGS,
    )


def _searched(text: str) -> str:
    """Return what was typed without needless spaces, and without what no name contains."""
    printable = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(printable.split())[:MAX_SEARCH]
