"""Liveness and readiness checks."""

import pytest

from dashapp.store import migrate
from dashapp.store.engine import Store
from tests import factories


@pytest.mark.both_databases
def test_a_server_with_its_database_is_ready(browser):
    assert browser().get("/livez").json == {"status": "ok"}
    assert browser().get("/readyz").json == {"status": "ok"}


@pytest.mark.both_databases
def test_a_server_with_an_outdated_schema_is_not_ready(browser, store):
    migrate.downgrade(store.url.render_as_string(hide_password=False))

    response = browser().get("/readyz")

    assert (response.status_code, response.json["reason"]) == (503, "schema")
    assert browser().get("/livez").status_code == 200


def test_a_server_without_its_database_is_live_but_not_ready():
    store = Store("postgresql://nobody@127.0.0.1:9/nothing")
    client = factories.app(store).test_client()

    assert client.get("/readyz").json == {"status": "unavailable", "reason": "database"}
    assert client.get("/livez").status_code == 200
    assert client.get("/").status_code == 302
