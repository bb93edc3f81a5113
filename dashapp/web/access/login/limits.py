"""Limits on login attempts, counted in the database so that all workers share the counts.

An attempt is counted before the password is hashed, and a correct one is taken back: many people
may sign in from the same office. An attack on an account locks out strangers but not its owner: a
browser that has signed in before sends a signed cookie, and does not count as a stranger. All such
browsers of an account have a small limit together, and a new password ends them.
"""

from typing import NamedTuple

from itsdangerous import BadData, URLSafeTimedSerializer

from dashapp.domain.errors import TooMany
from dashapp.domain.language import _
from dashapp.domain.secrets.keys import make_short_id
from dashapp.store.people import lockout
from dashapp.store.people.login_attempts import (
    count_attempt,
    forget_attempts,
    prune_attempts,
    seconds_until_next_slot,
    take_back_attempt,
)
from dashapp.store.people.users import User
from dashapp.web.access.addresses import network_of
from dashapp.web.services import Services

DEVICE_MAX_AGE = 180 * 24 * 3600
PER_ACCOUNT, PER_ADDRESS, PER_DEVICE, PER_KNOWN_DEVICES = 10, 100, 10, 20


class Attempt(NamedTuple):
    """The subjects that an attempt counts for, each with its limit per 15 minutes, and when."""

    subjects: tuple[tuple[str, int], ...]
    at: int
    is_known_device: bool


class Locked(TooMany):
    """An attempt exceeds a limit: that of an `account`, `address`, `device`, or all `devices`."""

    def __init__(self, limit: str, *, now: int) -> None:
        wait = seconds_until_next_slot(now=now)
        text = _("Too many attempts. Try again in %(minutes)s min.")
        super().__init__(text, retry_after=wait, minutes=-(-wait // 60))
        self.limit = limit


def attempt_of(
    app: Services, email: str, user: User | None, *, address: str, device_cookie: str | None
) -> Attempt:
    """Return what an attempt counts for: a known device, or the account and network address."""
    device = _device(app, user, device_cookie)
    if user is not None and device is not None:
        subjects = (
            (f"device:{user.id}:{device}", PER_DEVICE),
            (lockout.devices(user.id), PER_KNOWN_DEVICES),
        )
    else:
        subjects = (
            (f"address:{network_of(address)}", PER_ADDRESS),
            (lockout.account(email), PER_ACCOUNT),
        )
    return Attempt(subjects, app.now_us(), device is not None)


def check(app: Services, attempt: Attempt) -> None:
    """Count an attempt. Raises Locked if it exceeds a limit; then it counts for nothing."""
    with app.store.write_shared() as session:
        for subject, limit in attempt.subjects:
            if not count_attempt(session, subject, limit, now=attempt.at):
                raise Locked(subject.partition(":")[0], now=attempt.at)


def succeed(app: Services, attempt: Attempt) -> None:
    """After a login, clear the counts, but only take back this attempt from the address's.

    One correct password must not hide guesses at other accounts from the same address.
    """
    with app.store.write_shared() as session:
        for subject, _limit in attempt.subjects:
            if subject.startswith("address:"):
                take_back_attempt(session, subject, counted_at=attempt.at)
            else:
                forget_attempts(session, subject, now=attempt.at)
        prune_attempts(session, now=attempt.at)


def take_back(app: Services, attempt: Attempt) -> None:
    """Do not count an attempt whose password could not be checked."""
    with app.store.write_shared() as session:
        for subject, _limit in attempt.subjects:
            take_back_attempt(session, subject, counted_at=attempt.at)


def device_cookie(app: Services, user: User) -> str:
    """Return the cookie by which the browser is recognized at its next login."""
    return str(_serializer(app, user).dumps(make_short_id()))


def _device(app: Services, user: User | None, cookie: str | None) -> str | None:
    """Return the id of a known device of the user. A disabled user has none."""
    if not cookie:
        return None
    try:
        device = _serializer(app, user).loads(cookie, max_age=DEVICE_MAX_AGE)
    except (BadData, ValueError, TypeError):
        return None
    return None if user is None or user.is_disabled else str(device)


def _serializer(app: Services, user: User | None) -> URLSafeTimedSerializer:
    """Return what signs the devices of a user, until their password changes.

    Without a user, it takes the same time and recognizes nothing.
    """
    owner = f"{user.id}:{user.password_hash}" if user else ""
    return URLSafeTimedSerializer(app.settings.secrets.oldest_first, salt=f"dashapp-device:{owner}")
