"""Filters as text: what one is, and what is none."""

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

fields = st.sampled_from(["type", "channel", "user", "properties.term", "properties.A_9"])
values = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=200)
pairs = st.lists(st.tuples(fields, values), max_size=MAX_FILTERS, unique=True)


def test_the_examples_in_the_module_hold():
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize("field", ["type", "channel", "user", "properties.term", "properties.Z_0"])
def test_these_are_fields(field):
    assert is_field(field)


@pytest.mark.parametrize(
    "field",
    ["", "Type", "type ", " type", "type\n", "org_id", "user_id", "project", "id", "properties",
     "properties.", "properties.a.b", "properties.a-b", "properties.é", "properties.٣",
     "properties.a'", 'properties.a"', "properties.a\x00", f"properties.{'x' * 61}"],
)  # fmt: skip
def test_these_are_none(field):
    assert not is_field(field)


@pytest.mark.parametrize(
    "value", ["", " ", "a:b", "x" * 200, "\n", "漢" * 200, "\x7f", "👩‍👩‍👧", "'--"]
)
def test_these_are_values(value):
    assert is_value(value)


@pytest.mark.parametrize(
    "value", ["x" * 201, "a\x00", "\ud800", "a\udfff", None, 7, 1.5, True, ["x"], b"x"]
)
def test_these_are_no_values(value):
    assert not is_value(value)


def test_values_of_a_field_stand_together_in_the_order_they_came():
    asked = ["channel:web", "type:a", "channel:api", "channel:web", "user:", "user:a:b"]

    assert parse_filters(asked) == (
        ("channel", ("web", "api")),
        ("type", ("a",)),
        ("user", ("", "a:b")),
    )
    assert parse_filters([]) == ()


@pytest.mark.parametrize("text", ["", "channel", ":", ":web", "channel=web", "channel :web"])
def test_what_is_no_filter_is_named(text):
    with pytest.raises(BadInput) as refused:
        parse_filters(["channel:web", text])

    assert refused.value.message == f"“{text}” is not a filter. Remove it from the address."


def test_a_long_or_odd_text_is_named_in_part():
    with pytest.raises(BadInput) as refused:
        parse_filters(["user:\x00\u202e" + "x" * 500])

    assert refused.value.message.startswith("“user:??xxx")
    assert len(refused.value.message) < 100


def test_there_are_at_most_twenty_and_one_said_twice_is_one():
    twenty = [f"user:{n}" for n in range(20)]

    assert len(parse_filters([*twenty, *twenty])[0][1]) == 20
    with pytest.raises(BadInput, match="user:20"):
        parse_filters([*twenty, "user:20"])


@given(pairs)
def test_what_is_written_is_read_again(chosen):
    found = parse_filters(filter_param(field, value) for field, value in chosen)

    assert [(field, value) for field, values in found for value in values] == sorted(
        chosen, key=lambda pair: [field for field, _ in found].index(pair[0])
    )
    assert len({field for field, _ in found}) == len(found)


@given(st.lists(st.text(max_size=30), max_size=30))
def test_any_text_is_read_or_refused(texts):
    with suppress(BadInput):
        found = parse_filters(texts)
        assert all(is_field(field) and all(map(is_value, of)) for field, of in found)
