"""A sealed secret opens under its installation's secret, for its own key."""

import pytest

from dashapp.domain.errors import ConfigurationError
from dashapp.domain.secrets.sealing import derived_key, seal, unseal

SECRET = "a-secret-of-an-installation-1234567"


def test_what_was_sealed_opens_and_never_looks_the_same():
    first, second = (seal(SECRET, "dash_embed_x", about="1:k1") for _ in range(2))

    assert unseal(SECRET, first, about="1:k1") == "dash_embed_x"
    assert first != second
    assert "dash_embed" not in first


@pytest.mark.parametrize(
    ("secret", "about"), [("another", "1:k1"), (SECRET, "2:k1"), (SECRET, "1:k2")]
)
def test_it_opens_for_nothing_else(secret, about):
    sealed = seal(SECRET, "x", about="1:k1")

    with pytest.raises(ConfigurationError, match="Make a new one"):
        unseal(secret, sealed, about=about)


def test_each_purpose_has_its_own_key():
    assert derived_key(SECRET, "page tokens") != derived_key(SECRET, "embed keys")
    assert len(derived_key(SECRET, "x")) == 32
