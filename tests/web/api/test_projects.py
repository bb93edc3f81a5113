"""A project's dashboard shows only that project; /app/ORG leads to the default dashboard."""

import re

import pytest

from dashapp.dashboards.provision import provision
from dashapp.store.orgs.defaults import delete
from tests import factories
from tests.factories import event, send
from tests.templates import CONVERSATIONS, OPERATIONS

OCCURRED_AT = "2026-11-19T12:00:00Z"


@pytest.fixture
def two_projects(store, acme):
    """Two events of each type in the project `shop`, three in `default`; dashboards for both."""
    for project, count in (("shop", 2), ("default", 3)):
        properties = {"term": project, "severity": "WARNING", "code": project}
        for event_type in ("conversation.search_term", "finding.recorded", "workflow.updated"):
            events = [event(event_type, OCCURRED_AT, user=f"{project}-{number}", project=project, properties=properties)
                      for number in range(count)]  # fmt: skip
            send(store, acme, events)
    provision(store, acme, CONVERSATIONS, now=2)
    provision(store, acme, CONVERSATIONS, "shop", now=2)
    provision(store, acme, OPERATIONS, "shop", now=2)


def panel_rows(client, dashboard: str, panel: str):
    path = f"/api/v1/dashboards/{dashboard}/data?org=acme&time_range=7d"
    return next(
        candidate["rows"]
        for candidate in client.get(path).json["panels"]
        if candidate["slug"] == panel
    )


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("dashboard", "label", "count"),
    [("conversations", "default", 3), ("conversations-shop", "shop", 2)],
)
def test_a_list_shows_only_labels_of_its_project(browser, two_projects, dashboard, label, count):
    client = browser("ada@example.com")

    assert panel_rows(client, dashboard, "conversations.search_term") == [
        {"label": label, "value": count, "share": 1.0, "is_other": False}
    ]
    path = f"/api/v1/dashboards/{dashboard}/panels/conversations.search_term.csv?org=acme"
    response = client.get(f"{path}&time_range=7d")
    assert response.text == f"label,value,share,is_other\r\n{label},{count},1.0,false\r\n"


@pytest.mark.both_databases
@pytest.mark.parametrize(("dashboard", "total"), [("operations", 15), ("operations-shop", 6)])
def test_the_operations_board_shows_all_projects_or_one(browser, two_projects, dashboard, total):
    client = browser("ada@example.com")
    panels = ("total-warnings", "warnings-by-code", "users-time-series", "events-time-series")

    response = factories.refresh(client, dashboard=dashboard, panels=panels, figures=panels[2:])

    assert sum(row["value"] for row in panel_rows(client, dashboard, "events-time-series")) == total
    assert ("default" in response.text.replace("data-default", "")) is (dashboard == "operations")
    assert "shop-1" in response.text  # who changed a workflow


def test_a_project_cannot_be_chosen_by_parameter(browser, two_projects):
    client = browser("ada@example.com")
    path = "/api/v1/dashboards/conversations-shop/data?org=acme&time_range=7d"

    assert client.get(path).json["panels"][0]["rows"][0]["label"] == "shop"
    assert client.get(f"{path}&project=default").status_code == 400


def test_an_orgs_url_leads_to_its_default_dashboard(browser, store, acme, two_projects):
    client = browser("ada@example.com")
    assert client.get("/app/acme?time_range=7d").location == "/app/acme/operations?time_range=7d"

    with store.write(acme) as session:
        delete(session, acme, "operations")
    assert client.get("/app/acme").location == "/app/acme/conversations"
    assert client.get("/").location == "/app/acme/conversations"


def test_the_requested_range_survives_the_login(browser):
    response = browser().get("/app/acme?time_range=7d")

    assert response.location == "/login?next=/app/acme?time_range%3D7d"


def test_tabs_name_the_project_of_a_dashboard(browser, two_projects):
    page = browser("ada@example.com").get("/app/acme/operations").text
    tabs = page.split('<nav class="tabs"')[1].split("</nav>")[0]

    names = re.findall(r">([^<>]+)</a>", tabs)
    dashboards = ["Operations", "Conversations", "Conversations · shop", "Operations · shop"]
    assert names == [*dashboards, "Settings"]


@pytest.mark.parametrize(("email", "status"), [("rita@example.com", 404), (None, 302)])
def test_an_orgs_url_does_not_exist_for_others(browser, email, status):
    response = browser(email).get("/app/acme")

    assert response.status_code == status
    assert response.headers.get("Location", "/login").startswith("/login")
