"""`GET /api/v1/usage`: what orgs used in a month, for billing."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from dashapp.domain.secrets.keys import KeyScope
from dashapp.domain.time.months import parse_month
from dashapp.store.orgs.orgs import orgs_after
from dashapp.store.usage.reading import summary
from dashapp.web.access.policies import of_installation
from dashapp.web.api.control.data.answers import OrgUsage, Usage
from dashapp.web.api.control.requests import PAGE, page_size, require_parameters
from dashapp.web.api.schemas import respond
from dashapp.web.services import services

blueprint = Blueprint("control_usage", __name__, url_prefix="/api/v1")


@blueprint.get("/usage")
@of_installation(KeyScope.USAGE)
def usage() -> ResponseReturnValue:
    require_parameters("month", *PAGE)
    month, most = parse_month(request.args.get("month")), page_size()
    app = services()
    with app.store.read_shared() as session:
        orgs = orgs_after(session, request.args.get("after", ""), most + 1)
    used = []
    for org in orgs[:most]:
        scope = app.scope_of_org(org)
        with app.store.read(scope) as session:
            used.append(OrgUsage(org.slug, **summary(session, scope, month)))
    return respond(Usage(str(month), used, used[-1].org if len(orgs) > most else None))
