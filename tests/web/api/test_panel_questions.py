"""POST /api/v1/query about a panel: the events behind each of its numbers, and its whole list."""

import csv
import io
from datetime import timedelta
from urllib.parse import unquote

import pytest

from tests.embedding import bearer, entries
from tests.factories import NOW, event, send
from tests.sealing import seal
from tests.web.api.questions import URL, open_shop

PANEL = {"dashboard": "shop", "shape": "events", "time_range": "today"}
DISHES = {**PANEL, "panel": "orders-list"}


@pytest.fixture(autouse=True)
def shop(store, acme):
    open_shop(store, acme)


@pytest.fixture
def ask(server, read_key):
    """Send a question with the read key."""

    def send_question(**body):
        headers = {"Authorization": f"Bearer {read_key[1]}"}
        return server.test_client().post(URL, headers=headers, json=body)

    return send_question


@pytest.fixture
def pages(ask):
    """Return all events behind a number, page by page, and the total of the first page."""

    def pages_of(**body):
        answer = ask(**body).json
        total, rows = answer["total"], answer["rows"]
        while answer["after"]:
            answer = ask(**{**body, "after": answer["after"]}).json
            rows = [*rows, *answer["rows"]]
        return total, rows

    return pages_of


@pytest.fixture
def refusal(ask):
    def refusal_of(**body):
        response = ask(**body)
        return response.status_code, response.json["error"]["message"]

    return refusal_of


def test_an_event_has_the_panels_columns_and_then_all_of_its_fields(ask):
    answer = ask(**{**DISHES, "value": "Beans"}).json

    assert (answer["metric"], answer["total"], answer["after"]) == ("orders", 1, None)
    (row,) = answer["rows"]
    assert list(row) == ["occurred_at", "type", "properties.dish", "id", "user", "channel", "project", "properties"]  # fmt: skip
    assert row["properties"] == {"dish": "Beans", "status": "refunded", "total": 5}
    assert (row["user"], row["channel"], row["project"]) == ("u2", "web", "default")


@pytest.mark.both_databases
def test_there_are_as_many_events_as_each_number_says(ask, pages, store, acme):
    """Of rows, parts of bars, and numbers; also where days are sealed."""
    line = {**PANEL, "panel": "orders"}
    hours = [f"2026-11-20T{hour:02d}:00:00Z" for hour in range(11)]
    for _time in range(2):
        rows = ask(**{**DISHES, "shape": "list", "top": 9}).json["rows"]
        points = ask(**{**line, "shape": "series", "by": "type"}).json["rows"]
        behind = [
            pages(**line, value=row["series"], within={"from": start, "to": end})[0]
            for row, start, end in zip(points, hours[:-1], hours[1:], strict=True)
        ]

        assert [row["value"] for row in rows] == [2, 1, 1]
        assert [pages(**DISHES, value=row["label"])[0] for row in rows] == [2, 1, 1]
        assert behind == [row["value"] for row in points] == [0, 0, 0, 1, 1, 1, 1, 1, 0, 0]
        seal(store, acme, now=NOW + timedelta(days=2))


@pytest.mark.both_databases
def test_pages_have_every_event_once_also_of_the_same_moment(pages, store, acme):
    at = "2026-11-19T12:00:00Z"
    many = [event("order.paid", at, properties={"dish": "Pie", "total": n}) for n in range(25)]
    more = [event("order.paid", f"2026-11-19T11:{n:02d}:00Z", properties={"dish": "Pie"}) for n in range(20)]  # fmt: skip
    send(store, acme, [*many, *more])
    asked = {**DISHES, "time_range": "7d", "value": "pie", "top": 7}
    found = [pages(**asked)]
    seal(store, acme)
    found.append(pages(**asked))

    assert found[0] == found[1]
    total, rows = found[0]
    ids = [row["id"] for row in rows]
    assert (total, len(ids), len(set(ids))) == (45, 45, 45)
    assert [row["occurred_at"] for row in rows] == sorted((row["occurred_at"] for row in rows), reverse=True)  # fmt: skip


