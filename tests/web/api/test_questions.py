"""POST /api/v1/query with a read key or a login session: every shape, and every refusal."""

import pytest
from sqlalchemy.exc import OperationalError

from dashapp.domain.secrets.keys import KeyKind
from dashapp.store import row_security
from dashapp.web.api import metrics
from tests import factories
from tests.web.api.questions import URL, open_shop

TODAY = {"time_range": "today"}


@pytest.fixture(autouse=True)
def shop(store, acme):
    open_shop(store, acme)


@pytest.fixture
def ask(server, read_key):
    """Send a question with the read key, or with another secret."""

    def send(body, secret=read_key[1], url=URL, **options):
        headers = {"Authorization": f"Bearer {secret}"}
        return server.test_client().post(url, headers=headers, **{"json": body, **options})

    return send


@pytest.fixture
def rows(ask):
    """Return the rows of an answer."""

    def rows_of(**body):
        response = ask({**TODAY, **body})
        assert response.status_code == 200, response.text
        return response.json["rows"]

    return rows_of


@pytest.fixture
def refusal(ask):
    """Return the status and the message of a refusal."""

    def refusal_of(body, **options):
        response = ask(body, **options)
        return response.status_code, response.json["error"]["message"]

    return refusal_of


def test_an_answer_names_its_metric_and_its_range(ask):
    response = ask({"metric": "orders", "shape": "total", "time_range": "7d", "tz": "Asia/Kolkata"})

    assert response.json == {
        "as_of": "2026-11-20T09:30:00Z",
        "time_range": {
            "preset": "7d",
            "start": "2026-11-13T18:30:00Z",
            "end": "2026-11-20T09:30:00Z",
            "timezone": "Asia/Kolkata",
            "bucket": "1d",
        },
        "metric": "orders",
        "rows": [{"value": 5, "previous": None}],
    }


@pytest.mark.both_databases
def test_totals(rows):
    assert rows(metric="orders", shape="total")[0]["value"] == 5
    assert rows(metric="customers", shape="total")[0]["value"] == 3
    assert rows(metric="basket", shape="total")[0]["value"] == 20 / 3
    assert rows(metric="to_door", shape="total")[0]["value"] == 2 / 3


def test_sums_are_exact_json_numbers(ask):
    response = ask({"metric": "revenue", "shape": "list", "by": "properties.status", **TODAY})

    assert '"label":"paid","value":10.3,' in response.text


def test_an_old_name_still_works(ask):
    response = ask({"metric": "sales", "shape": "total", **TODAY})

    assert (response.json["metric"], response.json["rows"][0]["value"]) == ("orders", 5)


@pytest.mark.both_databases
def test_a_series_has_every_bucket(rows):
    series = rows(metric="orders", shape="series")

    assert [row["value"] for row in series] == [0, 0, 0, 1, 1, 1, 1, 1, 0, 0]
    assert series[3] == {
        "start": "2026-11-20T03:00:00Z", "local": "2026-11-20 03:00", "series": "orders", "value": 1, "complete": True,
    }  # fmt: skip


@pytest.mark.both_databases
def test_a_series_by_a_field_adds_the_rest_up(rows):
    series = rows(metric="orders", shape="series", by="channel", top=1)
    sums = {}
    for row in series:
        key = (row["series"], row["is_other"])
        sums[key] = sums.get(key, 0) + row["value"]

    assert sums == {("web", False): 3, ("other", True): 2}


@pytest.mark.both_databases
def test_a_list_has_the_highest_values_and_the_rest(rows):
    assert rows(metric="orders", shape="list", by="properties.dish", top=1) == [
        {"label": "Rice", "value": 2, "share": 0.5, "is_other": False},
        {"label": "other", "value": 2, "share": 0.5, "is_other": True},
    ]
    labels = [row["label"] for row in rows(metric="orders", shape="list", by="properties.status")]
    assert labels == ["paid", "other", "refunded"]  # of a field with fixed values


