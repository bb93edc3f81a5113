"""How often one may try to log in, counted in the database: the same count for every worker.

Counted before a password is hashed. Whoever attacks an account locks out strangers, not its owner:
a browser that has logged in before carries a signed cookie and has a count of its own.
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
    """What an attempt is counted under, and how many are allowed in a quarter of an hour."""

    subjects: tuple[tuple[str, int], ...]


def attempt_of(here: Services, email: str, address: str, device_cookie: str | None) -> Attempt:
    """A known device counts alone; everybody else by account and by network address."""
    device = _device(here, email, device_cookie)
    if device is not None:
        return Attempt(((f"device:{device}", PER_DEVICE),))
    where = f"address:{_network(address)}"
    return Attempt(((where, PER_ADDRESS), (f"account:{email}", PER_ACCOUNT)))


def check(here: Services, attempt: Attempt) -> None:
    """Count an attempt. Raises TooMany, with the seconds to wait, when one limit is passed."""
    now = here.now_us()
    with here.store.write_shared() as session:
        # In order, up to the first that is passed: a blocked address counts for nobody else.
        is_allowed = all(
            count_attempt(session, subject, now=now) <= limit for subject, limit in attempt.subjects
        )
    if not is_allowed:
        wait = seconds_until_next_slot(now=now)
        minutes = -(-wait // 60)
        raise TooMany(
            _("Too many attempts. Try again in %(minutes)s min."), retry_after=wait, minutes=minutes
        )


def forget(here: Services, attempt: Attempt) -> None:
    """A login that worked clears the count of its account or device, not of its address."""
    with here.store.write_shared() as session:
        for subject, _limit in attempt.subjects:
            if not subject.startswith("address:"):
                forget_attempts(session, subject, now=here.now_us())


def device_cookie(here: Services, email: str) -> str:
    """What a browser keeps after a login, so that it is known the next time."""
    return str(_serializer(here).dumps([email, make_short_id()]))


def _network(address: str) -> str:
    """An IPv4 address, or the /64 of an IPv6 one: that is what one household has."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    return (
        str(parsed) if parsed.version == _IPV4 else str(ip_network(f"{address}/64", strict=False))
    )


def _device(here: Services, email: str, cookie: str | None) -> str | None:
    if not cookie:
        return None
    try:
        owner, device = _serializer(here).loads(cookie, max_age=DEVICE_MAX_AGE)
    except (BadData, ValueError, TypeError):
        return None
    return str(device) if owner == email else None


def _serializer(here: Services) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(here.settings.secret_key, salt="dashapp-device")
