"""Embed sessions: embed tokens that the server signs, for vendors who do not sign any.

They are bound to the installation's key that made them, and end when it is revoked. Their claims
obey the rules of other embed tokens.
"""

import secrets
from collections.abc import Mapping
from typing import Any, NamedTuple

from dashapp.domain.access.embed import MAX_AGE, EmbedGrant, RefusedToken, grant_of
from dashapp.domain.access.scope import Scope
from dashapp.domain.errors import BadInput
from dashapp.domain.secrets.tokens import EMBED, MAX_LENGTH, SESSION, sign
from dashapp.queries.saved_dashboards import open_dashboard
from dashapp.store.installation.keys import InstallationKey
from dashapp.web.access import request_session
from dashapp.web.access.embedding.tokens import server_secrets
from dashapp.web.services import services


class EmbedSession(NamedTuple):
    """A token, what it grants, and when it must have been exchanged; seconds since 1970."""

    token: str
    grant: EmbedGrant
    expires_at: int


def make_session(
    scope: Scope, key: InstallationKey, viewer: str, wanted: Mapping[str, Any]
) -> EmbedSession:
    """Sign a token for a viewer of one of the org's dashboards.

    `wanted` are claims such as `dashboard` and `filters`. Raises BadInput, or NotFound for a
    dashboard or project that the org does not have.
    """
    now = int(services().clock().timestamp())
    claims = {
        **wanted,
        "aud": EMBED,
        "iat": now,
        "exp": now + MAX_AGE,
        "jti": secrets.token_urlsafe(12),
        "sub": viewer,
    }
    try:
        grant = grant_of(claims, now=now)
    except RefusedToken as error:
        raise BadInput(_in_words_of_the_body(error.message)) from None
    opened = scope.narrowed_by(grant)
    with request_session.read(opened) as session:
        open_dashboard(session, opened)
    signed = {"aud": SESSION, "org": scope.org_id, "claims": claims}
    token = sign(signed, server_secrets(services())[0], key.id)
    if len(token) > MAX_LENGTH:
        raise BadInput(f"The token would be longer than {MAX_LENGTH:,} characters: remove filters.")
    return EmbedSession(token, grant, now + MAX_AGE)


def _in_words_of_the_body(message: str) -> str:
    """Return a message about claims with the names that the body has."""
    text = f"viewer{message[3:]}" if message.startswith("sub ") else message
    return f"{text[0].upper()}{text[1:]}."
