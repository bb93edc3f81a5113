"""`/api/v1/orgs/SLUG/origins`: where an org's dashboards may be embedded."""

from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.secrets.keys import KeyScope
from dashapp.store.administration.origins import replace_vendors_origins
from dashapp.store.orgs.origins import allowed_origins
from dashapp.web.access.policies import of_installation
from dashapp.web.api.control.answers import OriginsAnswer
from dashapp.web.api.control.bodies import OriginsBody, read_body
from dashapp.web.api.control.requests import changing_org, in_field, org_scope, require_parameters
from dashapp.web.api.schemas import respond
from dashapp.web.services import services

blueprint = Blueprint("origins", __name__)


@blueprint.get("/orgs/<org>/origins")
@of_installation(KeyScope.ORGS)
def list_(org: str) -> ResponseReturnValue:  # noqa: ARG001 - the policy has found it
    require_parameters()
    scope = org_scope()
    with services().store.read_shared() as session:
        return respond(_answer(session, scope))


@blueprint.put("/orgs/<org>/origins")
@of_installation(KeyScope.ORGS)
def put(org: str) -> ResponseReturnValue:  # noqa: ARG001 - the policy has found it
    require_parameters()
    scope = org_scope()
    wanted = read_body(OriginsBody)
    with changing_org() as change:
        with in_field("origins"):
            replace_vendors_origins(change, wanted.origins)
        return respond(_answer(change.session, scope))


def _answer(session: Session, scope: Scope) -> OriginsAnswer:
    allowed = allowed_origins(session, scope)
    vendors = [origin for origin, is_vendors in allowed.items() if is_vendors]
    return OriginsAnswer(vendors, [origin for origin in allowed if origin not in vendors])
