"""Keys in the header Authorization: those of orgs, and those of the installation."""

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


def org_key(kind: KeyKind) -> keys.Key:
    """Return the org's key of this request. Raises Unauthorized, or Forbidden for another kind."""
    text = secret()
    if text is None:
        raise missing_key(kind)
    store, now = services().store, services().now_us()
    with store.read_shared() as session:
        key = keys.find_key(session, text)
        for_all = installation.find_installation_key(session, text) if key is None else None
        refused = keys.why_refused(session, text) if key is None else None
    if for_all is not None:
        raise _wrong_kind(kind, f"{for_all.kind} of the installation")
    known = key or (refused.key if refused else None)
    if known is not None:
        log_fields.add(org=known.org.slug, key=known.id)
    if key is None:
        raise _invalid_key(refused.reason if refused else None)
    if key.kind is not kind:
        raise _wrong_kind(kind, key.kind)
    if keys.should_record_use(key, now=now):
        with store.try_write_shared() as session:
            keys.record_use(session, key, now=now)
    return key


def sending_key() -> keys.Key | InstallationKey:
    """Return the ingest key of this request, of an org or for all orgs, or an admin key.

    Raises Unauthorized, or Forbidden for another kind.
    """
    text = secret()
    with services().store.read_shared() as session:
        key = None if text is None else keys.find_key(session, text)
        for_all = key is None and text is not None and find_installation_key(session, text)
    if not for_all:
        return org_key(KeyKind.INGEST)
    return installation_key(KeyScope.EVENTS, for_all.kind)


def installation_key(needed: KeyScope, kind: KeyKind = KeyKind.ADMIN) -> InstallationKey:
    """Return the installation's key of this request.

    Raises Unauthorized, or Forbidden if it is of another kind, or may not do what is needed.
    """
    text = secret()
    if text is None:
        raise missing_key(kind)
    store, now = services().store, services().now_us()
    with store.read_shared() as session:
        key = installation.find_installation_key(session, text)
        of_org = keys.find_key(session, text) if key is None else None
    if of_org is not None:
        raise _wrong_kind(kind, of_org.kind)
    if key is None:
        raise _invalid_key("unknown")
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
