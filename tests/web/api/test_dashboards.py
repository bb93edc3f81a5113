"""The dashboards of the JSON API: numbers, CSV files, and refusals."""

import csv
import io
from collections import Counter

import pytest

from tests import factories
from tests.factories import NOW, event, send
from tests.panels import OPERATIONS, catalog_with
from tests.web.api.dashboard_data import DATA_URL, panel_rows


def test_a_key_lists_its_orgs_dashboards(get):
    assert get("/api/v1/dashboards").json == {
        "dashboards": [{"slug": "operations", "title": "Operations", "project": None}]
    }


@pytest.mark.both_databases
def test_a_dashboards_numbers(get, store, acme):
    send(
        store,
        acme,
        [
            event("validation_run.created", "2026-11-19T10:00:00Z", user="u1", channel="api"),
            event("validation_run.created", "2026-11-20T09:00:00Z", user="u2"),
            event(
                "finding.recorded",
                "2026-11-20T09:00:00Z",
                user="u2",
                properties={"severity": "ERROR"},
            ),
            event("finding.recorded", "2026-11-20T09:00:00Z", properties={"severity": "INFO"}),
            event("validation_run.created", "2026-11-12T10:00:00Z", user="u3", channel="kiosk"),
        ],
    )

    response = get(f"{DATA_URL}?time_range=7d")

    assert response.json["as_of"] == "2026-11-20T09:30:00Z"
    assert response.json["time_range"] == {
        "preset": "7d",
        "start": "2026-11-14T00:00:00Z",
        "end": "2026-11-20T09:30:00Z",
        "timezone": "UTC",
        "bucket": "1d",
    }
    assert [
        (panel["slug"], panel["title"], panel["status"]) for panel in response.json["panels"]
    ] == [
        ("total-validations", "Number of validations", "ok"),
        ("total-errors", "Number of errors", "ok"),
        ("success-rate", "Success rate", "ok"),
        ("total-warnings", "Number of warnings", "ok"),
        ("events-time-series", "Events", "ok"),
        ("users-time-series", "Users", "ok"),
        ("runs-by-outcome", "Runs by outcome", "empty"),
        ("warnings-by-code", "Warnings by code", "empty"),
    ]
    assert panel_rows(response, "success-rate") == [{"value": None, "previous": None}]
    assert panel_rows(response, "total-validations") == [{"value": 2, "previous": None}]
    assert panel_rows(response, "total-errors") == [{"value": 1, "previous": None}]
    assert panel_rows(response, "events-time-series")[-2:] == [
        {
            "start": "2026-11-19T00:00:00Z",
            "local": "2026-11-19",
            "series": "events",
            "value": 1,
            "complete": True,
        },
        {
            "start": "2026-11-20T00:00:00Z",
            "local": "2026-11-20",
            "series": "events",
            "value": 3,
            "complete": False,
        },
    ]
    assert panel_rows(response, "users-time-series")[-2:] == [
        {
            "start": "2026-11-20T00:00:00Z",
            "local": "2026-11-20",
            "series": "api",
            "value": 0,
            "complete": False,
        },
        {
            "start": "2026-11-20T00:00:00Z",
            "local": "2026-11-20",
            "series": "web",
            "value": 1,
            "complete": False,
        },
    ]


def test_the_previous_value_is_set_when_the_orgs_data_goes_back_that_far(get, store, acme):
    send(
        store,
        acme,
        [
            event("page.viewed", "2026-11-01T00:00:00Z"),
            event("validation_run.created", "2026-11-07T00:00:00Z"),
            event("validation_run.created", "2026-11-13T09:29:59Z"),
            event("validation_run.created", "2026-11-13T09:30:00Z"),
            event("validation_run.created", "2026-11-14T00:00:00Z"),
        ],
    )

    assert panel_rows(get(f"{DATA_URL}?time_range=7d"), "total-validations") == [
        {"value": 1, "previous": 2}
    ]


def test_an_empty_series_consists_of_zeros(get):
    response = get(f"{DATA_URL}?time_range=24h")
    series = panel_rows(response, "events-time-series")

    assert [panel["status"] for panel in response.json["panels"]] == ["ok"] * 4 + ["empty"] * 4
    assert len(series) == 25
    assert {row["value"] for row in series} == {0}


def test_every_series_of_a_chart_has_the_same_length(get, store, acme):
    send(store, acme, [event(at="2026-11-20T09:00:00Z", user="u", channel="kiosk")])
    rows = panel_rows(get(f"{DATA_URL}?time_range=7d"), "users-time-series")

    lengths = {name: sum(row["series"] == name for row in rows) for name in ("api", "web", "other")}
    assert lengths == {"api": 7, "web": 7, "other": 7}
    assert {row["series"] for row in rows if row["is_other"]} == {"other"}


