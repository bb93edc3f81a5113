"""Passwords: what is accepted, and how one is kept and checked.

argon2id with m = 19 MiB, t = 2, p = 1 (OWASP's minimum): about 25 ms, and 19 MiB a hash, so that
only a few run at once. An unknown person costs exactly what a wrong password costs.
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
    """Raises BadInput where a new password is too short, too long or among the most common."""
    if len(password) < MIN_LENGTH:
        raise BadInput(_("The password needs at least %(least)s characters."), least=MIN_LENGTH)
    check_length(password)
    if password.lower() in _common():
        raise BadInput(_("That password is among the most common ones. Choose another."))


def check_length(password: str) -> None:
    """Raises BadInput before anything is hashed: nothing is ever cut off."""
    if len(password) > MAX_LENGTH:
        raise BadInput(_("The password can have at most %(most)s characters."), most=MAX_LENGTH)


def hash_password(password: str) -> str:
    return _bounded(lambda: _hasher.hash(_encoded(password)))


def verify(stored: str | None, password: str) -> bool:
    """Whether the password fits. A hash is always computed, for nobody's account too.

    Raises Unavailable when too many are being computed already.
    """

    def compare() -> bool:
        try:
            matches = _hasher.verify(stored or _nobody(), _encoded(password))
        except (VerificationError, InvalidHashError):
            return False
        return matches and stored is not None

    return _bounded(compare)


def needs_rehash(stored: str) -> bool:
    """Whether the hash was made with older parameters than today's."""
    return _hasher.check_needs_rehash(stored)


def _bounded(work: Callable[[], _T]) -> _T:
    if not _slots.acquire(timeout=_WAIT_SECONDS):
        raise Unavailable(_("Many people are signing in. Try again in a moment."), retry_after=5)
    try:
        return work()
    finally:
        _slots.release()


def _encoded(password: str) -> bytes:
    return password.encode("utf-8", "surrogatepass")


@cache
def _nobody() -> str:
    return _hasher.hash(b"nobody's password")


@cache
def _common() -> frozenset[str]:
    """The most common passwords that pass the length rule, from zxcvbn's list."""
    from zxcvbn.frequency_lists import FREQUENCY_LISTS  # noqa: PLC0415 - 1 MB, needed rarely

    long_enough = [word for word in FREQUENCY_LISTS["passwords"] if len(word) >= MIN_LENGTH]
    return frozenset(long_enough[:_COMMON_COUNT])
