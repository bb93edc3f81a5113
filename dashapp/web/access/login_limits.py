"""Limits on login attempts, counted in the database so that all workers share the counts.

An attempt is counted before the password is hashed. An attack on an account locks out strangers but
not its owner: a browser that has logged in before sends a signed cookie and has its own count.
"""

from ipaddress import ip_address, ip_network
from typing import NamedTuple

from itsdangerous import BadData, URLSafeTimedSerializer

from dashapp.domain.errors import TooMany
from dashapp.domain.language import _
from dashapp.domain.secrets.keys import make_short_id
from dashapp.store.people.login_attempts import (
    count_attempt,
    forget_attempts,
    seconds_until_next_slot,
)
from dashapp.web.services import Services

DEVICE_MAX_AGE = 180 * 24 * 3600
PER_ACCOUNT, PER_ADDRESS, PER_DEVICE = 10, 100, 10
_IPV4 = 4


class Attempt(NamedTuple):
    """The subjects that an attempt counts for, each with its limit per 15 minutes."""

    subjects: tuple[tuple[str, int], ...]


def attempt_of(app: Services, email: str, address: str, device_cookie: str | None) -> Attempt:
    """Return what an attempt counts for: a known device, or the account and network address."""
    device = _device(app, email, device_cookie)
    if device is not None:
        return Attempt(((f"device:{device}", PER_DEVICE),))
    return Attempt(
        ((f"address:{_network(address)}", PER_ADDRESS), (f"account:{email}", PER_ACCOUNT))
    )


def check(app: Services, attempt: Attempt) -> None:
    """Count an attempt. Raises TooMany with the seconds to wait if it exceeds a limit."""
    now = app.now_us()
    with app.store.write_shared() as session:
        # Stops at the first limit exceeded: a blocked address does not count for accounts.
        is_allowed = all(
            count_attempt(session, subject, now=now) <= limit for subject, limit in attempt.subjects
        )
    if not is_allowed:
        wait = seconds_until_next_slot(now=now)
        minutes = -(-wait // 60)
        raise TooMany(
            _("Too many attempts. Try again in %(minutes)s min."), retry_after=wait, minutes=minutes
        )


def forget(app: Services, attempt: Attempt) -> None:
    """After a login, clear the count of the account or device, but not of the address."""
    with app.store.write_shared() as session:
        for subject, _limit in attempt.subjects:
            if not subject.startswith("address:"):
                forget_attempts(session, subject, now=app.now_us())


def device_cookie(app: Services, email: str) -> str:
    """Return the cookie by which the browser is recognized at its next login."""
    return str(_serializer(app).dumps([email, make_short_id()]))


def _network(address: str) -> str:
    """Return an IPv4 address, or the /64 of an IPv6 one, which is what one household has."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    return (
        str(parsed) if parsed.version == _IPV4 else str(ip_network(f"{address}/64", strict=False))
    )


def _device(app: Services, email: str, cookie: str | None) -> str | None:
    if not cookie:
        return None
    try:
        owner, device = _serializer(app).loads(cookie, max_age=DEVICE_MAX_AGE)
    except (BadData, ValueError, TypeError):
        return None
    return str(device) if owner == email else None


def _serializer(app: Services) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(app.settings.secret_key, salt="dashapp-device")
