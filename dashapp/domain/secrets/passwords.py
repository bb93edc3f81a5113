"""Passwords: rules, hashing and verification.

Uses argon2id with m = 19 MiB, t = 2, p = 1 (OWASP's minimum). A hash takes about 25 ms and 19 MiB,
so only a few run at the same time. An unknown user costs exactly as much as a wrong password.
"""

from collections.abc import Callable
from functools import cache
from threading import BoundedSemaphore
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from dashapp.domain.errors import BadInput, Unavailable
from dashapp.domain.language import _

MIN_LENGTH, MAX_LENGTH = 8, 1_000
_COMMON_COUNT = 3_000
_HASHES_AT_ONCE = 2
_WAIT_SECONDS = 5.0

_T = TypeVar("_T")
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_slots = BoundedSemaphore(_HASHES_AT_ONCE)


def check_new(password: str) -> None:
    """Raise BadInput if a new password is too short, too long or among the most common."""
    if len(password) < MIN_LENGTH:
        raise BadInput(_("The password must have at least %(least)s characters."), least=MIN_LENGTH)
    check_length(password)
    if password.lower() in _common_passwords():
        raise BadInput(_("This password is too common. Choose another one."))


def check_length(password: str) -> None:
    """Raise BadInput if a password is too long; passwords are never truncated."""
    if len(password) > MAX_LENGTH:
        raise BadInput(_("The password can have at most %(most)s characters."), most=MAX_LENGTH)


def hash_password(password: str) -> str:
    return _in_slot(lambda: _hasher.hash(_encode(password)))


def verify(stored: str | None, password: str) -> bool:
    """Whether the password matches the stored hash.

    A hash is computed even without a stored one, so that timing does not reveal whether a user
    exists, or has a password. Raises Unavailable if too many hashes are being computed.
    """

    def compare() -> bool:
        try:
            matches = _hasher.verify(stored or _dummy_hash(), _encode(password))
        except (VerificationError, InvalidHashError):
            return False
        return matches and bool(stored)

    return _in_slot(compare)


def needs_rehash(stored: str) -> bool:
    """Whether the hash was made with other parameters than the current ones."""
    return _hasher.check_needs_rehash(stored)


def _in_slot(work: Callable[[], _T]) -> _T:
    if not _slots.acquire(timeout=_WAIT_SECONDS):
        raise Unavailable(
            _("Too many people are signing in right now. Try again in a moment."), retry_after=5
        )
    try:
        return work()
    finally:
        _slots.release()


def _encode(password: str) -> bytes:
    return password.encode("utf-8", "surrogatepass")


@cache
def _dummy_hash() -> str:
    return _hasher.hash(b"nobody's password")


@cache
def _common_passwords() -> frozenset[str]:
    """Return the most common passwords that are long enough, from zxcvbn's list."""
    from zxcvbn.frequency_lists import FREQUENCY_LISTS  # noqa: PLC0415 - 1 MB, needed rarely

    long_enough = [
        password for password in FREQUENCY_LISTS["passwords"] if len(password) >= MIN_LENGTH
    ]
    return frozenset(long_enough[:_COMMON_COUNT])
