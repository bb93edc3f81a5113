"""Keys: shown once, never again, and revoked at once."""

import re

import pytest

from dashapp.domain.secrets.keys import KeyKind
from tests import factories
from tests.web.pages.settings.forms import ROOT, audited, send_form

PAGE = f"{ROOT}/keys"


@pytest.fixture
def ada(browser):
    return browser("ada@example.com")


def make(client, kind="ingest", name="Shop backend"):
    return send_form(client, PAGE, name=name, kind=kind)


def secret_in(page: str) -> str:
    return re.search(r"dash_[a-z]+_\w+", page)[0]


@pytest.mark.parametrize("kind", ["ingest", "read", "embed"])
def test_the_secret_is_in_the_answer_and_nowhere_else(ada, store, acme, kind):
    response = make(ada, kind)
    secret = secret_in(response.text)

    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    assert secret not in ada.get(PAGE).text
    (entry,) = audited(store, acme)
    assert (entry.action, entry.after) == ("key_added", {"kind": kind, "name": "Shop backend"})


def test_a_key_works_until_it_is_revoked(ada, client):
    headers = {"Authorization": f"Bearer {secret_in(make(ada, 'read').text)}"}
    assert client.get("/api/v1/dashboards", headers=headers).status_code == 200
    link = re.search(rf"{PAGE}/\w+/revoke", ada.get(PAGE).text)[0]

    response = send_form(ada, link)

    assert (response.status_code, response.location) == (303, f"{PAGE}?done=revoked")
    assert client.get("/api/v1/dashboards", headers=headers).status_code == 401


def test_a_name_is_used_once(ada, store, acme):
    make(ada)

    response = make(ada)

    assert response.status_code == 409
    assert "An active key is already called “Shop backend”." in response.text
    assert len(audited(store, acme)) == 1


@pytest.mark.parametrize(("name", "kind"), [("", "read"), ("a" * 101, "read"), ("A", "admin")])
def test_a_wrong_form_makes_no_key(ada, store, acme, name, kind):
    assert make(ada, kind, name).status_code == 422
    assert audited(store, acme) == []


def test_an_embed_key_needs_a_recent_password(ada, clock, store, acme):
    clock.advance(minutes=11)

    response = make(ada, "embed")

    assert response.status_code == 303
    assert response.location.startswith("/account/confirm?next=")
    assert audited(store, acme) == []


def test_a_key_of_another_org_does_not_exist(ada, store, rival):
    key_id, secret = factories.add_key(store, rival, KeyKind.READ)

    assert ada.get(f"{PAGE}/{key_id}/revoke").status_code == 404
    assert send_form(ada, f"{PAGE}/{key_id}/revoke", page=PAGE).status_code == 404
    headers = {"Authorization": f"Bearer {secret}"}
    assert ada.get("/api/v1/dashboards", headers=headers).status_code == 200