def test_a_custom_range_and_a_zone(get):
    response = get(
        f"{DATA_URL}?from=2026-11-01T00:00:00Z&to=2026-11-02T00:00:00Z&tz=America/New_York"
    )

    assert response.json["time_range"] == {
        "preset": None,
        "start": "2026-11-01T00:00:00Z",
        "end": "2026-11-02T00:00:00Z",
        "timezone": "America/New_York",
        "bucket": "1h",
    }


@pytest.mark.parametrize(
    "query",
    [
        "as_of=yesterday",
        "tz=Mars/Olympus",
        "tz=../../etc/passwd",
        "tz=America",
        "from=2026-11-01T00:00:00Z",
        "from=2026-11-02T00:00:00Z&to=2026-11-01T00:00:00Z",
        "as_of=%00",
    ],
)
def test_an_invalid_query_is_a_400_with_a_reason(get, query):
    response = get(f"{DATA_URL}?{query}")

    assert response.status_code == 400
    assert response.json["error"]["code"] == "bad_input"
    assert len(response.json["error"]["message"]) > 20


def test_a_csv_file_has_the_keys_of_the_json_in_the_same_order(get, store, acme):
    send(store, acme, [event(at="2026-11-20T09:00:00Z")])

    response = get("/api/v1/dashboards/operations/panels/events-time-series.csv?time_range=7d")
    lines = list(csv.reader(io.StringIO(response.text, newline="")))

    json_row = panel_rows(get(f"{DATA_URL}?time_range=7d"), "events-time-series")[0]
    assert list(json_row) == lines[0]
    assert response.content_type == "text/csv; charset=utf-8"
    assert lines[0] == ["start", "local", "series", "value", "complete"]
    assert lines[-1] == ["2026-11-20T00:00:00Z", "2026-11-20", "events", "1", "false"]
    assert response.text.endswith("false\r\n")
    assert (
        'filename="acme_operations_events-time-series_7d.csv"'
        in (response.headers["Content-Disposition"])
    )


def test_a_panel_that_is_not_on_the_dashboard_is_not_found(get):
    assert get("/api/v1/dashboards/operations/panels/nothing.csv").status_code == 404


def test_a_failing_panel_does_not_affect_the_others(store, acme, clock):
    def raise_error(*_):
        raise RuntimeError("no")

    factories.place(store, acme, OPERATIONS)
    catalog = catalog_with("total-errors", query=raise_error)
    server = factories.app(store, clock, catalog=catalog)
    _, secret = factories.add_key(store, acme)
    response = server.test_client().get(DATA_URL, headers={"Authorization": f"Bearer {secret}"})

    assert [(panel["status"], bool(panel["rows"])) for panel in response.json["panels"]] == [
        ("ok", True),
        ("error", False),
        ("ok", True),
        ("ok", True),
        ("empty", True),
        ("empty", True),
        ("empty", True),
        ("empty", False),
    ]


@pytest.mark.both_databases
def test_all_panels_share_one_point_in_time(get, store, acme, clock, monkeypatch):
    """The clock is not read once per panel."""
    ticks = []
    monkeypatch.setattr(factories.Clock, "__call__", lambda self: ticks.append(1) or NOW)

    get(f"{DATA_URL}?time_range=1h")

    assert len([1 for _ in ticks]) <= 3  # for the key, its last use, and the range


@pytest.mark.both_databases
def test_the_peak_of_a_broken_down_chart_is_the_highest_sum_of_its_rows(get, store, acme):
    per_day = {day: 8 + day % 3 for day in range(1, 20)} | {7: 40}
    outcomes = ("succeeded", "succeeded", "failed")  # two thirds of the runs succeed
    runs = [
        event(f"validation_run.{outcomes[n % 3]}", f"2026-11-{day:02}T10:00:00Z")
        for day, count in per_day.items()
        for n in range(count)
    ]
    others = [  # so that the number of all events has no peak
        event("page.viewed", f"2026-11-{day:02}T10:00:00Z")
        for day, count in per_day.items()
        for _ in range(50 - count)
    ]
    send(store, acme, [*runs, *others])

    response = get(f"{DATA_URL}?time_range=month")
    (peak,) = [insight for insight in response.json["insights"] if insight["kind"] == "peak"]
    totals = Counter()
    for row in panel_rows(response, peak["panel"]):
        totals[row["start"]] += row["value"]
    ((start, highest),) = totals.most_common(1)

    assert peak["panel"] == "runs-by-outcome"
    assert (start, highest) == ("2026-11-07T00:00:00Z", 40)
    assert (peak["start"], peak["text"]) == (start, "Peak of Runs by outcome: Sat 7 November (40).")
