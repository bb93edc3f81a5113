"""Keys in the header Authorization: those of orgs, and those of the installation."""

from typing import NamedTuple

from flask import request

from dashapp.domain import log_fields
from dashapp.domain.errors import DashappError, Forbidden
from dashapp.domain.language import _
from dashapp.domain.secrets.keys import KeyKind, KeyScope
from dashapp.store.installation import keys as installation
from dashapp.store.installation.keys import InstallationKey
from dashapp.store.orgs import keys
from dashapp.web.access import security_log
from dashapp.web.access.security_log import Event
from dashapp.web.services import services

_WRONG_KIND = _("This endpoint needs a key of kind %(needed)s; this key is of kind %(has)s.")


class Unauthorized(DashappError):
    """The request has no valid login session, key or token."""

    code = "unauthorized"


def secret() -> str | None:
    """Return what the request sends as a bearer."""
    scheme, _space, text = request.headers.get("Authorization", "").partition(" ")
    return text.strip() if scheme.lower() == "bearer" else None


class _Known(NamedTuple):
    """What is known of a secret: the key of an org or of the installation, or why it is refused."""

    key: keys.Key | None
    for_all: InstallationKey | None = None
    refused: keys.RefusedKey | None = None


def org_key(kind: KeyKind) -> keys.Key:
    """Return the org's key of this request. Raises Unauthorized, or Forbidden for another kind."""
    known = _look_up(_required(kind))
    if known.for_all is not None:
        raise _wrong_kind(kind, f"{known.for_all.kind} of the installation")
    return _of_org(known, kind)


def sending_key() -> keys.Key | InstallationKey:
    """Return the ingest key of this request, of an org or for all orgs, or an admin key.

    Raises Unauthorized, or Forbidden for another kind or scope.
    """
    known = _look_up(_required(KeyKind.INGEST))
    if known.for_all is not None:
        return _of_installation(known.for_all, KeyScope.EVENTS, known.for_all.kind)
    return _of_org(known, KeyKind.INGEST)


def installation_key(needed: KeyScope, kind: KeyKind = KeyKind.ADMIN) -> InstallationKey:
    """Return the installation's key of this request.

    Raises Unauthorized, or Forbidden if it is of another kind, or may not do what is needed.
    """
    text = _required(kind)
    with services().store.read_shared() as session:
        key = installation.find_installation_key(session, text)
        of_org = keys.find_key(session, text) if key is None else None
    if of_org is not None:
        raise _wrong_kind(kind, of_org.kind)
    if key is None:
        raise _invalid_key("unknown")
    return _of_installation(key, needed, kind)


def _required(kind: KeyKind) -> str:
    text = secret()
    if text is None:
        raise missing_key(kind)
    return text


def _look_up(text: str) -> _Known:
    with services().store.read_shared() as session:
        key = keys.find_key(session, text)
        if key is not None:
            return _Known(key)
        for_all = installation.find_installation_key(session, text)
        return _Known(None, for_all, keys.why_refused(session, text))


def _of_org(known: _Known, kind: KeyKind) -> keys.Key:
    """Return the org's key, if it is of this kind, and record its use."""
    key, refused = known.key, known.refused
    named = key or (refused.key if refused else None)
    if named is not None:
        log_fields.add(org=named.org.slug, key=named.id)
    if key is None:
        raise _invalid_key(refused.reason if refused else None)
    if key.kind is not kind:
        raise _wrong_kind(kind, key.kind)
    store, now = services().store, services().now_us()
    if keys.should_record_use(key, now=now):
        with store.try_write_shared() as session:
            keys.record_use(session, key, now=now)
    return key


def _of_installation(key: InstallationKey, needed: KeyScope, kind: KeyKind) -> InstallationKey:
    """Return the installation's key, if it may do what is needed, and record its use."""
    log_fields.add(key=key.id)
    if key.kind is not kind:
        raise _wrong_kind(kind, key.kind)
    if not key.can(needed):
        security_log.record(Event.KEY_REFUSED, "wrong_scope")
        raise Forbidden(
            _("This needs a key with the scope %(needed)s; this key has: %(has)s."),
            needed=needed,
            has=", ".join(sorted(key.scopes)),
        )
    store, now = services().store, services().now_us()
    if installation.should_record_use(key, now=now):
        with store.try_write_shared() as session:
            installation.record_use(session, key, now=now)
    return key


def missing_key(kind: KeyKind) -> Unauthorized:
    """Return the error for a request without a key, and log it."""
    if log_fields.reason() is None:  # else, the login session was refused
        security_log.record(Event.KEY_REFUSED, "missing")
    return Unauthorized(
        _("Missing API key. Send it as Authorization: Bearer dash_%(kind)s_…"), kind=kind
    )


def _invalid_key(reason: str | None) -> Unauthorized:
    security_log.record(Event.KEY_REFUSED, reason)
    return Unauthorized(
        _("Invalid key: it was mistyped or has been revoked. Create one with “dashapp key add”.")
    )


def _wrong_kind(needed: KeyKind, has: str) -> Forbidden:
    security_log.record(Event.KEY_REFUSED, "wrong_kind")
    return Forbidden(_WRONG_KIND, has=has, needed=needed)
