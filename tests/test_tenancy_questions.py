"""Tenancy of questions: every shape, with every kind of caller, counts only rows of Acme."""

import pytest

from dashapp.dashboards.provision import provision
from dashapp.dashboards.templates import template_named
from dashapp.domain.access.roles import Role
from dashapp.store.boards.loading import definitions_of
from tests import factories
from tests.boards import apply
from tests.embedding import Signer, bearer
from tests.factories import event, send
from tests.test_tenancy import drop_the_predicate, reads_without_an_org, statements_run_by

AT = "2026-11-20T09:00:00Z"
MARKER = "rival-only"
BOARD = """version = 1
[metrics]
orders = { events = ["order.paid"] }
buyers = { events = ["order.paid"], measure = "users" }
revenue = { events = ["order.paid"], measure = "sum", of = "properties.total" }
middle = { events = ["order.paid"], measure = "p50", of = "properties.total" }
dishes = { events = ["order.*"], measure = "unique", of = "properties.dish" }
basket = { ratio = ["revenue", "orders"], unit = "EUR" }
to_door = { steps = ["cart.created", "order.paid"], within = "1d" }
[boards.shop]
title = "Shop"
panels = [
  { metrics = ["orders", "buyers"], show = "line" },
  { metric = "revenue", show = "list", by = "properties.dish", slug = "best" },
  { metric = "middle", show = "number" },
  { metric = "dishes", show = "number" },
  { metric = "basket", show = "number" },
  { metric = "to_door", show = "funnel" },
  { metric = "orders", show = "events", columns = ["user", "properties.dish"] },
]
"""
MEASURED = ("orders", "buyers", "revenue", "middle", "dishes", "basket")
OF_PANELS = [
    {"dashboard": "shop", "panel": "best", "shape": "events"},
    {"dashboard": "shop", "panel": "best", "shape": "events", "value": "both", "format": "csv"},
    {"dashboard": "shop", "panel": "best", "shape": "list", "by": "properties.dish", "top": 500},
]
QUESTIONS = [
    *OF_PANELS,
    *({"metric": name, "shape": shape} for name in MEASURED for shape in ("total", "series", "heatmap")),
    *({"metric": name, "shape": shape, "by": "properties.dish"} for name in MEASURED for shape in ("series", "list")),
    {"metric": "to_door", "shape": "total"}, {"metric": "to_door", "shape": "funnel"}, {"metric": "orders", "shape": "events"},
]  # fmt: skip
FILTERS = ([], ["properties.dish:both"], ["properties.dish:!acme-only"], ["properties.dish:rival-only"])  # fmt: skip


def events_of(label, count):
    return [
        event(kind, AT, user=f"{label}-{n}", properties={"dish": dish, "total": n})
        for kind in ("cart.created", "order.paid")
        for n in range(count)
        for dish in (label, "both")
    ]


@pytest.fixture
def cast(store, acme, rival):
    factories.add_user(store, "ada@example.com", (acme, Role.OWNER))
    apply(store, BOARD)
    for owner, label, count in ((acme, "acme-only", 3), (rival, MARKER, 7)):
        provision(store, owner, template_named(definitions_of(store), "shop"), now=1)
        send(store, owner, events_of(label, count))
    return acme, rival


@pytest.fixture
def callers(store, cast):
    """A login session, a read key, and an embed token, with their headers."""
    server = factories.app(store)
    ada = server.test_client()
    factories.login(ada, "ada@example.com")
    key = factories.add_key(store, cast[0])[1]
    token = Signer(store, cast[0]).token(dashboard="shop", can=["events"])
    return [(ada, {}), (server.test_client(), bearer(key)), (server.test_client(), bearer(token))]


def answers(callers, questions=QUESTIONS, org="acme"):
    """Yield the response to each question of each caller, under each filter."""
    for client, headers in callers:
        for question in questions:
            for filters in FILTERS:
                body = {**question, "filter": filters, "time_range": "today"}
                yield client.post(f"/api/v1/query?org={org}", headers=headers, json=body)


def test_every_shape_counts_only_rows_of_acme(callers):
    responses = list(answers(callers))

    assert len(responses) == 3 * len(QUESTIONS) * len(FILTERS)
    assert {response.status_code for response in responses} == {200}
    assert not [response.text for response in responses if MARKER in response.text]


def totals(callers):
    orders = [{"metric": "orders", "shape": "total"}]
    return [response.json["rows"][0]["value"] for response in answers(callers, orders)]


def test_filters_count_only_events_of_acme(callers):
    assert totals(callers) == [6, 3, 3, 0] * 3


def test_questions_about_rival_are_not_found(callers):
    responses = list(answers(callers, QUESTIONS[:2], org="rival"))

    assert {response.status_code for response in responses} == {404}


def test_every_statement_binds_every_owned_table_to_an_org(store, callers):
    statements = statements_run_by(store, lambda: list(answers(callers[1:2])))

    assert len(statements) > len(QUESTIONS)
    assert reads_without_an_org(statements) == []


@pytest.mark.unbound
def test_a_dropped_predicate_is_caught(store, callers, monkeypatch):
    drop_the_predicate(monkeypatch, store)

    statements = statements_run_by(store, lambda: totals(callers))

    assert reads_without_an_org(statements) != []
