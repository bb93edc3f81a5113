"""A viewer's filter skips panels whose events lack its field; a locked filter applies to all."""

import pytest

from tests import factories
from tests.embedding import Signer, bearer
from tests.factories import event, refresh, send

OCCURRED_AT = "2026-11-20T09:00:00Z"
DATA_URL = "/api/v1/dashboards/operations/data?time_range=7d"
WIDGETS = ("total-validations", "total-errors", "success-rate", "events-time-series",
           "users-time-series", "runs-by-outcome", "warnings-by-code",
           "conversations.search_term", "conversations.product_added_to_cart")  # fmt: skip


@pytest.fixture
def ada(store, acme, browser):
    factories.place(store, acme, WIDGETS)
    run_properties = {"properties": {"run_id": "1"}}
    send(store, acme, [
        *(event(f"validation_run.{outcome}", OCCURRED_AT, **run_properties) for outcome in ("created", "succeeded", "failed")),
        event("finding.recorded", OCCURRED_AT, properties={"severity": "ERROR", "code": "a"}),
        event("finding.recorded", OCCURRED_AT, properties={"severity": "WARNING", "code": "b"}),
        event("conversation.search_term", OCCURRED_AT, properties={"term": "rice"}),
        event("conversation.product_added_to_cart", OCCURRED_AT, properties={"product": "Rice"}),
    ])  # fmt: skip
    return browser("ada@example.com")


def panels_by_slug(response):
    return {panel["slug"]: panel for panel in response.json["panels"]}


def sums_by_slug(response):
    return {slug: sum(row["value"] or 0 for row in panel["rows"])
            for slug, panel in panels_by_slug(response).items()}  # fmt: skip


def unfiltered_slugs(response):
    return {
        slug for slug, panel in panels_by_slug(response).items() if panel.get("not_filtered_by")
    }


@pytest.mark.both_databases
def test_a_filter_by_code_applies_to_findings_and_not_to_runs(ada):
    response = ada.get(f"{DATA_URL}&org=acme&filter=properties.code:b")

    assert sums_by_slug(response) == {
        "total-validations": 1, "total-errors": 0, "success-rate": 0.5, "events-time-series": 1,
        "users-time-series": 0, "runs-by-outcome": 2, "warnings-by-code": 1,
        "conversations.search_term": 1, "conversations.product_added_to_cart": 1,
    }  # fmt: skip
    assert unfiltered_slugs(response) == {
        "total-validations", "success-rate", "runs-by-outcome", "conversations.search_term",
        "conversations.product_added_to_cart",
    }  # fmt: skip


def test_whether_a_panel_has_a_field_does_not_depend_on_the_range(ada, store, acme):
    response = ada.get(
        f"{DATA_URL}&org=acme&filter=properties.term:rice&as_of=2026-01-01T00:00:00Z"
    )

    assert panels_by_slug(response)["conversations.product_added_to_cart"]["not_filtered_by"] == [
        "properties.term"
    ]
    assert "not_filtered_by" not in panels_by_slug(response)["conversations.search_term"]


def test_a_channel_is_a_field_of_every_event(ada):
    assert unfiltered_slugs(ada.get(f"{DATA_URL}&org=acme&filter=channel:api")) == set()


def test_the_board_says_which_panels_are_not_filtered(ada):
    response = refresh(ada, search="?time_range=7d&filter=properties.code:b",
                     panels=["total-validations", "warnings-by-code"], figures=[])  # fmt: skip
    bodies = response.json["response"]

    assert "Not filtered by Code" in str(bodies['{"slug":"total-validations","type":"body"}'])
    assert "Not filtered" not in str(bodies['{"slug":"warnings-by-code","type":"body"}'])


def test_outcomes_cannot_be_filtered(ada):
    assert ada.get(f"{DATA_URL}&org=acme&filter=type:validation_run.failed").status_code == 400
    response = refresh(ada, panels=["runs-by-outcome"], figures=["runs-by-outcome"])
    assert "validation_run" not in str(response.json["response"])


@pytest.mark.both_databases
def test_a_locked_filter_excludes_events_without_its_field(ada, server, store, acme):
    token = Signer(store, acme).token(filters={"properties.code": ["a"]})
    response = server.test_client().get(DATA_URL, headers=bearer(token))

    assert sums_by_slug(response)["total-validations"] == 0
    assert sums_by_slug(response)["total-errors"] == 1
    assert unfiltered_slugs(response) == set()


@pytest.mark.both_databases
def test_a_viewers_filter_never_widens_a_locked_filter(ada, server, store, acme):
    token = Signer(store, acme).token(filters={"properties.code": ["a"]})
    url = f"{DATA_URL}&filter=properties.term:rice"

    assert sums_by_slug(server.test_client().get(url, headers=bearer(token))) | {} == {
        **dict.fromkeys(WIDGETS, 0), "total-errors": 1, "events-time-series": 0,
    }  # fmt: skip


@pytest.mark.both_databases
def test_a_filter_that_excludes_keeps_events_without_the_field(ada):
    response = ada.get(f"{DATA_URL}&org=acme&filter=properties.code:!b")
    everything = sums_by_slug(ada.get(f"{DATA_URL}&org=acme"))

    changed = {slug: n for slug, n in sums_by_slug(response).items() if n != everything[slug]}
    assert everything["warnings-by-code"] == 1
    assert changed == {
        "events-time-series": everything["events-time-series"] - 1,
        "warnings-by-code": 0,
    }
