"""Embed tokens and page tokens: what they grant, and the dashboard they open.

A refused viewer is not told why; the reason is in the org's embed log. Every request checks that
the key is still active.
"""

from typing import Any, NamedTuple, NoReturn

from flask import g

from dashapp.domain import log_fields
from dashapp.domain.access.dashboard import Opened
from dashapp.domain.access.embed import EmbedGrant, RefusedToken, grant_of
from dashapp.domain.errors import ConfigurationError, NotFound
from dashapp.domain.secrets.tokens import (
    EMBED,
    PAGE,
    PREVIEW,
    SESSION,
    key_id_of,
    sign,
    unverified_audience,
    verified_claims,
)
from dashapp.queries.saved_dashboards import open_dashboard
from dashapp.store.installation.keys import find_embedding_key
from dashapp.store.orgs import keys
from dashapp.store.orgs.keys import EmbedKey, RevokedKey
from dashapp.store.orgs.orgs import find_org_by_id
from dashapp.web.access import request_session, security_log
from dashapp.web.access.embedding.attempts import (
    record_accepted,
    record_foreign,
    record_key_use,
    record_refusal,
)
from dashapp.web.access.embedding.previews import KEY_ID, Previewer, open_preview, signed
from dashapp.web.access.security_log import Event
from dashapp.web.monitoring.counters import counters
from dashapp.web.services import Services, services

_PAGE_CLAIMS = frozenset({"aud", "org", "claims", "iat", "exp", "end"})
_SESSION_CLAIMS = frozenset({"aud", "org", "claims"})


class OpenedToken(NamedTuple):
    """A valid token: its key, its claims as sent and as a grant, and whether it is a page token.

    A preview has no key; `previewer` is who looks at it.
    """

    key: EmbedKey
    claims: dict[str, Any]
    grant: EmbedGrant
    is_page: bool
    previewer: Previewer | None = None


class RefusedPreview(RefusedToken):
    """A refused preview token: the embed log is about viewers, so it has no entry there."""


class PageToken(NamedTuple):
    """A new token for the page, and for how many seconds it is valid."""

    token: str
    seconds: int
    can_renew: bool


def open_token(token: str | None, *, is_renewal: bool = False) -> OpenedToken:
    """Check a token. For a renewal, an expired page token is valid until its session ends.

    Raises RefusedToken and writes the reason to the org's embed log.
    """
    app, key = services(), None
    try:
        token = _require(token)
        key_id = key_id_of(token)
        if unverified_audience(token) == PREVIEW:
            return _open_preview(app, token, is_renewal=is_renewal)
        key = _key_of(app, token, key_id)
        opened = _opened(app, key, token, app.clock().timestamp(), is_renewal=is_renewal)
    except RefusedPreview:
        raise
    except RevokedKey as error:
        record_refusal(error, error.key)
        raise
    except RefusedToken as error:
        record_refusal(error, key)
        raise
    log_fields.add(org=opened.key.org.slug, key=opened.key.id)
    if not opened.is_page:
        record_accepted(opened.key, opened.grant)
        counters().count_embed_token("accepted")
    g.embed = opened
    return opened


def _open_preview(app: Services, token: str, *, is_renewal: bool) -> OpenedToken:
    """Open a preview, which is no entry of the embed log. Raises RefusedPreview."""
    now = app.clock().timestamp()
    try:
        org, previewer, claims, grant = open_preview(app, token, now, is_renewal=is_renewal)
    except RefusedToken as error:
        security_log.record(Event.TOKEN_REFUSED, error.code)
        raise RefusedPreview(error.code, error.message) from None
    log_fields.add(org=org.slug, user=previewer.visitor.user)
    opened = OpenedToken(EmbedKey(KEY_ID, org, "", None), claims, grant, True, previewer)
    g.embed = opened
    return opened


def _key_of(app: Services, token: str, key_id: str) -> EmbedKey:
    """Return the active key that the token is bound to: the org's, or the installation's.

    A token with the installation's key names its org, which counts only if the server signed it.
    """
    with app.store.read_shared() as session:
        try:
            return keys.find_embed_key(session, key_id)
        except RevokedKey:
            raise
        except RefusedToken:
            if find_embedding_key(session, key_id) is None:
                raise
        audience = PAGE if _is_page(token) else SESSION
        claims = verified_claims(token, server_secrets(app), audience)
        org = find_org_by_id(session, claims["org"]) if "org" in claims else None
    if org is None:
        raise RefusedToken("unknown_org", "the org of the token has been removed")
    return EmbedKey(key_id, org, "", app.now_us())


