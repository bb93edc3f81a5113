"""The board's refresh, by posting what Dash's renderer posts."""

from dataclasses import replace

import pytest
from sqlalchemy import text

from dashapp.domain.access.roles import Role
from dashapp.widgets.catalog import BUILT_IN, Catalog
from tests import factories
from tests.factories import event, refresh, send

EARLIER = "2026-11-20T09:00:00Z"


@pytest.fixture
def ada(store, acme):
    factories.add_user(store, "ada@example.com", (acme, Role.OWNER))

    def open_browser(**app):
        client = factories.app(store, **app).test_client()
        factories.login(client, "ada@example.com")
        return client

    return open_browser


def panels(answer, prop: str) -> dict[str, object]:
    """What a refresh says of each panel: slug -> value."""
    kind = {"children": "body", "figure": "figure"}.get(prop, "panel")
    return {
        name.split('"')[3]: part[prop]
        for name, part in answer.json["response"].items()
        if f'"type":"{kind}"' in name and prop in part
    }


def without(*slugs, **changes) -> Catalog:
    """The built-in widgets, some of them changed."""
    return Catalog(replace(w, **changes) if w.slug in slugs else w for w in BUILT_IN)


def broken(*_args):
    raise RuntimeError("no answer")


def test_one_request_fills_every_panel(ada, store, acme):
    send(store, acme, [event("validation_run.created", EARLIER, user="u1", channel="api")])

    answer = refresh(ada())

    assert set(panels(answer, "data-state").values()) == {"ready"}
    assert set(panels(answer, "data-as-of").values()) == {"2026-11-20T09:30:00Z"}
    assert answer.json["response"]["board"] == {
        "data-as-of": "2026-11-20T09:30:00Z",
        "data-time-range": "7d",
        "data-view": "7d|||||",
        "data-revision": "2-1794700800000000-1795132800000000-1",
        "data-start": "2026-11-14T00:00:00Z",
        "data-end": "2026-11-20T09:30:00Z",
        "data-zone": "UTC",
        "data-earlier": "7d|2026-11-14T00:00:00Z||",
        "data-later": "",
        "data-compared": "",
    }
    assert answer.json["response"]["dates"]["children"] == "14 – 20 November"
    assert answer.json["response"]["before"]["children"] == "with 7 – 13 November"
    assert answer.json["response"]["as-of"]["children"] == "as of 09:30"
    assert answer.json["response"]["said"]["children"] == ("Shown: Last 7 days, 14 – 20 November")


def test_a_chart_is_a_figure_and_never_a_new_child(ada, store, acme):
    send(store, acme, [event(at=EARLIER, user="u")])

    answer = refresh(ada())

    assert set(panels(answer, "figure")) == {"events-time-series", "users-time-series"}
    assert "Graph" not in str(panels(answer, "children"))


def test_all_traces_of_a_chart_share_the_buckets(ada, store, acme):
    send(store, acme, [event(at=EARLIER, user="u", channel="kiosk")])

    figure = panels(refresh(ada()), "figure")["users-time-series"]

    meta = figure["layout"]["meta"]
    assert [one["name"] for one in meta["series"]] == ["API", "Web", "Other"]
    assert (len(meta["labels"]), len(meta["edges"])) == (7, 8)
    assert {len(trace["y"]) for trace in figure["data"]} == {7}


def test_an_empty_range_says_which_and_what_to_do(ada, store, acme):
    send(store, acme, [event(at="2026-01-01T00:00:00Z", user="u")])

    answer = refresh(ada())
    body = str(panels(answer, "children")["events-time-series"])

    assert panels(answer, "data-state")["events-time-series"] == "empty"
    assert panels(answer, "data-state")["total-validations"] == "ready"
    assert "No data for 14 – 20 November." in body
    assert "time_range=30d" in body


def test_an_org_without_events_shows_how_to_send_the_first(ada):
    notice = str(refresh(ada()).json["response"]["notice"]["children"])

    assert "curl" in notice
    assert "curl -X POST http://localhost/api/v1/events" in notice
    assert "dashapp key add --org acme --kind ingest" in notice


