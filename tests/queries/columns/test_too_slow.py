"""A question of sealed days that takes too long says so, wherever it is asked."""

import threading

import pytest

from dashapp.cli.needs import needs_of_orgs
from dashapp.dashboards.provision import provision
from dashapp.dashboards.templates import template_named
from dashapp.domain.access.roles import Role
from dashapp.store.boards.loading import definitions_of
from dashapp.store.columns import duck, sealed
from dashapp.store.engine import Store
from tests import factories
from tests.boards import apply
from tests.factories import refresh_body
from tests.panels import keep
from tests.queries.columns.sealed_org import fill

BOARD = """version = 1
[fields]
"properties.city" = { text = "folded" }
[metrics]
orders = { events = ["order.paid"] }
revenue = { events = ["order.paid"], measure = "sum", of = "properties.total" }
door = { steps = ["order.paid", "order.paid"], within = "1d" }
[boards.shop]
title = "Shop"
panels = [
  { metric = "orders", show = "number" },
  { metric = "revenue", show = "list", by = "properties.city" },
  { metric = "orders", show = "list", by = "channel" },
  { metric = "orders", show = "events", columns = ["user"] },
  { text = "Hello", show = "text" },
]
"""
QUESTION = {"metric": "orders", "shape": "total", "time_range": "30d"}
EXACT = "channel:web"
FOLDED = "properties.city:both"  # the texts that have this label are looked up first


@pytest.fixture
def store(sqlite_url):  # the limits are DuckDB's
    store = Store(sqlite_url)
    yield store
    store.close()


@pytest.fixture
def server(store, acme):
    apply(store, BOARD)
    provision(store, acme, template_named(definitions_of(store), "shop"), now=1)
    keep(store, acme, needs_of_orgs(store)(acme))
    factories.add_user(store, "ada@example.com", (acme, Role.OWNER))
    fill(store, acme, "acme")
    return factories.app(store)


@pytest.fixture
def ada(server):
    client = server.test_client()
    factories.login(client, "ada@example.com")
    return client


@pytest.fixture(params=["time", "memory"])
def limit(request, monkeypatch, store):
    def apply_limit():
        if request.param == "time":
            monkeypatch.setattr(sealed, "time_limit", lambda _session: 0.0)
        else:
            store.columns.close()
            monkeypatch.setitem(duck.connect.__kwdefaults__, "memory", "1MB")

    return apply_limit


def panels_of(client, text):
    path = f"/api/v1/dashboards/shop/data?org=acme&time_range=30d&filter={text}"
    return client.get(path)


def test_panels_of_the_api_say_that_they_are_too_slow(ada, limit):
    assert {p["status"] for p in panels_of(ada, EXACT).json["panels"]} == {"ok"}
    limit()

    panels = panels_of(ada, EXACT).json["panels"]

    assert {p["slug"]: p.get("reason") for p in panels[:4]} == dict.fromkeys(
        (p["slug"] for p in panels[:4]), "too_slow"
    )
    assert panels[4]["status"] == "ok"


def test_a_board_says_that_its_panels_take_too_long(ada, limit):
    limit()
    slugs = [panel["slug"] for panel in panels_of(ada, EXACT).json["panels"]]
    body = refresh_body(panels=slugs, figures=(), search=f"?time_range=30d&filter={EXACT}")

    response = ada.post("/app/acme/shop/_dash-update-component", json=body)

    assert response.status_code == 200
    assert response.text.count("Takes too long") == 4


def test_a_question_that_takes_too_long_says_what_to_do(ada, limit):
    limit()

    response = ada.post("/api/v1/query?org=acme", json={**QUESTION, "filter": [EXACT]})

    assert response.status_code == 503
    assert response.headers["Retry-After"] == "5"
    assert response.json["error"]["message"].startswith("This takes too long to count.")


def test_a_filter_whose_texts_take_too_long_to_look_up_is_too_slow(ada, limit):
    assert {p["status"] for p in panels_of(ada, FOLDED).json["panels"]} == {"ok"}
    limit()

    assert {p.get("reason") for p in panels_of(ada, FOLDED).json["panels"]} == {"too_slow"}
    search = f"?time_range=30d&filter={FOLDED}"
    body = refresh_body(panels=["orders"], figures=(), search=search)
    board = ada.post("/app/acme/shop/_dash-update-component", json=body)
    assert (board.status_code, board.text.count("Takes too long")) == (200, 1)


def test_a_question_whose_texts_take_too_long_to_look_up_is_unavailable(ada, limit):
    question = {**QUESTION, "filter": [FOLDED]}
    assert ada.post("/api/v1/query?org=acme", json=question).status_code == 200
    limit()

    response = ada.post("/api/v1/query?org=acme", json=question)

    assert response.status_code == 503
    assert "Retry-After" in response.headers


def test_without_filters_nothing_is_too_slow(ada, limit):
    limit()

    panels = ada.get("/api/v1/dashboards/shop/data?org=acme&time_range=30d").json["panels"]

    assert [p["slug"] for p in panels if p.get("reason")] == []


def test_the_worker_answers_afterwards(ada, limit, monkeypatch, store):
    limit()
    panels_of(ada, EXACT)
    monkeypatch.undo()
    store.columns.close()

    assert {p["status"] for p in panels_of(ada, EXACT).json["panels"]} == {"ok"}


def test_three_questions_at_once_are_all_answered(ada, server):
    statuses = []

    def ask():
        client = server.test_client()
        factories.login(client, "ada@example.com")
        statuses.extend(p["status"] for p in panels_of(client, EXACT).json["panels"])

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert statuses == ["ok"] * 15
