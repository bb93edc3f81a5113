"""A viewer's filter leaves panels alone whose events do not have its field; locked ones never do."""

import pytest

from tests import factories
from tests.embedding import Signer, bearer
from tests.factories import event, refresh, send

AT = "2026-11-20T09:00:00Z"
API = "/api/v1/dashboards/operations/data?time_range=7d"
WIDGETS = ("total-validations", "total-errors", "success-rate", "events-time-series",
           "users-time-series", "runs-by-outcome", "warnings-by-code",
           "conversations.search_term", "conversations.product_added_to_cart")  # fmt: skip


@pytest.fixture
def ada(store, acme, browser):
    factories.place(store, acme, WIDGETS)
    run = {"properties": {"run_id": "1"}}
    send(store, acme, [
        *(event(f"validation_run.{step}", AT, **run) for step in ("created", "succeeded", "failed")),
        event("finding.recorded", AT, properties={"severity": "ERROR", "code": "a"}),
        event("finding.recorded", AT, properties={"severity": "WARNING", "code": "b"}),
        event("conversation.search_term", AT, properties={"term": "rice"}),
        event("conversation.product_added_to_cart", AT, properties={"product": "Rice"}),
    ])  # fmt: skip
    return browser("ada@example.com")


def panels(answer):
    return {panel["slug"]: panel for panel in answer.json["panels"]}


def values(answer):
    return {slug: sum(row["value"] or 0 for row in panel["rows"])
            for slug, panel in panels(answer).items()}  # fmt: skip


def unfiltered(answer):
    return {slug for slug, panel in panels(answer).items() if panel.get("not_filtered_by")}


def test_a_filter_by_code_changes_findings_and_leaves_runs_alone(ada):
    answer = ada.get(f"{API}&org=acme&filter=properties.code:b")

    assert values(answer) == {
        "total-validations": 1, "total-errors": 0, "success-rate": 0.5, "events-time-series": 1,
        "users-time-series": 0, "runs-by-outcome": 2, "warnings-by-code": 1,
        "conversations.search_term": 1, "conversations.product_added_to_cart": 1,
    }  # fmt: skip
    assert unfiltered(answer) == {
        "total-validations", "success-rate", "runs-by-outcome", "conversations.search_term",
        "conversations.product_added_to_cart",
    }  # fmt: skip


def test_the_range_does_not_decide_what_has_a_field(ada, store, acme):
    answer = ada.get(f"{API}&org=acme&filter=properties.term:rice&as_of=2026-01-01T00:00:00Z")

    assert panels(answer)["conversations.product_added_to_cart"]["not_filtered_by"] == [
        "properties.term"
    ]
    assert "not_filtered_by" not in panels(answer)["conversations.search_term"]


def test_a_channel_is_a_field_of_every_event(ada):
    assert unfiltered(ada.get(f"{API}&org=acme&filter=channel:api")) == set()


def test_the_board_says_which_panels_are_not_filtered(ada):
    answer = refresh(ada, search="?time_range=7d&filter=properties.code:b",
                     panels=["total-validations", "warnings-by-code"], figures=[])  # fmt: skip
    bodies = answer.json["response"]

    assert "Not filtered by Code" in str(bodies['{"slug":"total-validations","type":"body"}'])
    assert "Not filtered" not in str(bodies['{"slug":"warnings-by-code","type":"body"}'])


def test_outcomes_are_no_filter(ada):
    assert ada.get(f"{API}&org=acme&filter=type:validation_run.failed").status_code == 400
    drawn = refresh(ada, panels=["runs-by-outcome"], figures=["runs-by-outcome"])
    assert "validation_run" not in str(drawn.json["response"])


def test_locked_filters_count_no_event_without_the_field(ada, server, store, acme):
    token = Signer(store, acme).token(filters={"properties.code": ["a"]})
    answer = server.test_client().get(API, headers=bearer(token))

    assert values(answer)["total-validations"] == 0
    assert values(answer)["total-errors"] == 1
    assert unfiltered(answer) == set()


def test_a_chosen_filter_never_loosens_a_locked_one(ada, server, store, acme):
    token = Signer(store, acme).token(filters={"properties.code": ["a"]})
    path = f"{API}&filter=properties.term:rice"

    assert values(server.test_client().get(path, headers=bearer(token))) | {} == {
        **dict.fromkeys(WIDGETS, 0), "total-errors": 1, "events-time-series": 0,
    }  # fmt: skip
