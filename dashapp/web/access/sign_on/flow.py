"""A sign-on: where the browser is sent, and what is checked when it comes back."""

import secrets
from typing import NamedTuple

from flask import request

from dashapp.domain.errors import TooMany
from dashapp.domain.language import _
from dashapp.domain.secrets.keys import make_session_id
from dashapp.domain.sign_on.claims import RefusedSignOn, Said, said_by
from dashapp.domain.sign_on.providers import Provider
from dashapp.store.people.login_attempts import count_attempt, seconds_until_next_slot
from dashapp.store.sign_on import sign_ons
from dashapp.store.sign_on.sign_ons import SignOn
from dashapp.web.access.addresses import network_of
from dashapp.web.access.people import cookie_name
from dashapp.web.access.sign_on.exchange import Proof, authorization_url, id_token_for
from dashapp.web.access.sign_on.id_tokens import verified_claims
from dashapp.web.access.sign_on.links import callback_address
from dashapp.web.access.sign_on.metadata import metadata_of
from dashapp.web.services import Services

COOKIE, COOKIE_SECONDS = "sso", 600
SIGN_IN, LINK = "sign_in", "link"
STARTS_PER_ADDRESS = 200  # per 15 minutes: a whole office may start work at once
_MAX_SECRET = 100


class Begun(NamedTuple):
    """Where to send the browser, and the value of its cookie."""

    address: str
    cookie: str


def begin(app: Services, provider: Provider, target: str | None) -> Begun:
    """Begin a sign-on. Raises TooMany, NoAnswer or Unavailable."""
    _count_start(app)
    metadata = metadata_of(app, provider)
    proof = Proof(secrets.token_urlsafe(32), secrets.token_urlsafe(48))
    keys = sign_ons.Secrets(make_session_id(), browser_secret() or make_session_id())
    waiting = SignOn(provider.id, proof.nonce, proof.verifier, target, None, None, app.now_us())
    with app.store.write_shared() as session:
        sign_ons.begin(session, keys, waiting)
    address = authorization_url(
        provider, metadata, proof, state=keys.state, back=callback_address()
    )
    return Begun(address, keys.browser)


def browser_secret() -> str | None:
    """Return the secret of this browser's cookie: two tabs can sign in at once."""
    value = request.cookies.get(cookie_name(COOKIE))
    return value if value and len(value) <= _MAX_SECRET else None


def secrets_of_browser(state: str) -> sign_ons.Secrets | None:
    """Return what finds a sign-on of this browser, None if it cannot have one."""
    browser = browser_secret()
    if browser is None or not 0 < len(state) <= _MAX_SECRET:
        return None
    return sign_ons.Secrets(state, browser)


def said_in_answer(app: Services, provider: Provider, waiting: SignOn) -> Said:
    """Check the answer in this request, exchange its code, and return what the provider says.

    Raises RefusedSignOn, NoAnswer or Unavailable.
    """
    metadata = metadata_of(app, provider)
    issuer = request.args.get("iss")
    if issuer != provider.issuer and (issuer is not None or metadata.sends_iss):
        raise RefusedSignOn("answer_issuer", "iss is missing, or another provider's")
    token = id_token_for(
        app,
        provider,
        metadata,
        request.args.get("code", ""),
        verifier=waiting.verifier,
        back=callback_address(),
    )
    return said_by(provider, verified_claims(app, provider, metadata, token), waiting.nonce)


def _count_start(app: Services) -> None:
    now, subject = app.now_us(), f"sso:{network_of(request.remote_addr or '')}"
    with app.store.write_shared() as session:
        may_start = count_attempt(session, subject, STARTS_PER_ADDRESS, now=now)
    if not may_start:
        wait = seconds_until_next_slot(now=now)
        text = _("Too many attempts. Try again in %(minutes)s min.")
        raise TooMany(text, retry_after=wait, minutes=-(-wait // 60))