def _opened(
    app: Services, key: EmbedKey, token: str, now: float, *, is_renewal: bool
) -> OpenedToken:
    if _is_page(token):
        return _page(app, key, token, now, is_renewal=is_renewal)
    return _embed(app, key, token, now) if key.sealed else _session(app, key, token, now)


def open_dashboard_of(token: OpenedToken, dashboard: str) -> Opened:
    """Open the token's dashboard. Raises NotFound for any other one."""
    if token.grant.dashboard != dashboard:
        refuse(token, f"the token is for dashboard {token.grant.dashboard}, not {dashboard}")
    scope = services().scope_of_org(token.key.org).narrowed_by(token.grant)
    try:
        with request_session.read(scope) as session:
            return open_dashboard(session, scope)
    except NotFound as error:
        refuse(token, error.message)


def require_org(token: OpenedToken, slug: str) -> None:
    """Raise NotFound if the key belongs to another org."""
    if token.key.org.slug != slug:
        refuse(token, f"the key belongs to org {token.key.org.slug}, not to the one in the address")


def page_token(token: OpenedToken) -> PageToken:
    """Return a short-lived token for the page, which renews it while the grant's session lasts."""
    app = services()
    now = app.clock().timestamp()
    ends = token.grant.life.ends_at
    expires = min(now + app.settings.embed_page_seconds, ends)
    if expires - now < 1:
        raise RefusedToken("expired", "the token expired before it was exchanged")
    if token.previewer is not None:
        new = signed(app, token.previewer, token.claims, exp=expires, end=ends)
        return PageToken(new, max(1, int(expires - now)), can_renew=ends > expires)
    claims = {
        "aud": PAGE,
        "org": token.key.org.id,
        "claims": token.claims,
        "iat": now,
        "exp": expires,
        "end": ends,
    }
    if not token.is_page:
        record_key_use(token.key)
    new = sign(claims, server_secrets(app)[0], token.key.id)
    return PageToken(new, max(1, int(expires - now)), can_renew=ends > expires)


def _require(token: str | None) -> str:
    if not token:
        raise RefusedToken("no_token", "the Authorization header has no token")
    return token


def _is_page(token: str) -> bool:
    """Return whether this is a page token, signed by the server. `aud` is verified later."""
    return unverified_audience(token) == PAGE


def _embed(app: Services, key: EmbedKey, token: str, now: float) -> OpenedToken:
    try:
        secret = keys.secret_of(key, app.settings.secrets)
    except ConfigurationError as error:
        raise RefusedToken("sealed", error.message) from None
    claims = verified_claims(token, [secret], EMBED)
    return OpenedToken(key, claims, grant_of(claims, now=now), is_page=False)


def _session(app: Services, key: EmbedKey, token: str, now: float) -> OpenedToken:
    session = verified_claims(token, server_secrets(app), SESSION)
    if session.keys() != _SESSION_CLAIMS or session["org"] != key.org.id:
        raise RefusedToken("malformed", "the session token does not match this key")
    claims = dict(session["claims"])
    return OpenedToken(key, claims, grant_of(claims, now=now), is_page=False)


def _page(app: Services, key: EmbedKey, token: str, now: float, *, is_renewal: bool) -> OpenedToken:
    page_claims = verified_claims(token, server_secrets(app), PAGE)
    if page_claims.keys() != _PAGE_CLAIMS or page_claims["org"] != key.org.id:
        raise RefusedToken("malformed", "the page token does not match this key")
    if now >= page_claims["end" if is_renewal else "exp"]:
        raise RefusedToken("expired", "the page token expired before it was renewed")
    claims = dict(page_claims["claims"])
    # The embed token was valid when it was exchanged. Only the page token's own expiry counts now.
    grant = grant_of(claims, now=max(claims["iat"], claims.get("nbf", 0)))
    return OpenedToken(key, claims, grant, is_page=True)


def server_secrets(app: Services) -> list[bytes]:
    """Return what page tokens and session tokens are signed with: the first signs, all verify."""
    return app.settings.secrets.derived_keys("page tokens")


def refuse(token: OpenedToken, message: str) -> NoReturn:
    """Raise the same NotFound for what belongs to another org and what does not exist."""
    record_foreign(token.key, token.grant, message)
    raise NotFound("Not found.")
