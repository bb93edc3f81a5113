"""The two steps of the authorization code flow: where the browser goes, and what its code buys."""

import base64
import hashlib
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode, urlsplit

from dashapp.domain.sign_on.claims import RefusedSignOn
from dashapp.domain.sign_on.providers import Provider
from dashapp.store.sign_on.providers import secret_of
from dashapp.web.access.sign_on.fetching import Question, fetch
from dashapp.web.access.sign_on.metadata import Metadata
from dashapp.web.services import Services

SCOPE = "openid email profile"
_MAX_CODE = 4_096


class Proof(NamedTuple):
    """What this server keeps of a sign-on: the code is worthless without the verifier."""

    nonce: str
    verifier: str

    @property
    def challenge(self) -> str:
        """The verifier's hash (PKCE, S256)."""
        hashed = hashlib.sha256(self.verifier.encode()).digest()
        return base64.urlsafe_b64encode(hashed).rstrip(b"=").decode()


def authorization_url(
    provider: Provider, metadata: Metadata, proof: Proof, *, state: str, back: str
) -> str:
    """Return where the browser asks the provider; `back` is our callback."""
    query = urlencode(
        {
            "response_type": "code",
            "client_id": provider.client_id,
            "redirect_uri": back,
            "scope": SCOPE,
            "state": state,
            "nonce": proof.nonce,
            "code_challenge": proof.challenge,
            "code_challenge_method": "S256",
        }
    )
    return _with_query(metadata.authorization_url, query)


def id_token_for(
    app: Services, provider: Provider, metadata: Metadata, code: str, *, verifier: str, back: str
) -> object:
    """Exchange a code, and return the ID token: unverified. Raises NoAnswer or RefusedSignOn."""
    if not 0 < len(code) <= _MAX_CODE:
        raise RefusedSignOn("malformed", "no code")
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": back,
        "code_verifier": verifier,
    }
    secret = secret_of(provider, app.settings.secrets)
    question = _question(provider, metadata, form, secret)
    answer = fetch(question, allows_private=app.settings.allows_private_providers)
    if answer.status != 200:  # noqa: PLR2004
        raise RefusedSignOn("code", _error_of(answer.fields))
    return answer.fields.get("id_token")


def logout_url(provider: Provider, metadata: Metadata, *, state: str, back: str) -> str | None:
    """Return where people sign out of the provider too. No ID token: URLs end up in logs."""
    if metadata.logout_url is None:
        return None
    query = urlencode(
        {"client_id": provider.client_id, "post_logout_redirect_uri": back, "state": state}
    )
    return _with_query(metadata.logout_url, query)


def _question(
    provider: Provider, metadata: Metadata, form: dict[str, str], secret: str | None
) -> Question:
    """Return the request for the token, with the client's secret where the provider takes it."""
    if secret is None:
        return Question(metadata.token_url, {**form, "client_id": provider.client_id})
    if metadata.takes_basic:  # both parts are encoded first (RFC 6749, 2.3.1)
        auth = quote(provider.client_id, safe=""), quote(secret, safe="")
        return Question(metadata.token_url, form, auth)
    return Question(
        metadata.token_url,
        {**form, "client_id": provider.client_id, "client_secret": secret},
    )


def _error_of(fields: Mapping[str, Any]) -> str:
    """Return the provider's word for what is wrong, such as `invalid_client`."""
    word = fields.get("error")
    is_word = isinstance(word, str) and word.isascii() and word.replace("_", "").isalnum()
    return str(word)[:60] if is_word else "unknown"


def _with_query(url: str, query: str) -> str:
    return f"{url}{'&' if urlsplit(url).query else '?'}{query}"
