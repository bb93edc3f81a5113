"""Number cards choose what the large chart shows: `?metric=CARD`."""

import pytest

from dashapp.store.orgs import dashboards
from tests.factories import event, place, send
from tests.web.api.dashboard_data import DATA_URL, panel_rows

CHART = "events-time-series"
pytestmark = pytest.mark.both_databases


@pytest.fixture
def findings(store, acme):
    """Errors and warnings on three days, two of them by the API."""
    sent = [
        ("ERROR", 18, "api"),
        ("ERROR", 18, "web"),
        ("WARNING", 19, "api"),
        ("ERROR", 20, "web"),
    ]
    send(
        store,
        acme,
        [
            event(
                "finding.recorded",
                f"2026-11-{day}T08:00:00Z",
                channel=channel,
                properties={"severity": severity},
            )
            for severity, day, channel in sent
        ],
    )


def values(rows):
    return [row["value"] for row in rows]


def titles(response):
    return {panel["slug"]: panel["title"] for panel in response.json["panels"]}


def test_a_card_chooses_what_the_large_chart_shows(get, findings):
    plain = get(f"{DATA_URL}?time_range=7d")
    chosen = get(f"{DATA_URL}?time_range=7d&metric=total-errors")

    assert values(panel_rows(plain, CHART)) == [0, 0, 0, 0, 2, 1, 1]
    assert values(panel_rows(chosen, CHART)) == [0, 0, 0, 0, 2, 0, 1]
    assert titles(chosen)[CHART] == "Number of errors"
    for slug in titles(plain).keys() - {CHART}:
        assert panel_rows(chosen, slug) == panel_rows(plain, slug)


@pytest.mark.parametrize("card", ["total-validations", "total-errors", "total-warnings"])
def test_the_values_of_the_chart_add_up_to_the_number_of_the_card(get, findings, card):
    response = get(f"{DATA_URL}?time_range=7d&metric={card}&filter=channel:api")

    (number,) = panel_rows(response, card)
    assert sum(values(panel_rows(response, CHART))) == number["value"]


def test_the_chart_can_be_saved_as_a_file(get, findings):
    url = f"/api/v1/dashboards/operations/panels/{CHART}"
    view = "from=2026-11-19T00:00:00Z&to=2026-11-20T09:30:00Z&metric=total-errors"

    (panel,) = get(f"{url}.json?{view}").json["panels"]
    lines = get(f"{url}.csv?{view}").text.splitlines()

    assert sum(values(panel["rows"])) == 1
    assert len(lines) == 1 + len(panel["rows"])
    assert "Number%20of%20errors" in get(f"{url}.csv?{view}").headers["Content-Disposition"]


@pytest.mark.parametrize("metric", ["nothing", CHART, "warnings-by-code", "errors"])
def test_only_number_cards_of_the_dashboard_can_choose(get, metric):
    response = get(f"{DATA_URL}?metric={metric}")

    assert response.status_code == 400
    assert response.json["error"]["message"] == (
        f"“metric” must be a panel with one number of this dashboard, not “{metric}”."
    )


def test_a_filter_of_the_charts_own_field_stays(get, store, acme, findings):
    place(store, acme, ["total-errors", "users-time-series"])
    with store.write(acme) as session:
        layout = dashboards.list_panels(session, acme, "operations")
        dashboards.put_panels(
            session, acme, "operations", [one._replace(size="half") for one in layout], now=1
        )

    response = get(f"{DATA_URL}?time_range=7d&metric=total-errors&filter=channel:web")

    assert response.status_code == 200
    assert values(panel_rows(response, "users-time-series")) == [0, 0, 0, 0, 1, 0, 1]
