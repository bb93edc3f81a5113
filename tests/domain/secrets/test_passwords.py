"""Passwords: rules, hashes, and equal work for unknown users."""

import re
import threading
from hashlib import sha1

import pytest
from argon2 import PasswordHasher

from dashapp.domain.errors import BadInput, Unavailable
from dashapp.domain.secrets import passwords
from dashapp.domain.secrets.breached import is_breached
from dashapp.domain.secrets.passwords import Rules, context_words
from tests import conftest


@pytest.fixture(autouse=True)
def _real_hasher(monkeypatch):
    monkeypatch.setattr(passwords, "_hasher", conftest.HASHER)


@pytest.mark.parametrize(
    "password",
    ["fifteen letters", "kettle mango " * 70, "пароль-длинный-слон", "nul\x00inside! and more"],
)
def test_a_password_can_have_any_characters_and_all_of_them_count(password):
    passwords.check_new(password, Rules())
    stored = passwords.hash_password(password)

    assert passwords.verify(stored, password)
    assert not passwords.verify(stored, password[:-1])
    assert not passwords.verify(stored, password + " ")


@pytest.mark.parametrize(
    ("password", "problem"),
    [
        ("", "at least 15 characters"),
        ("correct horses", "at least 15 characters"),
        ("x" * 1001, "at most 1000"),
        ("1q2w3e4r5t6y7u8i", "easy to guess. Use several words"),
        ("PasswordStandard", "too common"),
        ("xxxxxxxxxxxxxxxxxxxxxxxx", "easy to guess. Use several words"),
        ("zyntrelumbra2026", "made of your address or the name"),
    ],
)
def test_a_short_long_or_weak_password_is_refused_with_the_reason(password, problem):
    rules = Rules(context_words("ada@example.com", "Zyntrel Umbra"))

    with pytest.raises(BadInput) as error:
        passwords.check_new(password, rules)
    assert problem in error.value.message


def test_with_a_second_factor_twelve_characters_are_enough():
    passwords.check_new("kettle mango", Rules(has_second_factor=True))

    with pytest.raises(BadInput, match="at least 12"):
        passwords.check_new("kettle mang", Rules(has_second_factor=True))


def test_only_the_first_64_characters_are_scored():
    with pytest.raises(BadInput, match="easy to guess"):
        passwords.check_new("a" * 64 + "kettle mango sings at noon", Rules())


def test_the_words_of_a_person_are_those_of_address_and_orgs():
    assert context_words("ada.l@shop.example", "Acme Shop", "acme") == [
        "ada",
        "shop",
        "acme",
        "acmeshop",
        "dashapp",
    ]


@pytest.fixture
def breached(tmp_path):
    """A list with 500 passwords, as the operator downloads it."""
    hashes = sorted(sha1(f"stolen password {n}".encode()).hexdigest().upper() for n in range(500))
    path = tmp_path / "breached.txt"
    path.write_text("".join(f"{line}:{n}\r\n" for n, line in enumerate(hashes)))
    return str(path)


def test_every_password_of_the_list_is_found_and_no_other(breached):
    assert all(is_breached(breached, f"stolen password {n}") for n in range(500))
    assert not any(is_breached(breached, f"other password {n}") for n in range(500))


def test_a_stolen_password_is_refused(breached):
    with pytest.raises(BadInput, match="stolen elsewhere"):
        passwords.check_new("stolen password 77", Rules(breached=breached))


def test_a_list_that_cannot_be_read_lets_no_password_in(tmp_path):
    with pytest.raises(Unavailable, match="cannot be checked"):
        passwords.check_new("kettle mango sings", Rules(breached=str(tmp_path / "missing")))


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
