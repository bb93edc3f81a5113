"""A dashboard of a project shows that project's numbers, wherever it is asked; and /app/ORG."""

import re

import pytest

from dashapp.dashboards.conversations import CONVERSATIONS
from dashapp.dashboards.defaults import delete
from dashapp.dashboards.operations import OPERATIONS
from dashapp.dashboards.provision import provision
from tests import factories
from tests.factories import event, send

AT = "2026-11-19T12:00:00Z"


@pytest.fixture
def shop(store, acme):
    """Two searches and a change in the project `shop`, three in `default`."""
    for project, count in (("shop", 2), ("default", 3)):
        words = {"term": project, "severity": "WARNING", "code": project}
        for kind in ("conversation.search_term", "finding.recorded", "workflow.updated"):
            events = [event(kind, AT, user=f"{project}-{n}", project=project, properties=words)
                      for n in range(count)]  # fmt: skip
            send(store, acme, events)
    provision(store, acme, CONVERSATIONS, now=2)
    provision(store, acme, CONVERSATIONS, "shop", now=2)
    provision(store, acme, OPERATIONS, "shop", now=2)


def rows(client, dashboard: str, panel: str):
    path = f"/api/v1/dashboards/{dashboard}/data?org=acme&time_range=7d"
    return next(p["rows"] for p in client.get(path).json["panels"] if p["slug"] == panel)


@pytest.mark.parametrize(
    ("dashboard", "label", "count"),
    [("conversations", "default", 3), ("conversations-shop", "shop", 2)],
)
def test_a_list_holds_its_projects_labels(browser, shop, dashboard, label, count):
    client = browser("ada@example.com")

    assert rows(client, dashboard, "conversations.search_term") == [
        {"label": label, "value": count, "share": 1.0, "is_other": False}
    ]
    path = f"/api/v1/dashboards/{dashboard}/panels/conversations.search_term.csv?org=acme"
    answer = client.get(f"{path}&time_range=7d")
    assert answer.text == f"label,value,share,is_other\r\n{label},{count},1.0,false\r\n"


@pytest.mark.parametrize(("dashboard", "total"), [("operations", 15), ("operations-shop", 6)])
def test_the_operations_board_shows_all_projects_or_one(browser, shop, dashboard, total):
    client = browser("ada@example.com")
    panels = ("total-warnings", "warnings-by-code", "users-time-series", "events-time-series")

    answer = factories.refresh(client, dashboard=dashboard, panels=panels, figures=panels[2:])

    assert sum(row["value"] for row in rows(client, dashboard, "events-time-series")) == total
    assert ("default" in answer.text.replace("data-default", "")) is (dashboard == "operations")
    assert "shop-1" in answer.text  # who changed a workflow


def test_a_project_cannot_be_asked_for_otherwise(browser, shop):
    client = browser("ada@example.com")
    path = "/api/v1/dashboards/conversations-shop/data?org=acme&time_range=7d"

    assert client.get(path).json["panels"][0]["rows"][0]["label"] == "shop"
    assert client.get(f"{path}&project=default").status_code == 400


def test_an_org_alone_leads_to_its_default_dashboard(browser, store, acme, shop):
    client = browser("ada@example.com")
    assert client.get("/app/acme?time_range=7d").location == "/app/acme/operations?time_range=7d"

    with store.writing(acme) as session:
        delete(session, acme, "operations")
    assert client.get("/app/acme").location == "/app/acme/conversations"
    assert client.get("/").location == "/app/acme/conversations"


def test_who_logs_in_first_still_gets_the_range_that_was_asked_for(browser):
    answer = browser().get("/app/acme?time_range=7d")

    assert answer.location == "/login?next=/app/acme?time_range%3D7d"


def test_tabs_say_whose_dashboards_they_are(browser, shop):
    page = browser("ada@example.com").get("/app/acme/operations").text
    tabs = page.split('<nav class="tabs"')[1].split("</nav>")[0]

    names = re.findall(r">([^<>]+)</a>", tabs)
    assert names == ["Operations", "Conversations", "Conversations · shop", "Operations · shop"]


@pytest.mark.parametrize(("who", "status"), [("rita@example.com", 404), (None, 302)])
def test_an_org_alone_is_not_there_for_others(browser, who, status):
    answer = browser(who).get("/app/acme")

    assert answer.status_code == status
    assert answer.headers.get("Location", "/login").startswith("/login")