@pytest.mark.both_databases
def test_a_heatmap_has_168_rows(rows):
    heat = rows(metric="orders", shape="heatmap")

    assert len(heat) == 168
    assert heat[0] == {"weekday": 1, "hour": 0, "value": 0}
    assert [(r["weekday"], r["hour"]) for r in heat if r["value"]] == [(5, n) for n in range(3, 8)]


@pytest.mark.both_databases
def test_a_funnel_has_its_steps(rows):
    assert rows(metric="to_door", shape="funnel") == [
        {"step": "cart.created", "value": 3, "rate": 1.0, "previous": None},
        {"step": "order.paid", "value": 2, "rate": 2 / 3, "previous": None},
    ]


@pytest.mark.both_databases
def test_events_have_the_columns_of_a_panel(rows):
    assert rows(metric="late", shape="events", top=2) == [
        {"occurred_at": f"2026-11-20T0{n}:30:00Z", "type": "delivery.finished", "properties.shop.id": f"s{n}", "properties.minutes": 8 + n}
        for n in (7, 6)
    ]  # fmt: skip


def test_events_without_a_panel_have_the_fields_that_panels_show(rows):
    first = rows(metric="revenue", shape="events")[0]

    assert list(first) == ["occurred_at", "type", "properties.status", "properties.total"]


@pytest.mark.both_databases
def test_a_definition_is_counted_like_a_metric(ask):
    metric = {"events": ["order.*"], "measure": "max", "of": "properties.total", "where": {"channel": "web"}}  # fmt: skip
    response = ask({"metric": metric, "shape": "total", **TODAY})

    assert response.json["metric"] == metric
    assert response.json["rows"][0]["value"] == 10.1


def test_a_definition_can_divide_metrics(rows):
    ratio = {"ratio": ["sales", "customers"], "unit": "orders"}

    assert rows(metric=ratio, shape="total")[0]["value"] == 5 / 3


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("filters", "value"),
    [
        (["channel:web"], 3), (["channel:!web"], 2), (["channel:web", "channel:api"], 4), (["channel:!web", "channel:!api"], 1),
        (["properties.dish:RICE"], 2), (["properties.dish:!RICE"], 3), (["user:u1", "properties.dish:! rice "], 0),
        (["properties.total:5"], 1), (["properties.absent:x"], 0), (["properties.absent:!x"], 5), (["type:order.paid"], 5),
    ],
)  # fmt: skip
def test_filters(rows, filters, value):
    assert rows(metric="orders", shape="total", filter=filters)[0]["value"] == value


def test_a_range_can_be_chosen_in_every_way(ask):
    def value(**view):
        return ask({"metric": "orders", "shape": "total", **view}).json["rows"][0]["value"]

    assert value() == 5  # 24h
    assert value(**{"from": "2026-11-20T04:00:00Z", "to": "2026-11-20T06:00:00Z"}) == 2
    assert value(as_of="2026-11-20T04:30:00Z") == 2
    assert value(time_range="yesterday") == 0


def test_a_comparison_can_be_switched_off(ask):
    def previous(**view):
        body = {"metric": "orders", "shape": "total", "from": "2026-11-20T04:00:00Z", "to": "2026-11-20T06:00:00Z"}  # fmt: skip
        return ask({**body, **view}).json["rows"][0]["previous"]

    assert previous() == 1
    assert previous(compare="off") is None