def test_an_org_with_events_does_not(ada, store, acme):
    send(store, acme, [event(at="2001-01-01T00:00:00Z")])

    assert refresh(ada()).json["response"]["notice"]["children"] is None


def test_a_panel_that_fails_stays_alone(ada, store, acme):
    send(store, acme, [event("validation_run.created", EARLIER, user="u")])
    client = ada(catalog=without("total-errors", query=broken))

    answer = refresh(client)

    assert panels(answer, "data-state") == {
        "total-validations": "ready",
        "total-errors": "error",
        "events-time-series": "ready",
        "users-time-series": "ready",
    }
    assert "Retry" in str(panels(answer, "children")["total-errors"])


def test_a_panel_whose_sql_fails_does_not_take_the_transaction_along(ada, store, acme):
    def bad_sql(session, *_):
        session.execute(text("SELECT nonsense"))

    send(store, acme, [event("validation_run.created", EARLIER, user="u")])
    answer = refresh(ada(catalog=without("total-validations", query=bad_sql)))

    assert list(panels(answer, "data-state").values()) == ["error", "ready", "ready", "ready"]


@pytest.mark.parametrize("before", ["ready", "empty", "stale"])
def test_numbers_of_the_same_view_stay_and_are_called_old(ada, before):
    client = ada(catalog=without("total-errors", query=broken))

    answer = refresh(client, view="7d|||||", states=["ready", before, "ready", "ready"])

    assert panels(answer, "data-state")["total-errors"] == "stale"
    assert "total-errors" not in panels(answer, "children")
    assert "total-errors" not in panels(answer, "data-as-of")


@pytest.mark.parametrize(
    ("view", "before"), [("24h|||||", "ready"), ("7d|||||", "error"), ("7d|||||", "loading")]
)
def test_numbers_of_another_view_never_stay(ada, view, before):
    client = ada(catalog=without("total-errors", query=broken))

    answer = refresh(client, view=view, states=["ready", before, "ready", "ready"])

    assert panels(answer, "data-state")["total-errors"] == "error"


def test_a_drawing_that_fails_stays_in_its_panel(ada):
    bad = replace(BUILT_IN[0].draw, paint=broken)

    answer = refresh(ada(catalog=without("total-errors", draw=bad)))

    assert panels(answer, "data-state")["total-errors"] == "error"
    assert panels(answer, "data-state")["total-validations"] == "ready"


def test_a_widget_that_is_not_installed_is_an_error_in_its_panel_alone(ada):
    client = ada(catalog=Catalog(w for w in BUILT_IN if w.slug != "total-errors"))

    answer = refresh(client)

    assert panels(answer, "data-state")["total-errors"] == "error"
    assert "not installed" in str(panels(answer, "children")["total-errors"])


def test_a_panel_that_the_dashboard_does_not_hold_is_not_drawn(ada, store, acme):
    send(store, acme, [event("validation_run.created", EARLIER)])
    with store.writing(acme) as session:
        session.execute(text("DELETE FROM panels WHERE widget = 'total-validations'"))

    answer = refresh(ada(), panels=["total-validations", "total-errors"], figures=[])

    assert panels(answer, "data-state") == {"total-validations": "error", "total-errors": "ready"}


def test_a_view_that_cannot_be_understood_is_refused_with_the_reason(ada):
    answer = refresh(ada(), search="?as_of=yesterday")

    assert answer.status_code == 400
    assert "2026-11-21T09:30:00Z" in answer.json["error"]["message"]


def test_the_layout_holds_the_dashboards_panels_and_the_word_of_the_address(ada):
    tree = str(ada().get("/app/acme/operations/_dash-layout?time_range=30d").json)

    for slug in ("total-validations", "total-errors", "events-time-series", "users-time-series"):
        assert f"'data-panel': '{slug}'" in tree
    assert "'value': '30d'" in tree
    assert "'data-state': 'loading'" not in tree  # it comes with its numbers
    assert "'data-time-range': '30d'" in tree
    assert "'id': 'range'" in tree