@pytest.mark.both_databases
def test_filters_of_the_viewer_and_conditions_of_the_panel_apply(pages):
    orders = {**PANEL, "panel": "revenue-bars"}

    assert pages(**orders, value="paid")[0] == 3
    assert pages(**orders, value="paid", filter=["properties.dish:rice"])[0] == 2
    assert pages(**orders, filter=["properties.dish:!rice"])[0] == 3
    visits = pages(**{**PANEL, "panel": "visits"})
    assert [row["channel"] for row in visits[1]] == ["web"]  # of three visits


@pytest.mark.both_databases
def test_a_part_is_half_open_and_stays_within_the_range(pages):
    orders = {**PANEL, "panel": "orders-list"}
    third = {"from": "2026-11-20T03:00:00Z", "to": "2026-11-20T04:00:00Z"}
    everything = {"from": "2020-01-01T00:00:00Z", "to": "2030-01-01T00:00:00Z"}

    assert [row["occurred_at"] for row in pages(**orders, within=third)[1]] == ["2026-11-20T03:00:00Z"]  # fmt: skip
    assert pages(**orders, within=everything)[0] == 5
    assert pages(**{**orders, "time_range": "1h"}, within=everything)[0] == 0


def test_an_hour_of_the_week_is_one_of_the_zone(pages):
    orders = {**PANEL, "panel": "orders-list", "time_range": "30d"}

    assert pages(**orders, hour={"weekday": 5, "hour": 4})[0] == 1  # a Friday
    assert pages(**orders, tz="Europe/Berlin", hour={"weekday": 5, "hour": 4})[1][0]["occurred_at"] == "2026-11-20T03:00:00Z"  # fmt: skip
    assert pages(**orders, hour={"weekday": 4, "hour": 4})[0] == 0


def test_a_ratio_has_the_events_of_its_whole_and_a_funnel_has_none(pages, refusal):
    assert pages(**{**PANEL, "panel": "basket"})[0] == 5  # orders of the customers
    assert refusal(**{**PANEL, "panel": "to_door"}) == (400, "A funnel follows users through steps: no events are behind a number.")  # fmt: skip


def test_the_file_has_all_events_with_their_properties(ask):
    response = ask(**DISHES, format="csv")
    rows = [*csv.DictReader(io.StringIO(response.text))]

    assert (response.mimetype, response.headers["X-Total-Count"]) == ("text/csv", "5")
    assert [row["properties.dish"] for row in rows] == ["", "Soup", "Beans", " rice", "Rice"]
    assert rows[2]["properties"] == '{"dish":"Beans","status":"refunded","total":5}'


def test_a_list_has_more_rows_than_the_panel_and_the_values_before(ask, store, acme):
    send(store, acme, [event("order.paid", "2026-11-01T00:00:00Z", properties={"dish": "Beans"}),
                       event("order.paid", "2026-11-19T03:00:00Z", properties={"dish": "Beans"})])  # fmt: skip
    whole = {**DISHES, "shape": "list", "compare": "previous"}

    assert [(row["label"], row["previous"]) for row in ask(**whole, top=500).json["rows"]] == [("Rice", 0), ("Beans", 1), ("Soup", 0)]  # fmt: skip
    assert [row["label"] for row in ask(**whole).json["rows"]] == ["Rice", "Beans", "Soup"]
    assert "properties.dish" not in ask(**whole, format="csv").text


def test_a_part_can_be_broken_down(ask):
    morning = {"from": "2026-11-20T03:00:00Z", "to": "2026-11-20T06:00:00Z"}
    answer = ask(**{**DISHES, "shape": "list", "by": "channel", "within": morning}).json

    assert [(row["label"], row["value"]) for row in answer["rows"]] == [("web", 2), ("api", 1)]
    assert answer["time_range"]["end"] == "2026-11-20T06:00:00Z"


