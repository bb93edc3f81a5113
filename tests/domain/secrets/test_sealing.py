"""A sealed text opens only with the same secret, purpose and context."""

import base64
import os

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from dashapp.domain.errors import ConfigurationError
from dashapp.domain.secrets.sealing import (
    Purpose,
    Secrets,
    derived_key,
    is_current,
    seal,
    unseal,
)

OLD, NEW = "a-secret-of-an-installation-1234567", "the-next-secret-of-it-abcdefghijklm"
BEFORE, BOTH, AFTER = Secrets(OLD), Secrets(NEW, OLD), Secrets(NEW)
EMBED = {"purpose": Purpose.EMBED_KEY, "context": "1:k1"}


def test_a_sealed_text_opens_and_looks_different_each_time():
    first, second = (seal(BEFORE, "dash_embed_x", **EMBED) for _ in range(2))

    assert unseal(BEFORE, first, **EMBED) == "dash_embed_x"
    assert first != second
    assert "dash_embed" not in first


@pytest.mark.parametrize(
    ("secrets", "purpose", "context"),
    [
        (Secrets("another"), Purpose.EMBED_KEY, "1:k1"),
        (Secrets("another", "a third"), Purpose.EMBED_KEY, "1:k1"),
        (BEFORE, Purpose.AUTHENTICATOR, "1:k1"),
        (BEFORE, Purpose.EMBED_KEY, "2:k1"),
        (BEFORE, Purpose.EMBED_KEY, "1:k2"),
    ],
)
def test_another_secret_purpose_or_context_does_not_open_it(secrets, purpose, context):
    sealed = seal(BEFORE, "x", **EMBED)

    with pytest.raises(ConfigurationError, match="DASHAPP_SECRET_KEY_OLD"):
        unseal(secrets, sealed, purpose=purpose, context=context)


@pytest.mark.parametrize("purpose", list(Purpose))
def test_what_the_old_secret_sealed_opens_until_that_is_gone(purpose):
    sealed = seal(BEFORE, "x", purpose=purpose, context="c")

    assert unseal(BOTH, sealed, purpose=purpose, context="c") == "x"
    with pytest.raises(ConfigurationError, match="DASHAPP_SECRET_KEY_OLD"):
        unseal(AFTER, sealed, purpose=purpose, context="c")


def test_the_current_secret_seals():
    sealed = seal(BOTH, "x", **EMBED)

    assert unseal(AFTER, sealed, **EMBED) == "x"
    assert is_current(BOTH, sealed)
    assert not is_current(BEFORE, sealed)


def test_embed_keys_sealed_without_the_name_of_a_secret_open():
    sealed = sealed_as_before("dash_embed_x", "1:k1")

    assert unseal(BEFORE, sealed, **EMBED) == "dash_embed_x"
    assert unseal(BOTH, sealed, **EMBED) == "dash_embed_x"
    assert not is_current(BEFORE, sealed)
    with pytest.raises(ConfigurationError):
        unseal(BEFORE, sealed, purpose=Purpose.EMBED_KEY, context="2:k1")


@pytest.mark.parametrize("damaged", ["", "x", "AAAA", "é", "A" * 40])
def test_a_damaged_text_does_not_open(damaged):
    with pytest.raises(ConfigurationError):
        unseal(BOTH, damaged, **EMBED)


def test_each_purpose_has_its_own_key():
    assert derived_key(OLD, "page tokens") != derived_key(OLD, "embed keys")
    assert len(derived_key(OLD, "x")) == 32


def test_the_current_key_comes_first_and_signs():
    assert BOTH.derived_keys("x") == [derived_key(NEW, "x"), derived_key(OLD, "x")]
    assert BOTH.oldest_first == [OLD, NEW]


def sealed_as_before(text: str, context: str) -> str:
    nonce = os.urandom(12)
    cipher = AESGCM(derived_key(OLD, "embed keys"))
    return base64.b64encode(nonce + cipher.encrypt(nonce, text.encode(), context.encode())).decode()
