"""Does the process live, and can it serve?"""

from dashapp.store import migrate
from dashapp.store.engine import Store
from tests import factories


def test_a_server_with_its_database_is_ready(browser):
    assert browser().get("/livez").json == {"status": "ok"}
    assert browser().get("/readyz").json == {"status": "ok"}


def test_a_schema_that_is_behind_is_not_ready(browser, store):
    migrate.downgrade(store.url.render_as_string(hide_password=False))

    answer = browser().get("/readyz")

    assert (answer.status_code, answer.json["reason"]) == (503, "schema")
    assert browser().get("/livez").status_code == 200


def test_a_database_that_is_away_is_not_ready_and_the_process_lives():
    store = Store("postgresql://nobody@127.0.0.1:9/nothing")
    client = factories.app(store).test_client()

    assert client.get("/readyz").json == {"status": "unavailable", "reason": "database"}
    assert client.get("/livez").status_code == 200
    assert client.get("/").status_code == 302
