"""The check of an e-mail address and a password: within limits, and logged."""

from typing import NamedTuple

from dashapp.domain.errors import NotFound, Unavailable
from dashapp.domain.secrets import passwords
from dashapp.store.people import users
from dashapp.store.people.users import User
from dashapp.web.access import security_log
from dashapp.web.access.login import limits
from dashapp.web.access.login.recording import record_failure, record_lock
from dashapp.web.access.security_log import Event, account_fields
from dashapp.web.services import Services


class Credentials(NamedTuple):
    """What a browser sent to log in: a valid address, and a password that is not too long."""

    email: str
    password: str
    address: str
    device_cookie: str | None


class Verified(NamedTuple):
    """A user whose password is right, and whether they have signed in from this browser before."""

    user: User
    is_known_device: bool


def verify(app: Services, given: Credentials) -> Verified | None:
    """Return the user if the password is right. An unknown user takes the same time.

    Raises Locked if there were too many attempts.
    """
    user = _find(app, given.email)
    who = account_fields(app, given.email, user)
    attempt = limits.attempt_of(
        app, given.email, user, address=given.address, device_cookie=given.device_cookie
    )
    try:
        limits.check(app, attempt)
    except limits.Locked as error:
        security_log.record(Event.LOGIN_LOCKED, error.limit, **who)
        if user is not None and error.limit != "address":
            record_lock(app, user, error.limit)
        raise
    try:
        matches = passwords.verify(user.password_hash if user else None, given.password)
    except Unavailable:
        limits.take_back(app, attempt)
        raise
    if user is None or user.is_disabled or not matches:
        reason = _reason(user, matches=matches)
        security_log.record(Event.LOGIN_FAILED, reason, **who)
        if user is not None:
            record_failure(app, user, reason)
        return None
    limits.succeed(app, attempt)
    return Verified(_rehashed(app, user, given.password), attempt.is_known_device)


def _find(app: Services, email: str) -> User | None:
    with app.store.read_shared() as session:
        try:
            return users.find_user(session, email)
        except NotFound:
            return None


def _reason(user: User | None, *, matches: bool) -> str:
    if user is None:
        return "unknown_account"
    return "disabled" if matches else "wrong_password"


def _rehashed(app: Services, user: User, password: str) -> User:
    """Store a hash with the current parameters, unless the password was changed meanwhile."""
    if not passwords.needs_rehash(user.password_hash):
        return user
    password_hash = passwords.hash_password(password)
    with app.store.write_shared() as session:
        if users.is_unchanged(session, user):
            users.set_password(session, user.id, password_hash)
            return user._replace(password_hash=password_hash)
    return user
