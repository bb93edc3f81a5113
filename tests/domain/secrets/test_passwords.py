"""Passwords: rules, hashes, and equal work for unknown users."""

import re
import threading

import pytest
from argon2 import PasswordHasher

from dashapp.domain.errors import BadInput, Unavailable
from dashapp.domain.secrets import passwords
from tests import conftest


@pytest.fixture(autouse=True)
def _real_hasher(monkeypatch):
    monkeypatch.setattr(passwords, "_hasher", conftest.HASHER)


@pytest.mark.parametrize(
    "password", ["eight ch", "x" * 1000, "пароль-длинный", "nul\x00inside!", "🐎" * 8]
)
def test_a_password_can_have_any_characters_and_all_of_them_count(password):
    passwords.check_new(password)
    stored = passwords.hash_password(password)

    assert passwords.verify(stored, password)
    assert not passwords.verify(stored, password[:-1])
    assert not passwords.verify(stored, password + " ")


@pytest.mark.parametrize(
    "password", ["", "1234567", "x" * 1001, "password1", "PASSWORD1", "football1"]
)
def test_a_short_long_or_common_password_is_rejected(password):
    with pytest.raises(BadInput):
        passwords.check_new(password)


def test_a_hash_contains_its_parameters():
    stored = passwords.hash_password("correct horse")

    assert re.match(r"\$argon2id\$v=19\$m=19456,t=2,p=1\$", stored)


def test_a_hash_with_other_parameters_needs_a_rehash():
    old = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash("correct horse")

    assert passwords.verify(old, "correct horse")
    assert passwords.needs_rehash(old)
    assert not passwords.needs_rehash(passwords.hash_password("correct horse"))


def test_a_hash_is_computed_for_unknown_users_too(monkeypatch):
    computed = []
    verify = PasswordHasher.verify
    monkeypatch.setattr(PasswordHasher, "verify", lambda *args: computed.append(1) or verify(*args))

    assert not passwords.verify(None, "correct horse")
    assert not passwords.verify(None, "nobody's password")
    assert len(computed) == 2


def test_too_many_simultaneous_hashes_are_refused(monkeypatch):
    monkeypatch.setattr(passwords, "_slots", threading.BoundedSemaphore(1))
    monkeypatch.setattr(passwords, "_WAIT_SECONDS", 0.01)
    passwords._slots.acquire()

    with pytest.raises(Unavailable):
        passwords.verify(None, "correct horse")