@pytest.mark.parametrize(
    ("body", "status", "message"),
    [({"panel": "nothing"}, 404, "The dashboard has no panel of a board file “nothing”."),
     ({"dashboard": None}, 400, "“panel” needs “dashboard”."),
     ({"dashboard": "nothing"}, 404, "No dashboard nothing."),
     ({"metric": "visits"}, 404, "The panel has no metric “visits”."),
     ({"panel": "revenue-bars", "value": "lost"}, 400, "The panel has no part “lost”."),
     ({"after": "1"}, 400, "“after” must be the one of an answer."),
     ({"top": 101}, 400, 'The shape "events" takes a "top" of at most 100.'),
     ({"filter": ["properties.total:5"]}, 400, "This dashboard cannot be filtered by “properties.total”. Remove it from the URL."),
     ({"shape": "list", "after": "1.e"}, 400, '“hour” and “after” go with the shape "events".')],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(refusal, body, status, message):
    assert refusal(**{**DISHES, **body}) == (status, message)


@pytest.fixture
def embedded(client, signer):
    """Ask with a token that has these claims."""

    def send_question(body, **claims):
        headers = bearer(signer.token(**{"dashboard": "shop", **claims}))
        return client.post(URL, headers=headers, json=body)

    return send_question


def test_a_token_needs_the_right_to_see_events(embedded, store, acme):
    events = {"panel": "orders-list", "shape": "events", "time_range": "today", "value": "Rice"}

    assert embedded(events).status_code == 404
    assert [e.message for e in entries(store, acme) if e.message] == [
        "dashboard shop does not show events of the panel orders-list, which needs can: events"
    ]
    assert embedded(events, can=["events"]).json["total"] == 2
    assert embedded({**events, "shape": "list"}).status_code == 200


@pytest.mark.both_databases
def test_a_token_sees_only_the_events_of_its_filters_and_its_times(embedded):
    events = {"panel": "orders-list", "shape": "events", "time_range": "today"}
    everything = {"from": "2020-01-01T00:00:00Z", "to": "2030-01-01T00:00:00Z"}
    locked = {"can": ["events"], "filters": {"channel": ["api"]}}

    assert [row["channel"] for row in embedded(events, **locked).json["rows"]] == ["api"]
    assert embedded({**events, "value": "Beans"}, **locked).json["total"] == 0
    short = {"can": ["events"], "time": {"allowed": ["1h"]}}
    assert embedded({**events, "within": everything}, **short).json["total"] == 0
    assert embedded({**events, "panel": "nothing"}, can=["events"]).status_code == 404
    assert embedded({**events, "dashboard": "operations"}, can=["events"]).status_code == 404
    assert embedded({**events, "shape": "list", "by": "properties.total"}).status_code == 404


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ({}, "Orders by dish, Events, 20 November 2026, 00-00 – 09-30"),
        ({"value": "Beans"}, "Orders by dish, Beans, Events, 20 November 2026, 00-00 – 09-30"),
        ({"shape": "list"}, "Orders by dish, 20 November 2026, 00-00 – 09-30"),
        (
            {"shape": "list", "by": "channel"},
            "Orders by dish, Channel, 20 November 2026, 00-00 – 09-30",
        ),
        (
            {"hour": {"weekday": 5, "hour": 4}},
            "Orders by dish, Fri 04-00, Events, 20 November 2026, 00-00 – 09-30",
        ),
        (
            {"within": {"from": "2026-11-20T03:00:00Z", "to": "2026-11-20T04:00:00Z"}},
            "Orders by dish, Events, 20 November 2026, 03-00 – 04-00",
        ),
        (
            {"time_range": "7d", "within": {"from": "2026-11-20T00:00:00Z", "to": "2026-11-21T00:00:00Z"}},
            "Orders by dish, Events, 20 November 2026",
        ),
    ],
)  # fmt: skip
def test_a_file_is_named_after_its_part(ask, question, name):
    header = ask(**{**DISHES, "format": "csv", **question}).headers["Content-Disposition"]

    assert unquote(header.partition("UTF-8''")[2]) == f"Acme – {name}.csv"
