"""Conditions: a field has one of some values, or a property is a number in a range."""

import json

import pytest

from dashapp.domain.metrics.conditions import Condition, property_of
from tests.factories import event


def is_met(condition, sent):
    return condition.is_met(sent, json.loads(sent.properties))


def total(value):
    return event("order.paid", properties={"total": value})


@pytest.mark.parametrize(
    ("value", "is_in_range"),
    [(10, True), (10.0, True), (9.999999, False), (19.999999, True), (20, False), (20.0, False),
     (-0.0, False), ("15", False), (True, False), (None, False), ([15], False), ({"a": 15}, False)],
)  # fmt: skip
def test_a_range_includes_its_start_and_excludes_its_end(value, is_in_range):
    assert is_met(Condition("properties.total", (), 10, 20), total(value)) is is_in_range


SENT = (-1e300, -(2**63), -0.5, -0.0, 0, 1, 2**53, 2**53 + 1, 2**63 - 1, 1e300)


@pytest.mark.parametrize(
    ("low", "high", "values"),
    [
        (0, None, SENT[3:]),
        (None, 0, SENT[:3]),
        (None, 1e300, SENT[:-1]),
        (2**53 + 1, None, SENT[7:]),
        (0, 0, ()),
    ],
)
def test_a_range_can_have_one_bound(low, high, values):
    condition = Condition("properties.total", (), low, high)

    assert tuple(value for value in SENT if is_met(condition, total(value))) == values


def test_an_absent_property_is_in_no_range():
    assert not is_met(Condition("properties.total", (), None, 10**9), event())


@pytest.mark.parametrize(
    ("condition", "is_counted"),
    [
        (Condition("type", ("order.paid", "x")), True),
        (Condition("channel", ("web",)), True),
        (Condition("channel", ("api",)), False),
        (Condition("project", ("shop",)), True),
        (Condition("user", ("u1",)), True),
        (Condition("user", ()), False),
        (Condition("properties.status", ("200",)), True),
        (Condition("properties.status", ("200.0",)), False),
        (Condition("properties.is_new", ("true",)), True),
        (Condition("properties.is_new", ("True",)), False),
        (Condition("properties.a.b", ("x",)), True),
        (Condition("properties.a", ("x",)), False),
        (Condition("properties.none", ("null", "", "None")), False),
    ],
)
def test_a_field_has_one_of_the_values(condition, is_counted):
    properties = {"status": 200.0, "is_new": True, "a": {"b": "x"}, "none": None}
    sent = event("order.paid", user="u1", project="shop", properties=properties)

    assert is_met(condition, sent) is is_counted


@pytest.mark.parametrize(
    ("field", "value"),
    [("properties.a.b", 1), ("properties.a", {"b": 1}), ("properties.a.b.c", None),
     ("properties.list.0", None), ("properties.a.x", None), ("properties.a.b-c", None)],
)  # fmt: skip
def test_names_reach_into_objects_but_not_into_lists(field, value):
    assert property_of({"a": {"b": 1}, "list": [7], "a.b-c": 2}, field) == value
