"""What a provider says about itself, and its keys: fetched, checked, and shared by all workers."""

import json
import logging
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from dashapp.domain.language import _
from dashapp.domain.sign_on.providers import Provider, is_safe_url
from dashapp.store.sign_on.documents import Document, find_document, note_try, put_document
from dashapp.web.access.sign_on.fetching import Answer, NoAnswer, Question, fetch
from dashapp.web.services import Services

_log = logging.getLogger(__name__)
_MAX_URL = 1_000
_MAX_KEYS = 50


class Metadata(NamedTuple):
    """Where a provider does what. `sends_iss`: its answers to browsers name it."""

    authorization_url: str
    token_url: str
    keys_url: str
    logout_url: str | None
    sends_iss: bool
    takes_basic: bool


def metadata_of(app: Services, provider: Provider) -> Metadata:
    """Return the metadata of a provider. Raises NoAnswer."""
    return checked_metadata(app, provider, _document(app, provider.metadata_url, _is_metadata))


def known_metadata_of(app: Services, provider: Provider) -> Metadata | None:
    """Return the metadata without asking the provider, None if they are not at hand."""
    with app.store.read_shared() as session:
        stored = find_document(session, provider.metadata_url)
    if stored is None:
        return None
    try:
        return checked_metadata(app, provider, json.loads(stored.body))
    except NoAnswer:
        return None


def keys_of(app: Services, metadata: Metadata) -> list[Mapping[str, Any]]:
    """Return the keys of a provider. Raises NoAnswer."""
    return _keys(_document(app, metadata.keys_url, _is_keys))


def new_keys_of(app: Services, metadata: Metadata) -> list[Mapping[str, Any]]:
    """Ask again for the keys, because one is unknown: once a minute at most. Raises NoAnswer."""
    return _keys(_document(app, metadata.keys_url, _is_keys, is_forced=True))


def checked_metadata(app: Services, provider: Provider, fields: Mapping[str, Any]) -> Metadata:
    """Return the metadata, if they are this provider's and complete. Raises NoAnswer."""
    if fields.get("issuer") != provider.issuer:
        raise _other_issuer(fields.get("issuer"))
    if "code" not in _list(fields, "response_types_supported", "code"):
        raise NoAnswer(_("It does not offer the authorization code flow."))
    if "S256" not in _list(fields, "code_challenge_methods_supported", "S256"):
        raise NoAnswer(_("It does not offer PKCE with S256."))
    allows = app.settings.allows_private_providers
    logout = fields.get("end_session_endpoint")
    methods = _list(fields, "token_endpoint_auth_methods_supported", "client_secret_basic")
    return Metadata(
        _url(fields, "authorization_endpoint", allows_private=allows),
        _url(fields, "token_endpoint", allows_private=allows),
        _url(fields, "jwks_uri", allows_private=allows),
        logout if is_safe_url(logout, allows_private=allows) else None,
        sends_iss=fields.get("authorization_response_iss_parameter_supported") is True,
        takes_basic="client_secret_basic" in methods,
    )


def _list(fields: Mapping[str, Any], name: str, usual: str) -> list[object]:
    """Return a list of the metadata; a provider that leaves it out does the usual."""
    value = fields.get(name, [usual])
    return value if isinstance(value, list) else []


def _url(fields: Mapping[str, Any], name: str, *, allows_private: bool) -> str:
    url = fields.get(name)
    if not isinstance(url, str) or len(url) > _MAX_URL:
        raise NoAnswer(_("Its metadata has no %(name)s."), name=name)
    if not is_safe_url(url, allows_private=allows_private):
        raise NoAnswer(_("Its %(name)s is not an https address."), name=name)
    return url


def _other_issuer(issuer: object) -> NoAnswer:
    text = issuer[:200] if isinstance(issuer, str) and issuer.isprintable() else "?"
    if "{" in text:
        return NoAnswer(
            _(
                "Many directories share it: its issuer is “%(issuer)s”. Use the issuer of "
                "your own directory, which has its ID in place of the braces."
            ),
            issuer=text,
        )
    return NoAnswer(_("It calls itself “%(issuer)s”. Use exactly that as the issuer."), issuer=text)


def _is_metadata(fields: Mapping[str, Any]) -> bool:
    return isinstance(fields.get("issuer"), str)


def _is_keys(fields: Mapping[str, Any]) -> bool:
    return isinstance(fields.get("keys"), list)


def _keys(fields: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [key for key in fields["keys"][:_MAX_KEYS] if isinstance(key, dict)]


def _document(
    app: Services, url: str, is_one: Callable[[Mapping[str, Any]], bool], *, is_forced: bool = False
) -> Mapping[str, Any]:
    """Return a document: a fresh one, or up to a day old while its provider fails."""
    now = app.now_us()
    with app.store.read_shared() as session:
        stored = find_document(session, url)
    if stored is not None and not _is_due(stored, now=now, is_forced=is_forced):
        return _fields(stored)
    try:
        answer = fetch(Question(url), allows_private=app.settings.allows_private_providers)
        _check_answer(answer, url, is_one)
    except NoAnswer as error:
        if stored is None or not stored.is_usable(now=now):
            raise
        _log.warning("a provider fails; what it said before is used", extra={"detail": str(error)})
        with app.store.try_write_shared() as session:
            note_try(session, url, now=now)
        return _fields(stored)
    with app.store.write_shared() as session:
        put_document(session, url, answer.text, now=now)
    return answer.fields


def _check_answer(answer: Answer, url: str, is_one: Callable[[Mapping[str, Any]], bool]) -> None:
    if answer.status != 200 or not is_one(answer.fields):  # noqa: PLR2004
        raise NoAnswer(
            _("%(host)s answered with status %(status)s, and not with what was asked for."),
            host=urlsplit(url).hostname,
            status=answer.status,
        )


def _is_due(stored: Document, *, now: int, is_forced: bool) -> bool:
    if stored.is_fresh(now=now) and not is_forced:
        return False
    return stored.may_retry(now=now) or not stored.is_usable(now=now)


def _fields(stored: Document) -> Mapping[str, Any]:
    fields: Mapping[str, Any] = json.loads(stored.body)
    return fields
