"""POST /api/v1/query with an embed token: what its dashboard shows, and nothing else."""

import pytest

from tests.embedding import bearer, entries
from tests.factories import event, send
from tests.web.api.questions import URL, open_shop

ORDERS = {"metric": "orders", "shape": "total", "time_range": "today"}


@pytest.fixture(autouse=True)
def shop(store, acme):
    open_shop(store, acme)


@pytest.fixture
def ask(client, signer):
    """Send a question with a token that has these claims."""

    def send_question(body, **claims):
        headers = bearer(signer.token(**{"dashboard": "shop", **claims}))
        return client.post(URL, headers=headers, json={"time_range": "today", **body})

    return send_question


@pytest.fixture
def value(ask):
    """Return the number of an answer."""

    def value_of(body, **claims):
        response = ask(body, **claims)
        assert response.status_code == 200, response.text
        return response.json["rows"][0]["value"]

    return value_of


@pytest.mark.both_databases
def test_a_token_asks_about_the_metrics_of_its_dashboard(value, ask):
    assert value(ORDERS) == 5
    assert value({"metric": "sales", "shape": "total"}) == 5  # an old name
    assert value({"metric": "to_door", "shape": "funnel"}) == 3
    assert value({"metric": "basket", "shape": "total"}) == 20 / 3
    by_status = ask({"metric": "revenue", "shape": "list", "by": "properties.status"})
    assert [(row["label"], row["value"]) for row in by_status.json["rows"]] == [
        ("paid", 10.3),
        ("refunded", 5),
        ("other", 4.7),
    ]


def test_a_token_has_the_range_that_its_dashboard_opens_with(client, signer):
    headers = bearer(signer.token(dashboard="shop"))
    response = client.post(URL, headers=headers, json={"metric": "orders", "shape": "total"})

    assert response.json["time_range"]["preset"] == "30d"


def test_fields_of_other_panels_break_a_metric_down_too(ask):
    """The board can be filtered by them, so it shows these numbers."""
    rows = ask({"metric": "orders", "shape": "list", "by": "properties.status"}).json["rows"]

    assert [(row["label"], row["value"]) for row in rows] == [("paid", 3), ("other", 1), ("refunded", 1)]  # fmt: skip


UNSHOWN = {
    "the metric refunds": {"metric": "refunds"},  # on another board
    "the metric nonsense": {"metric": "nonsense"},
    "a definition of its own": {"metric": {"events": ["order.paid"]}},
    "a break-down by channel": {"shape": "list", "by": "channel"},
    "a break-down by properties.total": {"shape": "series", "by": "properties.total"},
    "a break-down by project": {"shape": "list", "by": "project"},
    "a break-down by type": {"metric": "revenue", "shape": "list", "by": "type"},
    "a filter by user": {"filter": ["user:u1"]},
    "a filter by channel": {"filter": ["channel:web"]},
    "a filter by properties.total": {"filter": ["properties.total:!5"]},
    "a filter by type": {"metric": "revenue", "filter": ["type:order.paid"]},
    "a filter by properties.status": {"filter": ["properties.status:lost"]},  # part of the rest
    "events of orders, which needs can: events": {"shape": "events"},
    "4 events of late, which needs can: events": {"metric": "late", "shape": "events", "top": 4},
}


@pytest.mark.parametrize("reason", UNSHOWN)
def test_everything_else_looks_as_if_it_did_not_exist(ask, store, acme, reason):
    response = ask({**ORDERS, **UNSHOWN[reason]})

    assert response.status_code == 404
    assert response.json["error"]["message"] == "Not found."
    refused = [(entry.viewer, entry.message) for entry in entries(store, acme) if entry.message]
    assert refused == [("viewer-7", f"dashboard shop does not show {reason}")]


def test_a_token_of_another_dashboard_does_not_see_the_metrics(ask):
    assert ask(ORDERS, dashboard="operations").status_code == 404


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("filters", "expected"),
    [(["properties.status:paid"], 3), (["properties.status:!paid"], 2), (["properties.dish:RICE"], 2),
     (["properties.dish:!rice"], 3), (["type:order.paid"], 5), (["type:!order.paid"], 0)],
)  # fmt: skip
def test_filters_by_fields_that_panels_show(value, filters, expected):
    assert value({**ORDERS, "filter": filters}) == expected


@pytest.mark.both_databases
def test_locked_filters_always_apply(value):
    locked = {"properties.status": ["paid"]}

    assert value(ORDERS, filters=locked) == 3
    assert value({**ORDERS, "filter": ["properties.status:!paid"]}, filters=locked) == 0
    assert value({**ORDERS, "filter": ["properties.dish:!rice"]}, filters=locked) == 1
    assert value(ORDERS, filters={"channel": []}) == 0


def test_a_locked_filter_cannot_exclude(ask):
    assert ask(ORDERS, filters={"!channel": ["web"]}).status_code == 401
    assert (
        ask(ORDERS, filters={"channel": ["!web"]}).json["rows"][0]["value"] == 0
    )  # a literal value


def test_a_panel_shows_only_the_events_of_its_conditions(value):
    assert value({"metric": "visits", "shape": "total"}) == 1  # of the web; three in all


def test_a_token_of_a_project_counts_only_its_events(value, store, acme):
    send(store, acme, [event("order.paid", "2026-11-20T05:00:00Z", project="north")])

    assert value(ORDERS) == 6
    assert value(ORDERS, project="north") == 1


def test_events_of_a_panel_have_its_columns(ask):
    rows = ask({"metric": "late", "shape": "events"}).json["rows"]

    assert [list(row) for row in rows] == [["occurred_at", "type", "properties.shop.id", "properties.minutes"]] * 3  # fmt: skip
    assert rows[0]["properties.shop.id"] == "s7"


def test_a_right_shows_more_events_and_their_users(ask):
    late = ask({"metric": "late", "shape": "events", "top": 50}, can=["events"]).json["rows"]
    orders = ask({**ORDERS, "shape": "events"}, can=["events"]).json["rows"]

    assert len(late) == 6
    assert (late[0]["user"], late[0]["properties.minutes"]) == ("u7", 15)
    assert list(orders[0]) == ["occurred_at", "type", "properties.dish", "user"]
    assert ask({"metric": "refunds", "shape": "events"}, can=["events"]).status_code == 404


@pytest.mark.parametrize(
    ("time", "word", "shown"),
    [({"max": "7d"}, "7d", "7d"), ({"max": "7d"}, "30d", "24h"), ({"allowed": ["today"]}, "7d", "today"),
     ({"locked": True, "default": "7d"}, "24h", "7d")],
)  # fmt: skip
def test_the_time_limits_of_the_token_hold(ask, time, word, shown):
    """As on the board: another range is replaced by one that the token allows."""
    response = ask({**ORDERS, "time_range": word}, time=time)

    assert response.json["time_range"]["preset"] == shown


def test_a_fixed_zone_holds(ask):
    response = ask({**ORDERS, "tz": "Asia/Kolkata"}, tz="Europe/Berlin")

    assert response.json["time_range"]["timezone"] == "Europe/Berlin"


def test_nonsense_about_a_shown_metric_has_its_reason(ask):
    response = ask({**ORDERS, "shape": "funnel"})

    assert response.status_code == 400
    assert response.json["error"]["message"] == 'The shape "funnel" needs a metric with "steps".'


def test_only_valid_tokens_can_ask(client, signer):
    token = signer.token(dashboard="shop")

    assert client.post(f"{URL}?org=rival", headers=bearer(token), json=ORDERS).status_code == 404
    assert client.post(URL, headers=bearer(token[:-2]), json=ORDERS).status_code == 401
