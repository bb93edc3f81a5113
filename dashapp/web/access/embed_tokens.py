"""Who comes with an embed token or a page token, and what they may see.

A viewer who is refused is told nothing; the org finds the reason in its own log. Whether the key
holds is asked in every request.
"""

from typing import Any, NamedTuple, NoReturn

from flask import g

from dashapp.domain.access.embed import EmbedGrant, RefusedToken, grant_of, narrowed
from dashapp.domain.access.scope import Scope
from dashapp.domain.errors import ConfigurationError, NotFound
from dashapp.domain.secrets.sealing import derived_key
from dashapp.domain.secrets.tokens import (
    EMBED,
    PAGE,
    key_id_of,
    sign,
    unverified_audience,
    verified_claims,
)
from dashapp.queries.saved_dashboards import of_dashboard
from dashapp.store.orgs import keys
from dashapp.store.orgs.keys import EmbedKey, RevokedKey
from dashapp.web.access.embed_attempts import note_foreign, note_refusal, note_taken, note_use
from dashapp.web.services import Services, services

_PAGE_CLAIMS = frozenset({"aud", "org", "claims", "iat", "exp", "end"})


class Opened(NamedTuple):
    """A token that holds: its key, the claims it was given, what they mean, when all ends."""

    key: EmbedKey
    claims: dict[str, Any]
    grant: EmbedGrant
    is_page: bool


class PageToken(NamedTuple):
    """What a page shows itself with from now on, and for how many seconds."""

    token: str
    seconds: int
    can_renew: bool


def opened(token: str | None, *, is_renewal: bool = False) -> Opened:
    """A token that holds; to renew it, a page's own until its session ends: computers sleep.

    Raises RefusedToken; the org's own log says why, if there is an org.
    """
    here, key = services(), None
    try:
        token = _given(token)
        key_id = key_id_of(token)
        with here.store.shared() as session:
            key = keys.find_embed_key(session, key_id)
        now = here.clock().timestamp()
        found = (
            _page(here, key, token, now, is_renewal=is_renewal)
            if _is_page(token)
            else _embed(here, key, token, now)
        )
    except RevokedKey as error:
        note_refusal(error, error.key)
        raise
    except RefusedToken as error:
        note_refusal(error, key)
        raise
    if not found.is_page:
        note_taken(found.key, found.grant)
    g.embed = found
    return found


def scope_of(found: Opened, dashboard: str) -> Scope:
    """What a token shows of a dashboard. Raises NotFound where that is not the one it is for."""
    here = services()
    if found.grant.dashboard != dashboard:
        refuse(found, f"the token is for {found.grant.dashboard}, asked for {dashboard}")
    scope = narrowed(here.scope_of_org(found.key.org), found.grant)
    try:
        with here.store.reading(scope) as session:
            return of_dashboard(session, scope)
    except NotFound as error:
        refuse(found, error.message)


def require_org(found: Opened, slug: str) -> None:
    """Raises NotFound where the key is another org's."""
    if found.key.org.slug != slug:
        refuse(found, f"the key is of {found.key.org.slug}, asked for {slug}")


def page_token(found: Opened) -> PageToken:
    """A token for the page itself: short, and renewed while the grant's session lasts."""
    here = services()
    now = here.clock().timestamp()
    ends = found.grant.life.ends_at
    expires = min(now + here.settings.embed_page_seconds, ends)
    if expires - now < 1:
        raise RefusedToken("expired", "too late to be exchanged")
    claims = {
        "aud": PAGE,
        "org": found.key.org.id,
        "claims": found.claims,
        "iat": now,
        "exp": expires,
        "end": ends,
    }
    if not found.is_page:
        note_use(found.key)
    token = sign(claims, _page_secret(here), found.key.id)
    return PageToken(token, max(1, int(expires - now)), can_renew=ends > expires)


def _given(token: str | None) -> str:
    if not token:
        raise RefusedToken("no_token", "no Authorization header with a token")
    return token


def _is_page(token: str) -> bool:
    """Only says which secret must fit; both kinds are checked against their own audience."""
    return unverified_audience(token) == PAGE


def _embed(here: Services, key: EmbedKey, token: str, now: float) -> Opened:
    try:
        secret = keys.secret_of(key, here.settings.secret_key)
    except ConfigurationError as error:
        raise RefusedToken("sealed", error.message) from None
    claims = verified_claims(token, secret, EMBED)
    return Opened(key, claims, grant_of(claims, now=now), is_page=False)


def _page(here: Services, key: EmbedKey, token: str, now: float, *, is_renewal: bool) -> Opened:
    said = verified_claims(token, _page_secret(here), PAGE)
    if said.keys() != _PAGE_CLAIMS or said["org"] != key.org.id:
        raise RefusedToken("malformed", "not a page token of this key")
    if now >= said["end" if is_renewal else "exp"]:
        raise RefusedToken("expired", "the page was not renewed in time")
    claims = dict(said["claims"])
    # Its times held when it was exchanged; its own end is what counts from here on.
    grant = grant_of(claims, now=max(claims["iat"], claims.get("nbf", 0)))
    return Opened(key, claims, grant, is_page=True)


def _page_secret(here: Services) -> bytes:
    return derived_key(here.settings.secret_key, "page tokens")


def refuse(found: Opened, message: str) -> NoReturn:
    """Another org's, or none: it looks the same."""
    note_foreign(found.key, found.grant, message)
    raise NotFound("There is nothing here.")
