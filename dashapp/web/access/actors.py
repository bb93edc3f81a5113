"""Who acts in this request, for the audit."""

from typing import cast

from flask import g, request

from dashapp.domain import log_fields
from dashapp.domain.access.actors import Actor, ActorKind
from dashapp.domain.language import _
from dashapp.store.installation.keys import InstallationKey
from dashapp.web.access.addresses import client_address
from dashapp.web.access.bearer import Unauthorized
from dashapp.web.access.browsers import browser_name
from dashapp.web.access.people import person


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
