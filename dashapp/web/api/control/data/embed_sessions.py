"""`POST /api/v1/orgs/ORG/embed-sessions`: embed tokens for vendors who do not sign any."""

from typing import Any

import msgspec
from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from dashapp.domain.access.actors import Action
from dashapp.domain.secrets.keys import KeyScope
from dashapp.domain.time.instant import SECOND, from_us, to_text
from dashapp.store.administration.data import record_act
from dashapp.web.access.actors import current_actor, current_installation_key
from dashapp.web.access.embedding.sessions import make_session
from dashapp.web.access.policies import of_installation
from dashapp.web.api.control.bodies import read_body
from dashapp.web.api.control.data.answers import EmbedSession, EmbedSessionBody
from dashapp.web.api.control.requests import org_scope, require_parameters
from dashapp.web.api.schemas import respond
from dashapp.web.services import services

blueprint = Blueprint("control_embed_sessions", __name__, url_prefix="/api/v1/orgs/<org>")
_RECORDED = ("viewer", "project", "filters", "session", "can")


@blueprint.post("/embed-sessions")
@of_installation(KeyScope.EMBED)
def make(org: str) -> ResponseReturnValue:
    require_parameters()
    scope, body = org_scope(), read_body(EmbedSessionBody)
    fields: dict[str, Any] = msgspec.to_builtins(body)
    claims = {name: value for name, value in fields.items() if name != "viewer"}
    made = make_session(scope, current_installation_key(), body.viewer, claims)
    after = {name: fields[name] for name in _RECORDED if name in fields}
    app = services()
    record_act(
        app.store,
        scope,
        current_actor(),
        Action.EMBED_SESSION_MADE,
        made.grant.dashboard,
        after=after,
        now=app.now_us(),
    )
    address = (app.settings.public_url or request.host_url).rstrip("/")
    url = f"{address}/embed/{org}/{made.grant.dashboard}#token={made.token}"
    expires_at = to_text(from_us(made.expires_at * SECOND))
    return respond(EmbedSession(made.token, url, expires_at), 201)
