"""A sealed text opens only with the same secret and context."""

import pytest

from dashapp.domain.errors import ConfigurationError
from dashapp.domain.secrets.sealing import derived_key, seal, unseal

SECRET = "a-secret-of-an-installation-1234567"


def test_a_sealed_text_opens_and_looks_different_each_time():
    first, second = (seal(SECRET, "dash_embed_x", context="1:k1") for _ in range(2))

    assert unseal(SECRET, first, context="1:k1") == "dash_embed_x"
    assert first != second
    assert "dash_embed" not in first


@pytest.mark.parametrize(
    ("secret", "context"), [("another", "1:k1"), (SECRET, "2:k1"), (SECRET, "1:k2")]
)
def test_another_secret_or_context_does_not_open_it(secret, context):
    sealed = seal(SECRET, "x", context="1:k1")

    with pytest.raises(ConfigurationError, match="Create a new one"):
        unseal(secret, sealed, context=context)


def test_each_purpose_has_its_own_key():
    assert derived_key(SECRET, "page tokens") != derived_key(SECRET, "embed keys")
    assert len(derived_key(SECRET, "x")) == 32
