"""Odd, huge and hostile events: stored as they are or refused, the same on both databases."""

import pytest

from tests import factories
from tests.web.api.sending import one

TWINS = ["é", "e\u0301", "\u202egnp.exe", "a\u200bb", "\u2028", "🐎", "ﬁ", "\ufeff", "İ", "ß"]


def test_text_of_any_kind_is_the_same_on_both_databases(post, store, acme):
    """T64: twins stay two, as they were sent; nothing is normalised but labels."""
    events = [
        one(id=f"{n}{text}", user=text, properties={text: text}) for n, text in enumerate(TWINS)
    ]

    assert post(events).json["accepted"] == len(TWINS)
    assert post(events).json["duplicates"] == len(TWINS)
    stored = factories.stored_events(store, acme)
    assert sorted(row[1] for row in stored) == sorted(TWINS)


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
    answer = post(body).json

    assert answer["accepted"] == is_kept
    assert is_kept or answer["rejected"][0]["code"] == "invalid_number"
    assert not is_kept or post(body).json["duplicates"] == 1


def test_an_event_that_is_enormous_costs_no_more_than_its_bytes(post):
    """T65: keys by the hundred thousand, digits without end, one huge string."""
    keys_ = b"{" + b",".join(b'"k%d":1' % n for n in range(60_000)) + b"}"
    for inner in (keys_, b"9" * 900_000, b'"' + b"x" * 900_000 + b'"', b"[" * 400_000):
        body = b'[{"id":"a","type":"page.viewed","properties":{"a":' + inner + b"}}]"
        answer = post(body)
        assert answer.status_code in {207, 400}


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
def test_times_outside_the_window_are_refused_with_a_reason(post, at, code):
    assert post([one(occurred_at=at)]).json["rejected"][0]["code"] == code


@pytest.mark.parametrize(
    "at",
    ["2026-11-20T10:30:00Z", "1970-01-01T00:00:00Z", "2016-12-31T23:59:60Z", "2026-11-20T09:00:00.123456789Z"],
)  # fmt: skip
def test_times_within_it_are_taken(post, at):
    assert post([one(occurred_at=at)]).json["accepted"] == 1


@pytest.mark.parametrize(
    "word", ["' OR 1=1 --", "%", "_", "a'); DROP TABLE events; --", '"', "\\", "(a+)+$", ":org", "?", "%s"]
)  # fmt: skip
def test_signs_that_mean_something_to_sql_are_text(post, server, store, acme, word):
    """T70: in names, users, labels and projects."""
    events = [
        one(id=word, user=word, properties={word: word}),
        one(id="t", type="conversation.search_term", properties={"term": word}),
        one(id="c", channel=word),
        one(id="p", project=word),
    ]
    answer = post(events).json

    assert answer["accepted"] >= 2
    assert {r["code"] for r in answer["rejected"]} <= {"invalid_channel", "invalid_project"}
    assert post(events).json["duplicates"] == answer["accepted"]
