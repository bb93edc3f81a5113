"""The refresh of a board, tested with the requests that Dash's renderer sends."""

from dataclasses import replace

import pytest
from sqlalchemy import text

from tests.board.panel_props import OCCURRED_AT, fail, panel_props
from tests.factories import event, place, refresh, send, shown_by
from tests.panels import built_in, catalog_with


@pytest.mark.both_databases
def test_one_request_fills_every_panel(log_in_ada, store, acme):
    send(store, acme, [event("validation_run.created", OCCURRED_AT, user="u1", channel="api")])

    response = refresh(log_in_ada())

    assert set(panel_props(response, "data-state").values()) == {"ready"}
    assert set(panel_props(response, "data-as-of").values()) == {"2026-11-20T09:30:00Z"}
    assert response.json["response"]["board"] == {
        "data-as-of": "2026-11-20T09:30:00Z",
        "data-time-range": "7d",
    }
    assert shown_by(response) == {
        "layoutVersion": 1,
        "view": "7d||||||",
        "revision": "2-1794700800000000-1795132800000000-1",
        "asOf": "2026-11-20T09:30:00Z",
        "start": "2026-11-14T00:00:00Z",
        "end": "2026-11-20T09:30:00Z",
        "zone": "UTC",
        "earlier": {
            "time_range": "7d",
            "as_of": "2026-11-14T00:00:00Z",
            "from": None,
            "to": None,
        },
        "later": None,
        "comparison": "",
        "metric": "",
    }
    assert response.json["response"]["dates"] == {
        "children": "14 – 20 November",
        "data-print": "14 – 20 November 2026",
    }
    assert response.json["response"]["before"] == {
        "children": "with 7 – 13 November",
        "data-print": "with 7 – 13 November 2026",
    }
    assert response.json["response"]["as-of"] == {
        "children": "Updated 09:30",
        "data-print": "Updated 20 November 2026, 09:30",
    }
    assert response.json["response"]["announcement"]["children"] == (
        "Showing Last 7 days, 14 – 20 November"
    )


def test_a_chart_is_updated_as_a_figure_and_never_as_a_child(log_in_ada, store, acme):
    send(store, acme, [event(at=OCCURRED_AT, user="u")])

    response = refresh(log_in_ada())

    assert set(panel_props(response, "figure")) == {"events-time-series", "users-time-series"}
    assert "Graph" not in str(panel_props(response, "children"))


def test_all_traces_of_a_chart_have_the_same_buckets(log_in_ada, store, acme):
    send(store, acme, [event(at=OCCURRED_AT, user="u", channel="kiosk")])

    figure = panel_props(refresh(log_in_ada()), "figure")["users-time-series"]

    meta = figure["layout"]["meta"]
    assert [series["name"] for series in meta["series"]] == ["API", "Web", "Other"]
    assert (len(meta["labels"]), len(meta["edges"])) == (7, 8)
    assert {len(trace["y"]) for trace in figure["data"]} == {7}


def test_an_empty_range_is_named_and_a_wider_one_offered(log_in_ada, store, acme):
    send(store, acme, [event(at="2026-01-01T00:00:00Z", user="u")])

    response = refresh(log_in_ada())
    body = str(panel_props(response, "children")["events-time-series"])

    assert panel_props(response, "data-state")["events-time-series"] == "empty"
    assert panel_props(response, "data-state")["total-validations"] == "ready"
    assert "Time range: 14 – 20 November." in body
    assert "time_range=30d" in body


def test_an_org_without_events_shows_how_to_send_the_first_one(log_in_ada):
    notice = str(refresh(log_in_ada()).json["response"]["notice"]["children"])

    assert "curl -X POST http://localhost/api/v1/events" in notice
    assert "/app/acme/settings/keys" in notice
    assert "Number of validations" in notice


def test_an_org_with_events_does_not_show_how_to_send_them(log_in_ada, store, acme):
    send(store, acme, [event(at="2001-01-01T00:00:00Z")])

    assert refresh(log_in_ada()).json["response"]["notice"]["children"] is None


def test_a_failing_panel_does_not_affect_the_others(log_in_ada, store, acme):
    send(store, acme, [event("validation_run.created", OCCURRED_AT, user="u")])
    client = log_in_ada(catalog=catalog_with("total-errors", query=fail))

    response = refresh(client)

    assert panel_props(response, "data-state") == {
        "total-validations": "ready",
        "total-errors": "error",
        "events-time-series": "ready",
        "users-time-series": "ready",
    }
    assert "Retry" in str(panel_props(response, "children")["total-errors"])


def test_several_failing_panels_share_one_message(log_in_ada, store, acme):
    send(store, acme, [event("validation_run.created", OCCURRED_AT, user="u")])
    failing = ("total-errors", "users-time-series")
    response = refresh(log_in_ada(catalog=catalog_with(*failing, query=fail)))

    bodies = panel_props(response, "children")
    for slug in failing:
        assert "Could not load" in str(bodies[slug])
        assert "Retry" not in str(bodies[slug])
    notice = str(response.json["response"]["notice"])
    assert "2 of 4 panels could not be loaded." in notice
    assert "Retry" in notice


