"""Secrets: their shape, their checksum, their randomness."""

import pytest

from dashapp.domain.secrets.keys import KeyKind, digest, is_well_formed, make_key, make_session_id


@pytest.mark.parametrize("kind", list(KeyKind))
def test_a_key_names_its_kind_and_checks_itself(kind):
    secret = make_key(kind)

    assert secret.startswith(f"dash_{kind}_")
    assert is_well_formed(secret)


@pytest.mark.parametrize("change", [lambda k: k[:-1], lambda k: k + "a", lambda k: k.swapcase(), lambda k: "x" + k, lambda _: "", lambda _: "dash_read_"])  # fmt: skip
def test_a_key_with_a_typo_is_recognised_without_a_database(change):
    assert not is_well_formed(change(make_key(KeyKind.READ)))


def test_ten_thousand_session_ids_differ_and_have_256_bits():
    ids = {make_session_id() for _ in range(10_000)}

    assert len(ids) == 10_000
    assert {len(one) for one in ids} == {43}


def test_only_a_digest_is_kept():
    assert digest("secret") == "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b"
