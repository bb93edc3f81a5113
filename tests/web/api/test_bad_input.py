"""Unusual, huge, and hostile events are stored unchanged or refused, the same on both databases."""

import pytest

from tests import factories
from tests.web.api.sending import raw_event

LOOKALIKES = ["é", "e\u0301", "\u202egnp.exe", "a\u200bb", "\u2028", "🐎", "ﬁ", "\ufeff", "İ", "ß"]


@pytest.mark.both_databases
def test_any_text_is_stored_unchanged_on_both_databases(post, store, acme):
    """Similar texts stay different; only labels are normalized."""
    events = [
        raw_event(id=f"{n}{text}", user=text, properties={text: text})
        for n, text in enumerate(LOOKALIKES)
    ]

    assert post(events).json["accepted"] == len(LOOKALIKES)
    assert post(events).json["duplicates"] == len(LOOKALIKES)
    stored = factories.stored_events(store, acme)
    assert sorted(row[1] for row in stored) == sorted(LOOKALIKES)


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("number", "is_kept"),
    [
        ("9223372036854775807", True), ("-9223372036854775808", True), ("1e308", True), ("-0.0", True),
        ("9223372036854775808", False), ("18446744073709551616", False), ("1e309", False),
        ("-1e400", False),
    ],
)  # fmt: skip
def test_numbers_are_exact_or_refused(post, number, is_kept):
    body = b'[{"id":"n","type":"page.viewed","properties":{"n":' + number.encode() + b"}}]"
    response = post(body).json

    assert response["accepted"] == is_kept
    assert is_kept or response["rejected"][0]["code"] == "invalid_number"
    assert not is_kept or post(body).json["duplicates"] == 1


def test_an_enormous_event_is_refused_without_an_error(post):
    """Tens of thousands of keys, endless digits, one huge string."""
    many_keys = b"{" + b",".join(b'"k%d":1' % n for n in range(60_000)) + b"}"
    for value in (many_keys, b"9" * 900_000, b'"' + b"x" * 900_000 + b'"', b"[" * 400_000):
        body = b'[{"id":"a","type":"page.viewed","properties":{"a":' + value + b"}}]"
        response = post(body)
        assert response.status_code in {207, 400}


@pytest.mark.parametrize(
    ("at", "code"),
    [
        ("2026-11-20T10:30:01Z", "in_the_future"),
        ("2036-11-20T09:30:00Z", "in_the_future"),
        ("1969-12-31T23:59:59Z", "before_1970"),
        (1795167000, "invalid_time"),
        (1795167000000, "invalid_time"),
        ("1795167000", "invalid_time"),
        ("2026-11-20", "invalid_time"),
    ],
)
def test_times_outside_the_accepted_range_are_refused_with_a_reason(post, at, code):
    assert post([raw_event(occurred_at=at)]).json["rejected"][0]["code"] == code


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "at",
    ["2026-11-20T10:30:00Z", "1970-01-01T00:00:00Z", "2016-12-31T23:59:60Z", "2026-11-20T09:00:00.123456789Z"],
)  # fmt: skip
def test_times_within_the_accepted_range_are_stored(post, at):
    assert post([raw_event(occurred_at=at)]).json["accepted"] == 1


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "text", ["' OR 1=1 --", "%", "_", "a'); DROP TABLE events; --", '"', "\\", "(a+)+$", ":org", "?", "%s"]
)  # fmt: skip
def test_sql_syntax_in_an_event_is_text(post, server, store, acme, text):
    """In ids, users, property names, labels, channels, and projects."""
    events = [
        raw_event(id=text, user=text, properties={text: text}),
        raw_event(id="t", type="conversation.search_term", properties={"term": text}),
        raw_event(id="c", channel=text),
        raw_event(id="p", project=text),
    ]
    response = post(events).json

    assert response["accepted"] >= 2
    assert {rejection["code"] for rejection in response["rejected"]} <= {
        "invalid_channel",
        "invalid_project",
    }
    assert post(events).json["duplicates"] == response["accepted"]
