"""`/api/v1/orgs/SLUG/keys`: the keys of an org."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from dashapp.domain.secrets.keys import KeyKind, KeyScope
from dashapp.store.administration.keys import NewKey, add_key, revoke_key
from dashapp.store.orgs.keys import list_keys
from dashapp.web.access.policies import of_installation
from dashapp.web.api.control.answers import (
    KeyAnswer,
    Keys,
    ListedKey,
    empty,
    instant,
    instant_or_none,
)
from dashapp.web.api.control.bodies import KeyBody, read_body
from dashapp.web.api.control.requests import (
    PAGE,
    changing_org,
    in_field,
    org_scope,
    page_size,
    require_parameters,
)
from dashapp.web.api.schemas import respond
from dashapp.web.services import services

blueprint = Blueprint("keys", __name__)


@blueprint.get("/orgs/<org>/keys")
@of_installation(KeyScope.KEYS)
def list_(org: str) -> ResponseReturnValue:  # noqa: ARG001 - the policy has found it
    require_parameters(*PAGE)
    scope, most = org_scope(), page_size()
    with services().store.read_shared() as session:
        page = list_keys(session, scope, request.args.get("after"), most + 1)
        listed = [
            ListedKey(
                key.id,
                key.kind,
                key.name,
                key.hint,
                instant(key.created_at),
                instant_or_none(key.last_used_at),
                instant_or_none(key.revoked_at),
            )
            for key in page[:most]
        ]
    return respond(Keys(listed, listed[-1].id if len(page) > most else None))


@blueprint.post("/orgs/<org>/keys")
@of_installation(KeyScope.KEYS)
def add(org: str) -> ResponseReturnValue:  # noqa: ARG001 - the policy has found it
    require_parameters()
    org_scope()
    wanted = read_body(KeyBody)
    new = NewKey(KeyKind(wanted.kind), wanted.name)
    with changing_org() as change, in_field("name"):
        key_id, secret = add_key(change, new, secrets=services().settings.secrets)
    return respond(KeyAnswer(key_id, secret, wanted.kind, wanted.name), 201)


@blueprint.delete("/orgs/<org>/keys/<key>")
@of_installation(KeyScope.KEYS)
def revoke(org: str, key: str) -> ResponseReturnValue:  # noqa: ARG001 - the policy has found it
    require_parameters()
    with changing_org() as change:
        revoke_key(change, key)
    return empty()
