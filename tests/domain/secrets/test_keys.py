"""Keys: format, checksum and randomness."""

import pytest

from dashapp.domain.secrets.keys import KeyKind, digest, is_well_formed, make_key, make_session_id


@pytest.mark.parametrize("kind", list(KeyKind))
def test_a_key_contains_its_kind_and_a_checksum(kind):
    secret = make_key(kind)

    assert secret.startswith(f"dash_{kind}_")
    assert is_well_formed(secret)


@pytest.mark.parametrize("change", [lambda k: k[:-1], lambda k: k + "a", lambda k: k.swapcase(), lambda k: "x" + k, lambda _: "", lambda _: "dash_read_"])  # fmt: skip
def test_a_mistyped_key_is_detected_without_a_database(change):
    assert not is_well_formed(change(make_key(KeyKind.READ)))


def test_ten_thousand_session_ids_are_distinct_and_have_256_bits():
    ids = {make_session_id() for _ in range(10_000)}

    assert len(ids) == 10_000
    assert {len(session_id) for session_id in ids} == {43}


def test_a_digest_is_sha_256():
    assert digest("secret") == "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b"
