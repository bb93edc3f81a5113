"""Invalid embed tokens open nothing, and reveal no reason."""

from dataclasses import replace

import pytest

from dashapp.domain.secrets.keys import KeyKind
from dashapp.domain.secrets.sealing import derived_key
from dashapp.store.orgs import embed_log, keys
from tests import factories
from tests.embedding import DATA, Signer, bearer
from tests.web.pages.bad_tokens import INVALID_TOKENS, NOW_SECONDS


@pytest.fixture
def signer(store, acme, rival):
    signer = Signer(store, acme)
    signer.other, signer.revoked = Signer(store, rival), Signer(store, acme)
    signer.read = factories.add_key(store, acme, KeyKind.READ)
    with store.write_shared() as session:
        keys.revoke_key(session, acme, signer.revoked.key_id, now=2)
    return signer


def test_there_are_at_least_100_invalid_tokens():
    assert len(INVALID_TOKENS) >= 100


@pytest.mark.parametrize("name", INVALID_TOKENS)
def test_an_invalid_token_opens_nothing_and_reveals_no_reason(client, signer, name, store, acme):
    make, reason = INVALID_TOKENS[name]
    token = make(signer)
    for method, path in (
        ("GET", "/embed/acme/operations/_dash-layout"),
        ("POST", "/embed/acme/operations/token"),
        ("GET", "/api/v1/dashboards"),
        ("GET", "/api/v1/schema"),
    ):
        response = client.open(path, method=method, headers=bearer(token), json={})
        if path.startswith("/api/") and token in {signer.read[1], signer.secret}:
            continue  # the API takes these as keys: a read key, and one of the wrong kind
        assert response.status_code == 401, path
        if path.startswith("/embed/"):
            assert response.json["error"]["message"] == "This view has expired."

    with store.read(acme) as session:
        log_entries = embed_log.last_entries(session, acme)
    assert (
        len(log_entries) in {2, 4} if reason else log_entries == []
    )  # in the log of the key's org
    for entry in log_entries:
        assert entry.code != "taken"
        assert reason in entry.message


def test_the_unchanged_token_is_valid(client, signer):
    """Otherwise all invalid tokens would be refused for the same reason."""
    for token in (
        signer.token(),
        signer.token(nbf=NOW_SECONDS, iss="shop", session=43_200, filters={}),
    ):
        assert client.get(DATA, headers=bearer(token)).status_code == 200


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": ["dashapp-embed"]},
        {"aud": ["https://shop.example", "dashapp-embed"]},
        {"session": 28_800.0},
        {"iat": float(NOW_SECONDS), "exp": NOW_SECONDS + 300.0},
        {"theme": {"radius": 4.0, "series": ["#aa0000"]}},
        {"can": []},
        {"can": ["events"]},
        {"locale": "xx"},
        {"locale": "i-klingon"},
    ],
)
def test_claims_in_the_form_of_other_libraries_are_valid(client, signer, claims):
    token = signer.token(**claims)
    exchanged = client.post("/embed/acme/operations/token", headers=bearer(token), json={}).json

    for valid_token in (token, exchanged["token"]):
        assert client.get(DATA, headers=bearer(valid_token)).status_code == 200


def test_a_page_token_of_another_installation_is_refused(client, signer):
    from dashapp.domain.secrets.tokens import sign

    claims = {"aud": "dashapp-page", "org": 1, "claims": signer.claims(), "iat": NOW_SECONDS, "exp": NOW_SECONDS + 900, "end": NOW_SECONDS + 900}  # fmt: skip
    token = sign(
        claims, derived_key("another secret of another installation", "page tokens"), signer.key_id
    )

    assert client.get(DATA, headers=bearer(token)).status_code == 401


def test_an_embed_key_sealed_with_another_secret_is_a_401(store, acme, clock):
    """When the installation's secret changes, existing embed keys become invalid."""
    signer = Signer(store, acme)
    server = factories.app(store, clock)
    services = server.extensions["dashapp"]
    settings = replace(services.settings, secret_key="another-secret-of-this-installation-1234")
    server.extensions["dashapp"] = replace(services, settings=settings)

    assert server.test_client().get(DATA, headers=bearer(signer.token())).status_code == 401
