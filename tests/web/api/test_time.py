"""Ranges and comparisons as the API and addresses take them."""

import pytest

from dashapp.domain.time.presets import known_presets
from tests.factories import event, refresh, send

API = "/api/v1/dashboards/operations"


@pytest.fixture
def ada(store, acme, browser):
    days = ["2024-01-01T00:00:00Z", "2026-01-01T00:00:00Z", "2025-11-18T10:00:00Z", "2026-11-10T08:00:00Z",
            "2026-11-11T10:00:00Z", "2026-11-16T04:00:00Z", "2026-11-19T10:00:00Z"]  # fmt: skip
    send(store, acme, [event("validation_run.created", day) for day in days])
    return browser("ada@example.com")


def data(client, query):
    return client.get(f"{API}/data?org=acme&{query}")


def scalar(answer):
    (row,) = answer.json["panels"][0]["rows"]
    return row["value"], row["previous"]


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
def test_numbers_of_a_range_and_of_what_it_is_compared_with(ada, query, numbers):
    assert scalar(data(ada, query)) == numbers


def test_every_word_is_answered(ada):
    for word in known_presets():
        assert data(ada, f"time_range={word}").json["time_range"]["preset"] == word


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
        ("time_range=7d&time_range=30d", ["time_range", "twice"]),
    ],
)
def test_what_does_not_exist_is_refused_with_the_words_there_are(ada, query, words):
    answer = data(ada, query)

    assert answer.status_code == 400
    assert all(word in answer.json["error"]["message"] for word in words)


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/dashboards?org=acme&orgs=x",
        f"{API}/panels/total-validations.csv?org=acme&x=",
        f"{API}/panels/total-validations.csv?org=acme&bom=yes",
    ],
)
def test_every_door_of_the_api_refuses_unknown_parameters(ada, path):
    assert ada.get(path).status_code == 400


def test_events_are_not_taken_with_a_parameter_that_would_be_ignored(post, server, key):
    answer = server.test_client().post(
        "/api/v1/events?dry_run=1", json=[], headers={"Authorization": f"Bearer {key[1]}"}
    )

    assert answer.status_code == 400
    assert "dry_run" in answer.json["error"]["message"]


@pytest.mark.parametrize("text", ["fortnight", "decade", "tme_range"])
def test_a_board_shows_the_default_and_says_so(ada, text):
    answer = refresh(ada, search="?time_range=fortnight&compare=decade&tme_range=7d")

    assert answer.json["response"]["board"]["data-time-range"] == "24h"
    assert text in str(answer.json["response"]["notice"]["children"])


def test_a_board_says_nothing_of_an_address_that_it_knows(ada):
    answer = refresh(ada, search="?time_range=month&compare=year&panel=x&refresh=1m")

    assert answer.json["response"]["notice"]["children"] is None
    assert answer.json["response"]["board"]["data-compared"] == "year"
    assert answer.json["response"]["range"]["placeholder"] == "This month"


def rows(client, slug, query):
    return client.get(f"{API}/panels/{slug}.csv?org=acme&{query}").text.split("\r\n")


def test_series_have_local_times_in_files_and_in_json(ada):
    query = "time_range=7d&tz=Europe/Berlin"
    first = data(ada, query).json["panels"][4]["rows"][0]

    assert list(first) == ["start", "local", "series", "value", "complete"]
    assert (first["start"], first["local"]) == ("2026-11-13T23:00:00Z", "2026-11-14")
    assert rows(ada, "events-time-series", query)[1] == (
        "2026-11-13T23:00:00Z,2026-11-14,events,0,true"
    )


def test_a_file_for_a_spreadsheet_begins_with_a_mark(ada):
    assert rows(ada, "total-validations", "time_range=7d&bom=1")[0] == "\ufeffvalue,previous"
    assert rows(ada, "total-validations", "time_range=7d")[0] == "value,previous"


@pytest.mark.parametrize(
    ("slug", "header"),
    [
        ("warnings-by-code", "label,value,share,is_other"),
        ("events-time-series", "start,local,series,value,complete"),
        ("success-rate", "value,previous"),
    ],
)
def test_a_file_without_rows_has_its_header(ada, slug, header):
    assert rows(ada, slug, "time_range=1h")[0] == header
