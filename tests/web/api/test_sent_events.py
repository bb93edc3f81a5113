"""GET /api/v1/schema: whom it lets in, and what each of them sees."""

import pytest

from dashapp.domain.access.roles import Role
from dashapp.domain.secrets.keys import KeyKind
from tests import factories
from tests.embedding import bearer
from tests.factories import event, send

URL = "/api/v1/schema"
ORDER = {
    "type": "order.paid",
    "events": 3,
    "last_at": "2026-11-20T09:30:00Z",
    "properties": [
        {"name": "country", "kinds": ["text"]},
        {"name": "wait.seconds", "kinds": ["number"]},
    ],
}


@pytest.fixture(autouse=True)
def orders(store, acme, rival):
    properties = {"country": "DE", "wait": {"seconds": 3}}
    send(store, acme, [event("order.paid", user=user, properties=properties) for user in "abc"])
    send(store, rival, [event("secret.plan")])


def test_a_read_key_sees_names_and_kinds(get):
    response = get(URL)

    assert response.status_code == 200
    assert response.json == {"types": [ORDER]}


@pytest.mark.parametrize("role", [Role.OWNER, Role.ADMIN, Role.AUTHOR])
def test_those_who_edit_dashboards_see_examples_too(browser, store, acme, role):
    factories.add_user(store, "eve@example.com", (acme, role))
    orders, _own_login = browser("eve@example.com").get(f"{URL}?org=acme").json["types"]

    assert orders["properties"] == [
        {"name": "country", "kinds": ["text"], "examples": ["DE"]},
        {"name": "wait.seconds", "kinds": ["number"], "examples": ["3"]},
    ]


def test_an_analytics_viewer_sees_no_examples(browser, store, acme):
    factories.add_user(store, "eve@example.com", (acme, Role.ANALYTICS_VIEWER))

    assert browser("eve@example.com").get(f"{URL}?org=acme").json["types"][0] == ORDER


@pytest.mark.parametrize(
    ("email", "query", "status"),
    [(None, "", 401), ("ada@example.com", "", 400), ("ada@example.com", "?org=rival", 404),
     ("max@example.com", "?org=acme", 403), ("nina@example.com", "?org=acme", 404),
     ("ada@example.com", "?org=acme&type=x", 400)],
)  # fmt: skip
def test_other_requests_are_refused(browser, email, query, status):
    assert browser(email).get(URL + query).status_code == status


def test_a_key_reads_only_its_own_org(get):
    assert get(f"{URL}?org=acme").status_code == 200
    assert get(f"{URL}?org=rival").status_code == 404


def test_an_ingest_key_cannot_read(get, store, acme):
    assert get(URL, factories.add_key(store, acme, KeyKind.INGEST)[1]).status_code == 403


def test_an_embed_token_cannot_read(client, signer):
    response = client.get(URL, headers=bearer(signer.token()))

    assert response.status_code == 404
    assert response.json["error"]["message"] == "Not found."
    assert client.get("/api/v1/dashboards", headers=bearer(signer.token())).status_code == 200