def test_a_page_that_cannot_be_filled_says_so_in_each_panel(ada, monkeypatch):
    client = ada()
    monkeypatch.setattr("dashapp.board.board.answer", broken)

    tree = str(client.get("/app/acme/operations/_dash-layout").json)

    assert tree.count("'data-state': 'error'") == 8
    assert "Could not load" in tree
    assert "no answer" not in tree


def test_a_preset_that_is_added_appears_in_the_control(ada, monkeypatch):
    from dashapp.domain.time.presets import PRESETS, Preset

    monkeypatch.setitem(PRESETS, "5d", Preset("5d", "Last 5 days", "previous 5 days", "1d", days=5))

    assert "Last 5 days" in str(ada().get("/app/acme/operations/_dash-layout").json)


def test_all_panels_show_one_snapshot_although_one_fails(ada, store, acme):
    """The panel that fails lets an event in; all others must agree on what they saw."""

    def breaks(*_args):
        send(store, acme, [event("validation_run.created", EARLIER, user="late")])
        raise RuntimeError("no answer")

    send(store, acme, [event("validation_run.created", EARLIER, user="u")])
    answer = refresh(ada(catalog=without("total-errors", query=breaks)))
    total = panels(answer, "children")["total-validations"]["props"]["tree"][0][2][0]
    figure = panels(answer, "figure")["events-time-series"]

    assert total == "2"
    assert figure["layout"]["meta"]["series"][0]["values"][-1] == 2


def test_a_customers_own_logins_are_events(ada, store, acme):
    send(store, acme, [event("user.logged_in", EARLIER)])

    assert refresh(ada()).json["response"]["notice"]["children"] is None


def tick(client, answer, **more):
    """The board refreshes itself, with what an answer has left in the browser."""
    shown = answer.json["response"]["board"]
    return refresh(
        client,
        **{
            "view": shown["data-view"],
            "revision": shown["data-revision"],
            "as_of": shown["data-as-of"],
            "states": ["ready"] * 4,
            "changed": "tick.n_intervals",
            **more,
        },
    )


def test_a_tick_with_nothing_new_is_a_204(ada, store, acme):
    send(store, acme, [event(at=EARLIER, user="u")])
    client = ada()
    answer = refresh(client)

    idle = tick(client, answer)

    assert (idle.status_code, idle.data) == (204, b"")


def test_a_tick_after_an_event_is_an_answer(ada, store, acme):
    client = ada()
    answer = refresh(client)
    send(store, acme, [event(at=EARLIER, user="u")])

    assert tick(client, answer).status_code == 200


def test_a_board_of_an_hour_slides_although_nothing_new_comes(ada, store, acme):
    clock = factories.Clock()
    client = ada(clock=clock)
    clock.advance(minutes=1)
    answer = refresh(client, search="?time_range=1h")
    clock.advance(minutes=3)
    assert tick(client, answer, search="?time_range=1h").status_code == 204
    clock.advance(minutes=2)

    assert tick(client, answer, search="?time_range=1h").status_code == 200


def test_an_event_that_was_sent_ahead_of_its_time_appears_when_it_has_come(ada, store, acme):
    clock = factories.Clock()
    send(store, acme, [event(at="2026-11-20T09:32:00Z", user="u")])
    client = ada(clock=clock)
    clock.advance(minutes=1)
    answer = refresh(client)
    clock.advance(seconds=30)
    assert tick(client, answer).status_code == 204
    clock.advance(seconds=31)

    assert tick(client, answer).status_code == 200


def test_a_panel_that_failed_is_asked_again_by_a_tick(ada, store, acme):
    client = ada()
    answer = refresh(client)

    assert tick(client, answer, states=["ready", "stale", "ready", "ready"]).status_code == 200


def test_somebody_who_asks_gets_an_answer_although_nothing_is_new(ada):
    client = ada()
    answer = refresh(client)

    assert tick(client, answer, changed="url.search").status_code == 200


@pytest.mark.parametrize("as_of", ["", "yesterday", "9999"])
def test_what_a_browser_makes_up_costs_it_a_full_answer(ada, as_of):
    client = ada()
    answer = refresh(client)

    assert tick(client, answer, as_of=as_of).status_code == 200
