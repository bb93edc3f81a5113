"""Parsing filters from URLs."""

import doctest
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashapp.domain.access import filters as module
from dashapp.domain.access.filters import (
    MAX_FILTERS,
    filter_param,
    is_field,
    is_value,
    parse_filters,
)
from dashapp.domain.errors import BadInput

fields = st.sampled_from(["type", "channel", "user", "properties.term", "properties.A_9.b-c"])
values = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=200)
pairs = st.lists(st.tuples(fields, values), max_size=MAX_FILTERS, unique=True)


def test_the_examples_in_the_docstrings_are_correct():
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize(
    "field",
    ["type", "channel", "user", "properties.term", "properties.Z_0", "properties.a.b",
     "properties.a-b", "properties.a.b-c.0.d.e", f"properties.{'x' * 60}.{'y' * 60}"],
)  # fmt: skip
def test_valid_fields_are_accepted(field):
    assert is_field(field)


@pytest.mark.parametrize(
    "field",
    ["", "Type", "type ", " type", "type\n", "org_id", "user_id", "project", "id", "properties",
     "properties.", "properties..a", "properties.a.", "properties.a..b", "properties.a.b.c.d.e.f",
     "properties.a b", "propertiesXa", "a.b", "properties.é", "properties.٣",
     "properties.a'", 'properties.a"', "properties.a\x00", f"properties.{'x' * 61}"],
)  # fmt: skip
def test_invalid_fields_are_rejected(field):
    assert not is_field(field)


@pytest.mark.parametrize(
    "value", ["", " ", "a:b", "x" * 200, "\n", "漢" * 200, "\x7f", "👩‍👩‍👧", "'--"]
)
def test_valid_values_are_accepted(value):
    assert is_value(value)


@pytest.mark.parametrize(
    "value", ["x" * 201, "a\x00", "\ud800", "a\udfff", None, 7, 1.5, True, ["x"], b"x"]
)
def test_invalid_values_are_rejected(value):
    assert not is_value(value)


def test_values_of_a_field_are_grouped_in_their_order():
    texts = ["channel:web", "type:a", "channel:api", "channel:web", "user:", "user:a:b"]

    assert parse_filters(texts) == (
        ("channel", ("web", "api")),
        ("type", ("a",)),
        ("user", ("", "a:b")),
    )
    assert parse_filters([]) == ()


@pytest.mark.parametrize("text", ["", "channel", ":", ":web", "channel=web", "channel :web"])
def test_an_invalid_filter_is_named_in_the_error(text):
    with pytest.raises(BadInput) as refused:
        parse_filters(["channel:web", text])

    assert refused.value.message == f"Invalid filter “{text}”. Remove it from the URL."


def test_a_long_filter_is_shortened_in_the_error():
    with pytest.raises(BadInput) as refused:
        parse_filters(["user:\x00\u202e" + "x" * 500])

    assert refused.value.message.startswith("Invalid filter “user:??xxx")
    assert len(refused.value.message) < 100


def test_at_most_twenty_distinct_filters_are_allowed():
    twenty = [f"user:{n}" for n in range(20)]

    assert len(parse_filters([*twenty, *twenty])[0][1]) == 20
    with pytest.raises(BadInput, match="user:20"):
        parse_filters([*twenty, "user:20"])


@given(pairs)
def test_filters_round_trip_as_url_parameters(filter_pairs):
    filters = parse_filters(filter_param(field, value) for field, value in filter_pairs)

    assert [(field, value) for field, values in filters for value in values] == sorted(
        filter_pairs, key=lambda pair: [field for field, _ in filters].index(pair[0])
    )
    assert len({field for field, _ in filters}) == len(filters)


@given(st.lists(st.text(max_size=30), max_size=30))
def test_any_text_is_parsed_or_rejected(texts):
    with suppress(BadInput):
        filters = parse_filters(texts)
        assert all(
            is_field(field) and all(map(is_value, field_values)) for field, field_values in filters
        )


@pytest.mark.parametrize(
    ("text", "parsed"),
    [("user:!ada", ("!user", ("ada",))), ("user:!", ("!user", ("",))), ("user:!!ada", ("!user", ("!ada",))),
     ("user:!=!ada", ("!user", ("=!ada",))), ("user:=!ada", ("user", ("!ada",))), ("user:==!ada", ("user", ("=!ada",))),
     ("user:=1+1", ("user", ("=1+1",))), ("user:a!", ("user", ("a!",))), ("properties.a:!b:c", ("!properties.a", ("b:c",)))],
)  # fmt: skip
def test_an_exclamation_mark_excludes_a_value_and_can_be_escaped(text, parsed):
    assert parse_filters([text]) == (parsed,)
    assert filter_param(parsed[0], parsed[1][0]) == text


def test_a_locked_filter_cannot_exclude_values():
    assert not is_field("!user")
    assert not is_field("!properties.a")
    with pytest.raises(BadInput):
        parse_filters(["!user:ada"])
