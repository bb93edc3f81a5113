"""`/api/v1/orgs`: list, read, and remove orgs."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from dashapp.domain.errors import BadInput
from dashapp.domain.secrets.keys import KeyScope
from dashapp.store.deletion.orgs import MAX_AFTER_DAYS, Wish, remove_at_once
from dashapp.store.orgs.orgs import orgs_after
from dashapp.web.access.actors import current_actor
from dashapp.web.access.policies import of_installation
from dashapp.web.api.control.answers import ListedOrg, Orgs
from dashapp.web.api.control.org_state import read_counts, read_org, require_expected, with_etag
from dashapp.web.api.control.removals import removal_answer
from dashapp.web.api.control.requests import (
    PAGE,
    org_scope,
    page_size,
    require_parameters,
    whole_number,
)
from dashapp.web.api.schemas import respond
from dashapp.web.services import services

blueprint = Blueprint("orgs", __name__)


@blueprint.get("/orgs")
@of_installation(KeyScope.ORGS)
def list_() -> ResponseReturnValue:
    require_parameters(*PAGE)
    most = page_size()
    with services().store.read_shared() as session:
        page = orgs_after(session, request.args.get("after", ""), most + 1)
    listed = [ListedOrg(o.slug, o.name, o.timezone, o.locale, o.currency) for o in page[:most]]
    return respond(Orgs(listed, listed[-1].slug if len(page) > most else None))


@blueprint.get("/orgs/<org>")
@of_installation(KeyScope.ORGS)
def show(org: str) -> ResponseReturnValue:  # noqa: ARG001 - the policy has found it
    require_parameters()
    scope, app = org_scope(), services()
    with app.store.read_primary(scope) as session:
        answer = read_org(session, scope)
        answer.counts = read_counts(session, scope, now=app.now_us())
    return with_etag(respond(answer), answer)


@blueprint.delete("/orgs/<org>")
@of_installation(KeyScope.ORGS)
def remove(org: str) -> ResponseReturnValue:
    scope, app = org_scope(), services()
    wish = _wish(org)
    with app.store.read_primary(scope) as session:
        require_expected(read_org(session, scope))
    removal = remove_at_once(app.store, scope, current_actor(), wish, now=app.now_us())
    status = 202 if removal.finished_at is None else 200
    return respond(removal_answer(removal, now=app.now_us()), status)


def _wish(slug: str) -> Wish:
    require_parameters("confirm", "release", "after_days")
    if request.args.get("confirm") != slug:
        raise BadInput(f"This removes the org with all its data. To confirm, add ?confirm={slug}")
    release = request.args.get("release", "0")
    if release not in {"0", "1"}:
        raise BadInput("release must be 1 or 0.")
    days = whole_number("after_days", 0, most=MAX_AFTER_DAYS)
    return Wish(days, is_released=release == "1")
