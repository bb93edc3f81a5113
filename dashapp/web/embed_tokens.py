"""Who comes with an embed token or a page token, and what they may see.

A viewer who is refused is told nothing; the org finds the reason in its own log. Whether the key
holds is asked in every request.
"""

import logging
from typing import Any, NamedTuple, NoReturn

from flask import current_app, g, request
from sqlalchemy.exc import SQLAlchemyError

from dashapp.domain.embed import EmbedGrant, RefusedToken, grant_of, narrowed
from dashapp.domain.errors import ConfigurationError, DashappError, NotFound
from dashapp.domain.instant import SECOND
from dashapp.domain.scope import Org, Scope
from dashapp.domain.sealing import derived_key
from dashapp.domain.tokens import EMBED, PAGE, claims_of, key_id_of, sign, unverified_audience
from dashapp.queries.saved_dashboards import of_dashboard
from dashapp.store import embed_log, keys, orgs
from dashapp.store.embed_log import STRANGERS, TAKEN, Entry
from dashapp.store.keys import EmbedKey
from dashapp.web.services import Services, services

_QUIET = 10 * SECOND  # between two lines of the same kind by strangers
_MINUTE = 60 * SECOND
_MOST_NOTED = 10_000
_NOTED = "dashapp-embed-noted"
_PAGE_CLAIMS = frozenset({"aud", "org", "claims", "iat", "exp", "end"})
_log = logging.getLogger(__name__)


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
    except RefusedToken as error:
        note_refusal(error, key)
        raise
    if not found.is_page:
        _note_taken(found)
    g.embed = found
    return found


def scope_of(found: Opened, dashboard: str) -> Scope:
    """What a token shows of a dashboard. Raises NotFound where that is not the one it is for."""
    here = services()
    if found.grant.dashboard != dashboard:
        _refuse(found, f"the token is for {found.grant.dashboard}, asked for {dashboard}")
    scope = narrowed(here.scope_of_org(found.key.org), found.grant)
    try:
        with here.store.reading(scope) as session:
            return of_dashboard(session, scope)
    except NotFound as error:
        _refuse(found, error.message)


def require_org(found: Opened, slug: str) -> None:
    """Raises NotFound where the key is another org's."""
    if found.key.org.slug != slug:
        _refuse(found, f"the key is of {found.key.org.slug}, asked for {slug}")


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
        _note_use(here, found.key)
    token = sign(claims, _page_secret(here), found.key.id)
    return PageToken(token, max(1, int(expires - now)), can_renew=ends > expires)


def note_refusal(error: RefusedToken, key: EmbedKey | None) -> None:
    """For the org of the key, else for the org that was asked for, if there is one."""
    org = key.org if key is not None else _asked_org()
    if org is None or (error.code in STRANGERS and _was_noted((org.id, error.code), _QUIET)):
        return
    _note(org, _entry(key, error.code, error.message, None))


def _note_taken(found: Opened) -> None:
    """Who looks, once a token and minute, whatever it is used for."""
    if not _was_noted((found.key.id, found.grant.token_id), _MINUTE):
        _note(found.key.org, _entry(found.key, TAKEN, "", found.grant))


def _was_noted(what: tuple[object, str], quiet: int) -> bool:
    """Whether this worker has noted it in the last `quiet` microseconds."""
    noted: dict[tuple[object, str], int] = current_app.extensions.setdefault(_NOTED, {})
    now = services().now_us()
    if now - noted.get(what, -quiet) < quiet:
        return True
    if len(noted) >= _MOST_NOTED:
        noted.clear()
    noted[what] = now
    return False


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
    claims = claims_of(token, secret, EMBED)
    return Opened(key, claims, grant_of(claims, now=now), is_page=False)


def _page(here: Services, key: EmbedKey, token: str, now: float, *, is_renewal: bool) -> Opened:
    said = claims_of(token, _page_secret(here), PAGE)
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


def _refuse(found: Opened, message: str) -> NoReturn:
    """Another org's, or none: it looks the same."""
    _note(found.key.org, _entry(found.key, "foreign", message, found.grant))
    raise NotFound("There is nothing here.")


def _asked_org() -> Org | None:
    slug = (request.view_args or {}).get("org")
    if slug is None:
        return None
    try:
        with services().store.shared() as session:
            return orgs.find_org(session, slug)
    except DashappError:
        return None


def _entry(key: EmbedKey | None, code: str, message: str, grant: EmbedGrant | None) -> Entry:
    return Entry(
        at=services().now_us(),
        code=code,
        message=message,
        dashboard=(request.view_args or {}).get("dashboard", ""),
        key_id=key.id if key else "",
        viewer=grant.viewer if grant else "",
        token_id=grant.token_id if grant else "",
    )


def _note(org: Org, entry: Entry) -> None:
    """Never in a viewer's way, and never waiting for other writers."""
    here = services()
    try:
        with here.store.noting_of(here.scope_of_org(org)) as session:
            embed_log.log(session, here.scope_of_org(org), entry)
    except SQLAlchemyError:
        _log.exception("the embed log could not be written", extra={"org": org.slug})


def _note_use(here: Services, key: EmbedKey) -> None:
    if keys.is_use_to_be_noted(key, now=here.now_us()):
        with here.store.noting() as session:
            keys.note_use(session, key.id, now=here.now_us())
