"""The security log: one line for each login, end of a session, and refusal (ASVS 5.0, V16).

A line says when, who, from where, what, and why. Secrets are never logged. The e-mail address of a
login is logged only if the account exists: people type passwords into the wrong field.
"""

import hmac
import logging
from collections.abc import Mapping
from enum import StrEnum
from hashlib import sha256

from dashapp.domain import log_fields
from dashapp.domain.secrets.sealing import derived_key
from dashapp.store.people.users import User
from dashapp.web.monitoring.counters import counters
from dashapp.web.services import Services

LOGGER = "dashapp.security"
_HASH_LENGTH = 16
_log = logging.getLogger(LOGGER)


class Event(StrEnum):
    """What happened. docs/reference/logs.md says what each means, and its reasons."""

    LOGIN_SUCCEEDED = "login_succeeded"
    LOGIN_CONTINUED = "login_continued"
    LOGIN_FAILED = "login_failed"
    LOGIN_LOCKED = "login_locked"
    LOGIN_REFUSED = "login_refused"
    SIGN_ON_REFUSED = "sign_on_refused"
    IDENTITY_CONFIRMED = "identity_confirmed"
    LOGOUT = "logout"
    SESSION_ENDED = "session_ended"
    SESSION_REFUSED = "session_refused"
    ACCESS_REFUSED = "access_refused"
    KEY_REFUSED = "key_refused"
    TOKEN_REFUSED = "token_refused"  # noqa: S105 - a name
    INPUT_REFUSED = "input_refused"
    CSRF_REFUSED = "csrf_refused"
    ORIGIN_REFUSED = "origin_refused"
    HOST_REFUSED = "host_refused"
    RESET_REQUESTED = "reset_requested"
    PASSWORD_RESET = "password_reset"  # noqa: S105 - a name
    LIMIT_REACHED = "limit_reached"
    REQUEST_REFUSED = "request_refused"


_ROUTINE = frozenset(
    {
        Event.LOGIN_SUCCEEDED,
        Event.LOGIN_CONTINUED,
        Event.IDENTITY_CONFIRMED,
        Event.LOGOUT,
        Event.SESSION_ENDED,
        Event.RESET_REQUESTED,
        Event.PASSWORD_RESET,
    }
)
_SIGN_INS = {
    Event.LOGIN_SUCCEEDED: "succeeded",
    Event.LOGIN_FAILED: "failed",
    Event.LOGIN_LOCKED: "locked",
    Event.LOGIN_REFUSED: "refused",
}
# Each of these costs a password hash or a session, so nobody can flood the log with them.
_UNBOUNDED = _ROUTINE | {Event.LOGIN_FAILED}


def record(event: Event, reason: str | None = None, **fields: object) -> None:
    """Log an event. Its reason is also on the request's own line."""
    level = logging.INFO if event in _ROUTINE else logging.WARNING
    log_fields.give_reason(reason)
    bounded = {} if event in _UNBOUNDED else {log_fields.BOUNDED: event.value}
    extra = {"event": event.value, "reason": reason, **fields, **bounded}
    _count(event, reason, fields)
    _log.log(level, event.value.replace("_", " "), extra=extra)


def _count(event: Event, reason: str | None, fields: Mapping[str, object]) -> None:
    if event in _SIGN_INS:
        counters().count_sign_in(str(fields.get("method", "password")), _SIGN_INS[event])
    elif event is Event.TOKEN_REFUSED:
        counters().count_embed_token(str(reason))
    elif event is Event.REQUEST_REFUSED:
        counters().count_refused(str(reason))


def account_fields(app: Services, email: str, user: User | None) -> dict[str, object]:
    """Return what the log says about the account of a login.

    An address without an account is logged as a keyed hash: equal ones can be recognized, and
    nobody can guess them without the installation's secret.
    """
    if user is not None:
        return {"user": user.id, "account": user.email}
    key = derived_key(app.settings.secret_key, "accounts in logs")
    address_hash = hmac.new(key, email.encode("utf-8", "surrogatepass"), sha256).hexdigest()
    return {"account_hash": address_hash[:_HASH_LENGTH]}
