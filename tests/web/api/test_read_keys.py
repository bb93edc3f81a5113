"""Read keys and login sessions in the API: whom they let in, and to which org."""

import pytest

from dashapp.domain.secrets.keys import KeyKind
from dashapp.store.orgs import keys
from tests import factories
from tests.web.api.dashboard_data import DATA_URL


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer dash_read_nonsense"},
        {"Authorization": "Basic YTpi"},
        {"Authorization": "Bearer " + "x" * 8000},
    ],
)
def test_an_invalid_key_is_a_401(server, headers):
    response = server.test_client().get(DATA_URL, headers=headers)

    assert response.status_code == 401


def test_a_key_in_the_url_is_ignored(server, read_key):
    for name in ("key", "token", "access_token", "Authorization"):
        assert server.test_client().get(f"{DATA_URL}?{name}={read_key[1]}").status_code == 401


def test_an_invalid_key_never_falls_back_to_the_cookie(browser):
    response = browser("ada@example.com").get(
        f"{DATA_URL}?org=acme", headers={"Authorization": "Bearer dash_read_nonsense"}
    )

    assert response.status_code == 401


def test_a_revoked_key_is_refused_at_the_next_request(get, store, acme, read_key):
    assert get(DATA_URL).status_code == 200
    with store.write_shared() as session:
        keys.revoke_key(session, acme, read_key[0], now=1)

    assert get(DATA_URL).status_code == 401


def test_an_ingest_key_cannot_read(get, store, acme):
    _, secret = factories.add_key(store, acme, KeyKind.INGEST)

    response = get(DATA_URL, secret)
    assert response.status_code == 403
    assert (
        response.json["error"]["message"]
        == "This endpoint needs a key of kind read; this key is of kind ingest."
    )


def test_a_key_cannot_name_another_org(get):
    assert get(f"{DATA_URL}?org=rival").status_code == 404
    assert get(f"{DATA_URL}?org=acme").status_code == 200


@pytest.mark.both_databases
def test_the_use_of_a_key_is_recorded_once_a_minute(get, store, acme, clock):
    get(DATA_URL)
    clock.advance(seconds=30)
    get(DATA_URL)

    with store.read_shared() as session:
        (key,) = keys.list_keys(session, acme)
    assert key.last_used_at == 1_795_167_000_000_000


def test_a_login_session_must_name_its_org(browser):
    client = browser("bea@example.com")

    assert client.get(DATA_URL).status_code == 400
    assert client.get(f"{DATA_URL}?org=acme").status_code == 200
    assert client.get(f"{DATA_URL}?org=rival").status_code == 200
    assert browser("ada@example.com").get(f"{DATA_URL}?org=rival").status_code == 404
