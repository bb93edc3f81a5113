"""Who acts in this request, for the audit."""

from functools import wraps
from typing import Any, cast

from flask import Response, g, make_response, request

from dashapp.domain import log_fields
from dashapp.domain.access.actors import Action, Actor, ActorKind
from dashapp.domain.access.scope import find_current_scope
from dashapp.domain.language import _
from dashapp.store.administration.data import record_act
from dashapp.store.audit.log_lines import lines_so_far
from dashapp.store.installation.keys import InstallationKey
from dashapp.web.access.addresses import client_address
from dashapp.web.access.bearer import Unauthorized
from dashapp.web.access.browsers import browser_name
from dashapp.web.access.guard import View
from dashapp.web.access.people import person
from dashapp.web.services import services

_ERRORS = 400  # and above: the request was refused


def current_actor() -> Actor:
    """Return the person who is signed in, or the installation's key of this request."""
    if "installation_key" in g:  # whatever cookies the request has
        key = current_installation_key()
        return actor_of(ActorKind.INSTALLATION_KEY, key.id, key.name)
    user = person()
    if user is None:
        raise Unauthorized(_("Sign in to continue."))
    return actor_of(ActorKind.MEMBER, user.get_id(), user.email)


def current_installation_key() -> InstallationKey:
    """Return the installation's key, in a view with the policy `of_installation`."""
    return cast("InstallationKey", g.installation_key)


def actor_of(kind: ActorKind, actor_id: str, name: str) -> Actor:
    """Return someone who acts in this request, with where it comes from."""
    return Actor(
        kind,
        actor_id,
        name,
        client_address(request.remote_addr),
        browser_name(request.headers.get("User-Agent")),
        str(log_fields.current().get("request_id", "")),
    )


def recording_use(view: View) -> View:
    """Return a view that records the use of the installation's key in the org of the path.

    Requests that fail leave no entry. Acts that the view has recorded are not recorded twice.
    """

    @wraps(view)
    def answer(**arguments: Any) -> Response:
        earlier = lines_so_far()
        response = make_response(view(**arguments))
        scope, app = find_current_scope(), services()
        is_recorded = lines_so_far() > earlier
        if scope is not None and not is_recorded and response.status_code < _ERRORS:
            operation, now = f"{request.method} {request.path}", app.now_us()
            record_act(app.store, scope, current_actor(), Action.KEY_USED, operation, now=now)
        return response

    return cast("View", answer)