NONSENSE = {
    'The shape "funnel" needs a metric with "steps".': {"shape": "funnel"},
    'A funnel has no shape "series". Use "total" or "funnel".': {"metric": "to_door", "shape": "series"},
    'A funnel has no shape "events". Use "total" or "funnel".': {"metric": "to_door", "shape": "events"},
    'The shape "events" needs a metric of events, not a ratio.': {"metric": "basket", "shape": "events"},
    'The shape "list" needs "by": type, channel, project or properties.NAME.': {"shape": "list"},
    'The shape "heatmap" takes no "by". Use "series", "list" or "funnel".': {"shape": "heatmap", "by": "channel"},
    'The shape "total" takes no "by". Use "series", "list" or "funnel".': {"by": "channel"},
    'The shape "events" takes no "by". Use "series", "list" or "funnel".': {"shape": "events", "by": "channel"},
    'The shape "total" takes no "top".': {"top": 3},
    'The shape "heatmap" takes no "top".': {"shape": "heatmap", "top": 3},
    '"top" needs "by".': {"shape": "series", "top": 3},
    "Invalid “by”: “user” is not type, channel, project or properties.NAME.": {"shape": "list", "by": "user"},
    "Invalid “by”: “properties.a'--” is not type, channel, project or properties.NAME.": {"shape": "list", "by": "properties.a'--"},
    "Unknown shape “pie”. Use total, series, list, heatmap, funnel, events.": {"shape": "pie"},
    "Unknown shape “['total']”. Use total, series, list, heatmap, funnel, events.": {"shape": ["total"]},
    "Unknown key “colour”. Use metric, shape, by, top, time_range, from, to, as_of, tz, filter, compare, dashboard, panel, value, within, hour, after, format.": {"colour": "red"},
    "Invalid body: Expected `int` <= 500 - at `$.top`.": {"shape": "list", "by": "type", "top": 501},
    "Invalid body: Expected `int` >= 1 - at `$.top`.": {"shape": "list", "by": "type", "top": 0},
    "Invalid body: Invalid enum value 'xlsx' - at `$.format`. Use json, csv.": {"format": "xlsx"},
    "Invalid body: Expected `array` of length <= 50 - at `$.filter`.": {"filter": [f"user:{n}" for n in range(51)]},
    "Invalid body: Expected `str | object | null`, got `int` - at `$.metric`.": {"metric": 7},
    "Invalid filter “project:shop”. Write FIELD:VALUE or FIELD:!VALUE. A field is type, channel, user or properties.NAME.": {"filter": ["project:shop"]},
    "metric.measure: This must be one of count, users, sum, average, min, max, p50, p75, p90, p95, p99, unique.": {"metric": {"measure": "median"}},
    'metric.mesure: There is no key "mesure" in a metric. Did you mean "measure"?': {"metric": {"mesure": "sum"}},
    'metric: measure = "sum" needs "of": the property, such as properties.total.': {"metric": {"measure": "sum"}},
    'metric.ratio[1]: There is no metric "order". Did you mean "orders"?': {"metric": {"ratio": ["orders", "order"]}},
    'metric.steps[0]: "a b" is not an event type. metric.within: A funnel needs the time for all steps, such as within = "30m", "12h", "7d" or "2w".': {"metric": {"steps": ["a b", "c"]}, "shape": "funnel"},
    "metric.was: Only metrics of board files have old names.": {"metric": {"was": ["x"]}},
    "metric: A metric has at most 30 keys.": {"metric": dict.fromkeys(map(str, range(31)), 1)},
    "metric.where: A question has at most 20 conditions.": {"metric": {"where": {f"properties.a{n}": 1 for n in range(21)}}},
    'metric.where."properties.a": A range is { min = NUMBER, max = NUMBER }; one of them may be left out.': {"metric": {"where": {"properties.a": {"min": 10**400}}}},
    'metric.where."properties.a": This must be a value, a list of 1 to 100 values, or { min = …, max = … }.': {"metric": {"where": {"properties.a": "\x00"}}},
}  # fmt: skip


def test_every_nonsense_has_its_reason(refusal):
    for message, body in NONSENSE.items():
        status, reason = refusal({"metric": "orders", "shape": "total", **body})
        assert (status, reason) == (400, message)


@pytest.mark.parametrize("key", ["metric", "shape"])
def test_a_missing_key_is_named(refusal, key):
    body = {"metric": "orders", "shape": "total"}
    del body[key]

    assert refusal(body) == (400, f"Missing key “{key}”.")


