"""Passwords: rules, hashing and verification.

Uses argon2id with m = 19 MiB, t = 2, p = 1 (OWASP's minimum). A hash takes about 25 ms and 19 MiB,
so only a few run at the same time. An unknown user costs exactly as much as a wrong password.
"""

import re
from collections.abc import Callable, Sequence
from functools import cache
from threading import BoundedSemaphore
from typing import NamedTuple, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from dashapp.domain.errors import BadInput, Unavailable
from dashapp.domain.language import _
from dashapp.domain.secrets.breached import is_breached

MIN_LENGTH, MIN_WITH_SECOND_FACTOR, MAX_LENGTH = 15, 12, 1_000
_MIN_SCORE = 3  # of 4, by zxcvbn: more than 10^8 guesses
_SCORED = 64  # characters: zxcvbn takes ten times as long for more
_MIN_WORD = 3
_WORD = re.compile(r"[\W_]+")
_COMMON_COUNT = 3_000
_HASHES_AT_ONCE = 2
_WAIT_SECONDS = 5.0

_T = TypeVar("_T")
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_slots = BoundedSemaphore(_HASHES_AT_ONCE)


class Rules(NamedTuple):
    """What a new password is checked against.

    `words` belong to the person: their address, the names of their orgs. `breached` is the path of
    a list of stolen passwords (breached.py).
    """

    words: Sequence[str] = ()
    has_second_factor: bool = False
    breached: str | None = None

    @property
    def min_length(self) -> int:
        """NIST SP 800-63B-4 asks for 15 characters if the password is all, and for 8 if not."""
        return MIN_WITH_SECOND_FACTOR if self.has_second_factor else MIN_LENGTH


def context_words(email: str, *names: str) -> Sequence[str]:
    """Return the words that a person's password must not consist of."""
    texts = (email.rpartition(".")[0], *names)
    parts = [part for text in texts for part in _WORD.split(text.lower())]
    words = [*parts, *("".join(_WORD.split(name.lower())) for name in names), "dashapp"]
    return list(dict.fromkeys(word for word in words if len(word) >= _MIN_WORD))


def check_new(password: str, rules: Rules) -> None:
    """Raise BadInput if a new password is too short, too long, or easy to guess.

    It is the only check of new passwords; those that were set before stay valid.
    """
    if len(password) < rules.min_length:
        raise BadInput(
            _("The password must have at least %(least)s characters."), least=rules.min_length
        )
    check_length(password)
    if password.lower() in _common_passwords():
        raise BadInput(_("This password is too common. Choose another one."))
    if _score(password) < _MIN_SCORE:
        raise BadInput(
            _("This password is easy to guess. Use several words that do not belong together.")
        )
    if _score(password, rules.words) < _MIN_SCORE:
        raise BadInput(
            _(
                "This password is easy to guess: it is made of your address or the name of an "
                "organization. Choose another one."
            )
        )
    if rules.breached is not None and is_breached(rules.breached, password):
        raise BadInput(
            _("This password is in a list of passwords that were stolen elsewhere. Choose another.")
        )


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


def _score(password: str, words: Sequence[str] = ()) -> int:
    from zxcvbn import zxcvbn  # noqa: PLC0415 - 1 MB, needed rarely

    return int(zxcvbn(password[:_SCORED], user_inputs=list(words))["score"])


@cache
def _common_passwords() -> frozenset[str]:
    """Return the most common passwords that are long enough, from zxcvbn's list."""
    from zxcvbn.frequency_lists import FREQUENCY_LISTS  # noqa: PLC0415 - 1 MB, needed rarely

    long_enough = [
        password
        for password in FREQUENCY_LISTS["passwords"]
        if len(password) >= MIN_WITH_SECOND_FACTOR
    ]
    return frozenset(long_enough[:_COMMON_COUNT])
