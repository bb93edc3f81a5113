"""The JSON API: what it answers, to whom, and how it refuses."""

import csv
import io

import pytest

from dashapp.domain.secrets.keys import KeyKind
from dashapp.store.orgs import keys
from tests import factories
from tests.factories import NOW, event, send

DATA = "/api/v1/dashboards/operations/data"


@pytest.fixture
def key(store, acme):
    return factories.add_key(store, acme)


@pytest.fixture
def get(server, key):
    def ask(path, secret=key[1], **more):
        headers = {"Authorization": f"Bearer {secret}"} if secret else {}
        return server.test_client().get(
            path, headers={**headers, **more.pop("headers", {})}, **more
        )

    return ask


def rows(answer, slug):
    return next(panel["rows"] for panel in answer.json["panels"] if panel["slug"] == slug)


def test_a_key_lists_its_orgs_dashboards(get):
    assert get("/api/v1/dashboards").json == {
        "dashboards": [{"slug": "operations", "title": "Operations", "project": None}]
    }


def test_the_numbers_of_a_dashboard(get, store, acme):
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

    answer = get(f"{DATA}?time_range=7d")

    assert answer.json["as_of"] == "2026-11-20T09:30:00Z"
    assert answer.json["time_range"] == {
        "preset": "7d",
        "start": "2026-11-14T00:00:00Z",
        "end": "2026-11-20T09:30:00Z",
        "timezone": "UTC",
        "bucket": "1d",
    }
    assert [(p["slug"], p["title"], p["status"]) for p in answer.json["panels"]] == [
        ("total-validations", "Number of Validations", "ok"),
        ("total-errors", "Number of Errors", "ok"),
        ("success-rate", "Success Rate", "ok"),
        ("total-warnings", "Number of Warnings", "ok"),
        ("events-time-series", "Events", "ok"),
        ("users-time-series", "Users", "ok"),
        ("runs-by-outcome", "Runs by Outcome", "empty"),
        ("warnings-by-code", "Warnings by Code", "empty"),
    ]
    assert rows(answer, "success-rate") == [{"value": None, "previous": None}]
    assert rows(answer, "total-validations") == [{"value": 2, "previous": None}]
    assert rows(answer, "total-errors") == [{"value": 1, "previous": None}]
    assert rows(answer, "events-time-series")[-2:] == [
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
    assert rows(answer, "users-time-series")[-2:] == [
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


def test_the_previous_range_counts_when_the_org_goes_back_that_far(get, store, acme):
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

    assert rows(get(f"{DATA}?time_range=7d"), "total-validations") == [{"value": 1, "previous": 2}]


def test_an_empty_series_still_holds_its_zeros(get):
    answer = get(f"{DATA}?time_range=24h")
    series = rows(answer, "events-time-series")

    assert [p["status"] for p in answer.json["panels"]] == ["ok"] * 4 + ["empty"] * 4
    assert len(series) == 25
    assert {row["value"] for row in series} == {0}


def test_every_series_of_a_chart_has_the_same_length(get, store, acme):
    send(store, acme, [event(at="2026-11-20T09:00:00Z", user="u", channel="kiosk")])
    found = rows(get(f"{DATA}?time_range=7d"), "users-time-series")

    lengths = {name: sum(r["series"] == name for r in found) for name in ("api", "web", "other")}
    assert lengths == {"api": 7, "web": 7, "other": 7}
    assert {r["series"] for r in found if r["is_other"]} == {"other"}


def test_a_custom_range_and_a_zone(get):
    answer = get(f"{DATA}?from=2026-11-01T00:00:00Z&to=2026-11-02T00:00:00Z&tz=America/New_York")

    assert answer.json["time_range"] == {
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
def test_what_cannot_be_understood_is_a_400_that_says_why(get, query):
    answer = get(f"{DATA}?{query}")

    assert answer.status_code == 400
    assert answer.json["error"]["code"] == "bad_input"
    assert len(answer.json["error"]["message"]) > 20


def test_a_panel_as_csv_has_jsons_keys_in_jsons_order(get, store, acme):
    send(store, acme, [event(at="2026-11-20T09:00:00Z")])

    answer = get("/api/v1/dashboards/operations/panels/events-time-series.csv?time_range=7d")
    lines = list(csv.reader(io.StringIO(answer.text, newline="")))

    in_json = rows(get(f"{DATA}?time_range=7d"), "events-time-series")[0]
    assert list(in_json) == lines[0]
    assert answer.content_type == "text/csv; charset=utf-8"
    assert lines[0] == ["start", "local", "series", "value", "complete"]
    assert lines[-1] == ["2026-11-20T00:00:00Z", "2026-11-20", "events", "1", "false"]
    assert answer.text.endswith("false\r\n")
    assert (
        'filename="acme_operations_events-time-series_7d.csv"'
        in (answer.headers["Content-Disposition"])
    )


def test_a_panel_that_the_dashboard_does_not_hold_is_not_found(get):
    assert get("/api/v1/dashboards/operations/panels/nothing.csv").status_code == 404


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer dash_read_nonsense"},
        {"Authorization": "Basic YTpi"},
        {"Authorization": "Bearer " + "x" * 8000},
    ],
)
def test_without_a_key_that_holds_there_is_nothing(server, headers):
    answer = server.test_client().get(DATA, headers=headers)

    assert answer.status_code == 401


def test_a_key_in_the_address_is_not_a_key(server, key):
    for name in ("key", "token", "access_token", "Authorization"):
        assert server.test_client().get(f"{DATA}?{name}={key[1]}").status_code == 401


def test_a_key_that_does_not_hold_never_falls_back_to_a_cookie(browser):
    answer = browser("ada@example.com").get(
        f"{DATA}?org=acme", headers={"Authorization": "Bearer dash_read_nonsense"}
    )

    assert answer.status_code == 401


def test_a_revoked_key_is_refused_at_the_next_request(get, store, key):
    assert get(DATA).status_code == 200
    with store.changing() as session:
        keys.revoke_key(session, key[0], now=1)

    assert get(DATA).status_code == 401


def test_an_ingest_key_reads_nothing(get, store, acme):
    _, secret = factories.add_key(store, acme, KeyKind.INGEST)

    answer = get(DATA, secret)
    assert answer.status_code == 403
    assert answer.json["error"]["message"] == "This is a key to ingest; this needs a key to read."


def test_a_key_of_another_org_is_not_found(get):
    assert get(f"{DATA}?org=rival").status_code == 404
    assert get(f"{DATA}?org=acme").status_code == 200


def test_the_use_of_a_key_is_noted_by_the_minute(get, store, acme, clock):
    get(DATA)
    clock.advance(seconds=30)
    get(DATA)

    with store.shared() as session:
        (found,) = keys.list_keys(session, acme.org_id)
    assert found.last_used_at == 1_795_167_000_000_000


def test_a_login_session_names_its_org(browser):
    client = browser("bea@example.com")

    assert client.get(DATA).status_code == 400
    assert client.get(f"{DATA}?org=acme").status_code == 200
    assert client.get(f"{DATA}?org=rival").status_code == 200
    assert browser("ada@example.com").get(f"{DATA}?org=rival").status_code == 404


def test_a_panel_that_fails_is_one_error_among_answers(store, acme, clock):
    from dataclasses import replace

    from dashapp.widgets.catalog import BUILT_IN, Catalog

    def broken(*_):
        raise RuntimeError("no")

    widgets = [replace(w, query=broken) if w.slug == "total-errors" else w for w in BUILT_IN]
    server = factories.app(store, clock, catalog=Catalog(widgets))
    _, secret = factories.add_key(store, acme)
    answer = server.test_client().get(DATA, headers={"Authorization": f"Bearer {secret}"})

    assert [(p["status"], bool(p["rows"])) for p in answer.json["panels"]] == [
        ("ok", True),
        ("error", False),
        ("ok", True),
        ("ok", True),
        ("empty", True),
        ("empty", True),
        ("empty", True),
        ("empty", False),
    ]


def test_one_as_of_holds_for_every_panel(get, store, acme, clock, monkeypatch):
    """Every panel with its own “now” is a fault of others: the clock is read once."""
    ticks = []
    monkeypatch.setattr(factories.Clock, "__call__", lambda self: ticks.append(1) or NOW)

    get(f"{DATA}?time_range=1h")

    assert len([1 for _ in ticks]) <= 3  # the key's use, its note, and the range: never per panel
