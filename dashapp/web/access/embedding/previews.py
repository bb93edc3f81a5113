"""Preview tokens: they show an administrator how a dashboard looks when it is embedded.

The server signs them, so no embed key is needed. Each request checks that the person still
administers the org, and has the second factor that it asks for. They end after ten minutes, and
cannot be used for anything else.
"""

import secrets
from collections.abc import Mapping
from typing import Any, NamedTuple

from dashapp.domain.access.embed import EmbedGrant, RefusedToken, grant_of
from dashapp.domain.access.scope import Org, current_scope
from dashapp.domain.secrets.tokens import EMBED, PREVIEW, sign, verified_claims
from dashapp.store.people.memberships import Visitor, find_membership
from dashapp.store.people.second_factors import has_second_factor
from dashapp.store.people.users import is_enabled
from dashapp.web.services import Services, services

KEY_ID = "kPreview0000"  # tokens name a key; this one is none
_SECONDS = 60  # to exchange it
_SESSION = 600  # seconds
_CLAIMS = frozenset({"aud", "org", "user", "provider", "method", "claims", "iat", "exp", "end"})


class Previewer(NamedTuple):
    """Who previews a dashboard, and the slug of the org that they administer."""

    visitor: Visitor
    org: str


class Preview(NamedTuple):
    """A valid preview token: its org and person, and the claims of the embedded board."""

    org: Org
    previewer: Previewer
    claims: dict[str, Any]
    grant: EmbedGrant


def preview_token(visitor: Visitor, dashboard: str, theme: Mapping[str, Any]) -> str:
    """Return a new token for a dashboard of the request's org, which the visitor administers."""
    app = services()
    now = int(app.clock().timestamp())
    claims = {
        "aud": EMBED,
        "dashboard": dashboard,
        "iat": now,
        "exp": now + _SECONDS,
        "jti": secrets.token_hex(8),
        "sub": "preview",
        "session": _SESSION,
        "theme": dict(theme),
    }
    previewer = Previewer(visitor, current_scope().org.slug)
    return signed(app, previewer, claims, exp=now + _SECONDS, end=now + _SESSION)


def signed(
    app: Services, previewer: Previewer, claims: Mapping[str, Any], *, exp: float, end: float
) -> str:
    """Sign a preview token that can be renewed until `end`."""
    all_claims = {
        "aud": PREVIEW,
        "org": previewer.org,
        "user": previewer.visitor.user,
        "provider": previewer.visitor.provider,
        "method": previewer.visitor.method,
        "claims": dict(claims),
        "iat": app.clock().timestamp(),
        "exp": exp,
        "end": end,
    }
    return sign(all_claims, _secrets(app)[0], KEY_ID)


def open_preview(app: Services, token: str, now: float, *, is_renewal: bool) -> Preview:
    """Check a preview token and its person. Raises RefusedToken."""
    claims = verified_claims(token, _secrets(app), PREVIEW)
    if claims.keys() != _CLAIMS:
        raise RefusedToken("malformed", "not a preview token")
    if now >= claims["end" if is_renewal else "exp"]:
        raise RefusedToken("expired", "the preview has ended")
    visitor = Visitor(claims["user"], claims["provider"], claims["method"])
    with app.store.read_shared() as session:
        membership = find_membership(session, visitor, claims["org"])
        is_active = is_enabled(session, visitor.user)
        has_factor = visitor.provider is not None or has_second_factor(session, visitor.user)
    if membership is None or not is_active or not membership.role.can_administer:
        raise RefusedToken("not_administrator", "the person no longer administers the org")
    if membership.requires_second_factor and not has_factor:
        raise RefusedToken("not_administrator", "the org asks for a second factor")
    board_claims = claims["claims"]
    grant = grant_of(board_claims, now=board_claims["iat"])
    return Preview(membership.org, Previewer(visitor, claims["org"]), board_claims, grant)


def _secrets(app: Services) -> list[bytes]:
    return app.settings.secrets.derived_keys("preview tokens")
