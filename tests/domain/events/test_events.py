"""Validation and normalization of events."""

import json
from datetime import UTC, datetime

import pytest

from dashapp.domain.events.event import InvalidEvent, make_event

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


def make(**raw):
    return make_event({"id": "1", "type": "page.viewed", **raw}, received_at=NOW)


def error_code(**raw) -> str:
    with pytest.raises(InvalidEvent) as refused:
        make(**raw)
    return refused.value.code


def test_absent_fields_get_defaults():
    event = make()

    assert event.occurred_at == 1_795_167_000_000_000
    assert (event.user, event.channel, event.project, event.properties) == (
        None,
        "web",
        "default",
        "{}",
    )


@pytest.mark.parametrize(
    ("channel", "stored"),
    [(None, "web"), ("", "web"), ("  ", "web"), ("API", "api"), (" mobile ", "mobile")],
)
def test_a_blank_channel_is_web(channel, stored):
    assert make(channel=channel).channel == stored


def test_an_empty_user_is_none():
    assert make(user="").user is None


def test_properties_are_stored_as_canonical_json():
    assert make(properties={"b": 1, "a": {"d": None, "c": "é"}}).properties == (
        '{"a":{"c":"é","d":null},"b":1}'
    )


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ({"id": ""}, "invalid_id"),
        ({"id": "x" * 65}, "invalid_id"),
        ({"id": 7}, "invalid_id"),
        ({"id": "a\x00"}, "invalid_id"),
        ({"id": "a\ud800"}, "invalid_id"),
        ({"type": "Page.Viewed"}, "invalid_type"),
        ({"type": "page..viewed"}, "invalid_type"),
        ({"type": "a" * 101}, "invalid_type"),
        ({"type": None}, "invalid_type"),
        ({"occurred_at": "2026-11-20"}, "invalid_time"),
        ({"occurred_at": 1_795_167_000}, "invalid_time"),
        ({"occurred_at": "2026-11-20T10:30:01Z"}, "in_the_future"),
        ({"occurred_at": "1969-12-31T23:59:59Z"}, "before_1970"),
        ({"user": 7}, "invalid_user"),
        ({"user": "x" * 201}, "invalid_user"),
        ({"channel": "two words"}, "invalid_channel"),
        ({"channel": 1}, "invalid_channel"),
        ({"project": "Not A Slug"}, "invalid_project"),
        ({"properties": []}, "invalid_properties"),
        ({"properties": {"a": float("nan")}}, "invalid_number"),
        ({"properties": {"a": float("inf")}}, "invalid_number"),
        ({"properties": {"a": 2**63}}, "invalid_number"),
        ({"properties": {"a": "\x00"}}, "invalid_text"),
        ({"properties": {"\ud800": 1}}, "invalid_text"),
        ({"properties": {"a": {"b": {"c": {"d": {"e": {}}}}}}}, "properties_too_deep"),
        ({"properties": {"a": "x" * 32_768}}, "properties_too_large"),
        ({"country": "de"}, "unknown_key"),
    ],
)
def test_an_invalid_event_is_rejected_with_a_code(raw, expected):
    assert error_code(**raw) == expected


def test_values_at_the_limits_are_accepted():
    event = make(
        id="x" * 64,
        occurred_at="2026-11-20T10:30:00Z",
        properties={"a": [2**63 - 1, -(2**63), True, None, 1.5, {"b": {"c": [1]}}]},
    )

    assert json.loads(event.properties)["a"][0] == 9_223_372_036_854_775_807