@pytest.mark.parametrize(
    ("view", "reason"),
    [
        ({"time_range": "8d"}, "Unknown time range “8d”."),
        ({"compare": "last week"}, "Unknown comparison “last week”."),
        ({"tz": "Mars/Base"}, "Mars/Base"),
        ({"from": "2026-11-20T04:00:00Z"}, "to"),
        ({"as_of": "yesterday"}, "yesterday"),
    ],
)
def test_a_wrong_range_is_refused(refusal, view, reason):
    status, message = refusal({"metric": "orders", "shape": "total", **view})

    assert status == 400
    assert reason in message


def test_an_unknown_metric_is_not_found(refusal):
    assert refusal({"metric": "order", "shape": "total"}) == (
        404,
        "There is no metric “order”. GET /api/v1/metrics lists them.",
    )


@pytest.mark.parametrize(
    ("data", "content_type", "status"),
    [
        (b"[", "application/json", 400),
        (b"[]", "application/json", 400),
        (b"[" * 60_000, "application/json", 400),
        (b'{"metric": {"where": ' + b'{"a":' * 900 + b"1" + b"}" * 901 + b"}", "application/json", 400),
        (b"\xff", "application/json", 400),
        (b'{"metric": "orders", "shape": "total"}', "text/plain", 415),
        (b" " * 65_537, "application/json", 413),
    ],
)  # fmt: skip
def test_other_bodies_are_refused(ask, data, content_type, status):
    assert ask(None, json=None, data=data, content_type=content_type).status_code == status


def test_who_may_ask(ask, browser, store, acme):
    body = {"metric": "orders", "shape": "total"}
    ingest_key = factories.add_key(store, acme, KeyKind.INGEST)[1]

    assert ask(body, ingest_key).status_code == 403
    assert ask(body, "dash_read_x").status_code == 401
    assert ask(body, url=f"{URL}?org=rival").status_code == 404
    assert ask(body, url=f"{URL}?metric=orders").status_code == 400
    for email, query, status in (
        ("ada@example.com", "?org=acme", 200), ("ada@example.com", "", 400), ("ada@example.com", "?org=rival", 404),
        ("max@example.com", "?org=acme", 403), (None, "?org=acme", 401),
    ):  # fmt: skip
        assert browser(email).post(URL + query, json=body).status_code == status


def test_rows_of_another_org_do_not_count(ask, store, rival):
    key = factories.add_key(store, rival)[1]
    factories.send(store, rival, [factories.event("order.paid", "2026-11-20T09:00:00Z")])

    assert ask({"metric": "orders", "shape": "total"}, key).json["rows"][0]["value"] == 1


@pytest.mark.both_databases
def test_an_answer_that_takes_too_long_says_what_to_do(ask, monkeypatch, store):
    def too_slow(asking, _questions):
        monkeypatch.setattr(row_security, "_TIMEOUT_SECONDS", 0)
        numbers = (
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
        )
        if not store.is_sqlite:
            asking.session.execute(factories.text("SET LOCAL statement_timeout = 50"))
        return [asking.session.execute(factories.text(numbers)).all()]

    monkeypatch.setattr(metrics, "answer_together", too_slow)
    response = ask({"metric": "orders", "shape": "total"})

    assert response.status_code == 503
    assert response.headers["Retry-After"] == "5"
    assert response.json["error"]["message"].startswith("This takes too long to count. Ask about a shorter time range")  # fmt: skip


def test_other_database_errors_have_the_usual_answer(ask, monkeypatch):
    def fail(_asking, _questions):
        raise OperationalError("SELECT", {}, Exception("disk full"))

    monkeypatch.setattr(metrics, "answer_together", fail)
    response = ask({"metric": "orders", "shape": "total"})

    assert response.status_code == 503
    assert response.json["error"]["message"].startswith("Data is temporarily unavailable.")