@pytest.mark.both_databases
def test_a_panel_whose_sql_fails_does_not_abort_the_transaction(log_in_ada, store, acme):
    def bad_sql(session, *_):
        session.execute(text("SELECT nonsense"))

    send(store, acme, [event("validation_run.created", OCCURRED_AT, user="u")])
    response = refresh(log_in_ada(catalog=catalog_with("total-validations", query=bad_sql)))

    assert list(panel_props(response, "data-state").values()) == [
        "error",
        "ready",
        "ready",
        "ready",
    ]


@pytest.mark.parametrize("state", ["ready", "empty", "stale"])
def test_when_a_panel_fails_numbers_of_the_same_view_become_stale(log_in_ada, state):
    client = log_in_ada(catalog=catalog_with("total-errors", query=fail))

    response = refresh(client, view="7d||||||", states=["ready", state, "ready", "ready"])

    assert panel_props(response, "data-state")["total-errors"] == "stale"
    assert "total-errors" not in panel_props(response, "children")
    assert "total-errors" not in panel_props(response, "data-as-of")


@pytest.mark.parametrize(
    ("view", "state"), [("24h||||||", "ready"), ("7d||||||", "error"), ("7d||||||", "loading")]
)
def test_when_a_panel_fails_numbers_of_another_view_are_replaced_by_an_error(
    log_in_ada, view, state
):
    client = log_in_ada(catalog=catalog_with("total-errors", query=fail))

    response = refresh(client, view=view, states=["ready", state, "ready", "ready"])

    assert panel_props(response, "data-state")["total-errors"] == "error"


def test_a_failing_drawing_is_an_error_in_its_panel_only(log_in_ada):
    failing_drawing = replace(built_in().find("total-errors").draw, paint=fail)

    response = refresh(log_in_ada(catalog=catalog_with("total-errors", draw=failing_drawing)))

    assert panel_props(response, "data-state")["total-errors"] == "error"
    assert panel_props(response, "data-state")["total-validations"] == "ready"


def test_rows_that_a_drawing_cannot_check_are_an_error_in_its_panel_only(log_in_ada):
    failing_drawing = replace(built_in().find("total-errors").draw, is_empty=fail)

    response = refresh(log_in_ada(catalog=catalog_with("total-errors", draw=failing_drawing)))

    assert panel_props(response, "data-state")["total-errors"] == "error"
    assert panel_props(response, "data-state")["total-validations"] == "ready"


@pytest.mark.both_databases
def test_panels_that_are_read_together_fail_alone(log_in_ada, store, acme, monkeypatch):
    def bad_sql(session, *_):
        session.execute(text("SELECT nonsense"))

    send(store, acme, [event("validation_run.created", OCCURRED_AT, user="u")])
    monkeypatch.setattr("dashapp.queries.questions.number.is_comparable", bad_sql)

    response = refresh(log_in_ada())

    assert panel_props(response, "data-state") == {
        "total-validations": "error",
        "total-errors": "error",
        "events-time-series": "ready",
        "users-time-series": "ready",
    }


def test_a_missing_widget_is_an_error_in_its_panel_only(log_in_ada, store, acme):
    place(store, acme, ["total-validations", "page-views"])

    response = refresh(log_in_ada(), panels=["total-validations", "page-views"], figures=[])

    assert panel_props(response, "data-state") == {
        "total-validations": "ready",
        "page-views": "error",
    }
    assert "not installed" in str(panel_props(response, "children")["page-views"])


def test_a_panel_that_is_not_on_the_dashboard_is_not_drawn(log_in_ada, store, acme):
    send(store, acme, [event("validation_run.created", OCCURRED_AT)])
    with store.write(acme) as session:
        session.execute(text("DELETE FROM panels WHERE widget = 'total-validations'"))

    response = refresh(log_in_ada(), panels=["total-validations", "total-errors"], figures=[])

    assert panel_props(response, "data-state") == {
        "total-validations": "error",
        "total-errors": "ready",
    }


def test_an_invalid_view_is_refused_with_a_reason(log_in_ada):
    response = refresh(log_in_ada(), search="?as_of=yesterday")

    assert response.status_code == 400
    assert "2026-11-21T09:30:00Z" in response.json["error"]["message"]


@pytest.mark.both_databases
def test_all_panels_show_one_snapshot_even_if_one_fails(log_in_ada, store, acme):
    """The failing panel adds an event; all other panels must show the same number of events."""

    def send_and_fail(*_args):
        send(store, acme, [event("validation_run.created", OCCURRED_AT, user="late")])
        raise RuntimeError("no answer")

    send(store, acme, [event("validation_run.created", OCCURRED_AT, user="u")])
    response = refresh(log_in_ada(catalog=catalog_with("total-errors", query=send_and_fail)))
    total = panel_props(response, "children")["total-validations"]["props"]["tree"][0][2][0]
    figure = panel_props(response, "figure")["events-time-series"]

    assert total == "2"
    assert figure["layout"]["meta"]["series"][0]["values"][-1] == 2


def test_logins_of_the_org_count_as_events(log_in_ada, store, acme):
    send(store, acme, [event("user.logged_in", OCCURRED_AT)])

    assert refresh(log_in_ada()).json["response"]["notice"]["children"] is None
