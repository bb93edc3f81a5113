"""Page tokens and sessions of embedded boards: exchange, renewal, expiry, and revoked keys."""

import json

import pytest

from dashapp.store.orgs import keys
from tests.embedding import DATA, Signer, bearer, entries, exchange
from tests.factories import NOW


def test_a_page_token_opens_the_dashboard_and_can_be_renewed_during_the_session(
    client, signer, embed_events, clock
):
    exchanged = exchange(client, signer.token(session=3600)).json
    assert (exchanged["seconds"], exchanged["can_renew"]) == (900, True)
    clock.advance(seconds=890)
    renewed = exchange(client, exchanged["token"]).json
    clock.advance(seconds=890)

    assert client.get(DATA, headers=bearer(exchanged["token"])).status_code == 401
    assert client.get(DATA, headers=bearer(renewed["token"])).status_code == 200


def test_an_expired_page_token_can_be_renewed_until_the_session_ends(client, signer, clock, store):
    page_token = exchange(client, signer.token(session=3600)).json["token"]
    clock.advance(seconds=3_000)
    assert client.get(DATA, headers=bearer(page_token)).status_code == 401
    assert exchange(client, page_token).json["seconds"] == 600

    with store.write_shared() as session:
        keys.revoke_key(session, signer.owner, signer.key_id, now=2)
    assert exchange(client, page_token).status_code == 401


def test_a_token_with_a_later_nbf_gives_a_valid_page_token(client, signer):
    token = signer.token(iat=NOW.timestamp() - 100, exp=NOW.timestamp() + 100, nbf=NOW.timestamp() - 10)  # fmt: skip
    page_token = exchange(client, token).json["token"]

    assert client.get(DATA, headers=bearer(page_token)).status_code == 200


def test_a_token_exchanged_within_the_leeway_gives_a_page_token_until_its_end(
    client, signer, clock
):
    token = signer.token()
    clock.advance(seconds=310)
    exchanged = exchange(client, token).json
    assert (exchanged["seconds"], exchanged["can_renew"]) == (20, False)
    assert client.get(DATA, headers=bearer(exchanged["token"])).status_code == 200

    clock.advance(seconds=20)
    for expired in (token, exchanged["token"]):
        assert exchange(client, expired).status_code == 401
        assert client.get(DATA, headers=bearer(expired)).status_code == 401


def test_a_token_in_its_last_second_cannot_be_exchanged(client, signer, clock):
    token = signer.token()
    clock.advance(seconds=329.5)

    assert exchange(client, token).status_code == 401
    assert client.get(DATA, headers=bearer(token)).status_code == 200


@pytest.mark.parametrize("letter", ["x", "店"])
def test_a_token_of_the_maximum_length_gives_a_valid_page_token(client, signer, letter):
    """Node and PHP do not escape letters in JSON. Python does, which would make the page token longer."""
    stores = [f"{letter * (51 if letter == 'x' else 17)}{number:03}" for number in range(100)]
    claims = signer.claims(filters={"properties.store": stores}, session=3600)
    token = signer.sign(json.dumps(claims, ensure_ascii=False, separators=(",", ":")).encode())
    assert 7_900 < len(token) <= 8_192

    page_token = exchange(client, token).json["token"]

    assert client.get(DATA, headers=bearer(page_token)).status_code == 200
    assert exchange(client, page_token).status_code == 200


def test_an_embed_token_cannot_be_as_long_as_a_page_token(client, signer, store, acme):
    token = signer.token(filters={"properties.store": ["x" * 64] * 95})
    assert 8_192 < len(token) < 9_216

    assert exchange(client, token).status_code == 401
    (entry,) = entries(store, acme)
    assert entry.message == "the token is longer than 8,192 characters"


def test_no_renewal_extends_the_session(client, signer, clock):
    exchanged = exchange(client, signer.token(session=1000)).json
    clock.advance(seconds=880)
    exchanged = exchange(client, exchanged["token"]).json
    assert (exchanged["seconds"], exchanged["can_renew"]) == (120, False)
    clock.advance(seconds=121)

    assert exchange(client, exchanged["token"]).status_code == 401


def test_without_a_session_a_page_token_lasts_as_long_as_its_embed_token(client, signer):
    exchanged = exchange(client, signer.token()).json

    assert (exchanged["seconds"], exchanged["can_renew"]) == (
        330,
        False,
    )  # 300 seconds and the leeway


@pytest.mark.parametrize(
    ("seconds", "status"), [(299, 200), (329, 200), (330, 401), (-30, 200), (-31, 401)]
)
def test_expiry_uses_the_servers_clock_with_30_seconds_of_leeway(
    client, signer, clock, seconds, status
):
    token = signer.token()
    clock.advance(seconds=seconds)

    assert client.get(DATA, headers=bearer(token)).status_code == status


def test_a_token_can_be_used_more_than_once(client, signer):
    token = signer.token()

    assert {exchange(client, token).status_code for _ in range(3)} == {200}


@pytest.mark.both_databases
def test_keys_can_be_rotated_and_a_revoked_key_is_refused_everywhere(client, signer, store, acme):
    new_key = Signer(store, acme)
    page_token = exchange(client, signer.token(session=3600)).json["token"]
    token = signer.token()
    assert client.get(DATA, headers=bearer(new_key.token())).status_code == 200

    with store.write_shared() as session:
        keys.revoke_key(session, signer.owner, signer.key_id, now=2)

    for revoked in (page_token, token):
        assert client.get(DATA, headers=bearer(revoked)).status_code == 401
    assert exchange(client, page_token).status_code == 401
    assert client.get(DATA, headers=bearer(new_key.token())).status_code == 200
