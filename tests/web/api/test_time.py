"""Ranges and comparisons in the API and in URLs."""

import pytest

from dashapp.domain.time.presets import known_presets
from tests.factories import event, refresh, send, shown_by

API = "/api/v1/dashboards/operations"


@pytest.fixture
def ada(store, acme, browser):
    days = ["2024-01-01T00:00:00Z", "2026-01-01T00:00:00Z", "2025-11-18T10:00:00Z", "2026-11-10T08:00:00Z",
            "2026-11-11T10:00:00Z", "2026-11-16T04:00:00Z", "2026-11-19T10:00:00Z"]  # fmt: skip
    send(store, acme, [event("validation_run.created", day) for day in days])
    return browser("ada@example.com")


def get_data(client, query):
    return client.get(f"{API}/data?org=acme&{query}")


def value_and_previous(response):
    (row,) = response.json["panels"][0]["rows"]
    return row["value"], row["previous"]


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("time_range=7d", (2, 2)),
        ("time_range=7d&compare=previous", (2, 2)),
        ("time_range=7d&compare=weekdays", (2, 2)),
        ("time_range=7d&compare=off", (2, None)),
        ("time_range=7d&compare=year", (2, 1)),
        ("time_range=7d&compare=2026-11-10T00:00:00Z/2026-11-11T00:00:00Z", (2, 1)),
        ("time_range=7d&compare=2023-11-10T00:00:00Z/2023-11-11T00:00:00Z", (2, None)),
        ("time_range=yesterday", (1, 0)),
        ("time_range=week", (2, 2)),
        ("time_range=month", (4, 0)),
        ("time_range=year", (5, 1)),
    ],
)
def test_the_numbers_of_a_range_and_of_its_comparison(ada, query, numbers):
    assert value_and_previous(get_data(ada, query)) == numbers


@pytest.mark.both_databases
def test_every_preset_works(ada):
    for preset in known_presets():
        assert get_data(ada, f"time_range={preset}").json["time_range"]["preset"] == preset


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("time_range=fortnight", ["fortnight", "7d", "last-month"]),
        ("time_range=7D", ["7D", "7d"]),
        ("compare=decade", ["decade", "weekdays", "FROM/TO"]),
        ("compare=2026-11-10/2026-11-11", ["FROM/TO"]),
        ("tme_range=7d", ["tme_range", "time_range"]),
        ("bom=1", ["bom"]),
        ("refresh=off", ["refresh"]),
        ("time_range=7d&time_range=30d", ["time_range", "Duplicate"]),
    ],
)
def test_an_unknown_value_is_refused_with_the_valid_ones(ada, query, words):
    response = get_data(ada, query)

    assert response.status_code == 400
    assert all(word in response.json["error"]["message"] for word in words)


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/dashboards?org=acme&orgs=x",
        f"{API}/panels/total-validations.csv?org=acme&x=",
        f"{API}/panels/total-validations.csv?org=acme&bom=yes",
    ],
)
def test_every_endpoint_refuses_unknown_parameters(ada, path):
    assert ada.get(path).status_code == 400


def test_the_events_endpoint_refuses_unknown_parameters(post, server, key):
    response = server.test_client().post(
        "/api/v1/events?dry_run=1", json=[], headers={"Authorization": f"Bearer {key[1]}"}
    )

    assert response.status_code == 400
    assert "dry_run" in response.json["error"]["message"]


@pytest.mark.parametrize("text", ["fortnight", "decade", "tme_range"])
def test_a_board_with_invalid_parameters_shows_the_default_and_a_notice(ada, text):
    response = refresh(ada, search="?time_range=fortnight&compare=decade&tme_range=7d")

    assert response.json["response"]["board"]["data-time-range"] == "24h"
    assert text in str(response.json["response"]["notice"]["children"])


def test_a_board_with_valid_parameters_shows_no_notice(ada):
    response = refresh(ada, search="?time_range=month&compare=year&panel=x&refresh=1m")

    assert response.json["response"]["notice"]["children"] is None
    assert shown_by(response)["comparison"] == "year"
    assert response.json["response"]["range"]["placeholder"] == "This month"


def csv_lines(client, slug, query):
    return client.get(f"{API}/panels/{slug}.csv?org=acme&{query}").text.split("\r\n")


def test_series_have_local_times_in_csv_and_json(ada):
    query = "time_range=7d&tz=Europe/Berlin"
    first = get_data(ada, query).json["panels"][4]["rows"][0]

    assert list(first) == ["start", "local", "series", "value", "complete"]
    assert (first["start"], first["local"]) == ("2026-11-13T23:00:00Z", "2026-11-14")
    assert csv_lines(ada, "events-time-series", query)[1] == (
        "2026-11-13T23:00:00Z,2026-11-14,events,0,true"
    )


def test_a_csv_file_can_start_with_a_byte_order_mark(ada):
    assert csv_lines(ada, "total-validations", "time_range=7d&bom=1")[0] == "\ufeffvalue,previous"
    assert csv_lines(ada, "total-validations", "time_range=7d")[0] == "value,previous"


@pytest.mark.parametrize(
    ("slug", "header"),
    [
        ("warnings-by-code", "label,value,share,is_other"),
        ("events-time-series", "start,local,series,value,complete"),
        ("success-rate", "value,previous"),
    ],
)
def test_a_csv_file_without_rows_has_a_header(ada, slug, header):
    assert csv_lines(ada, slug, "time_range=1h")[0] == header
