"""Numbers and booleans count like text: in lists, tallies, and filters, on both databases."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import JSON, Text, cast, literal, select

from dashapp.domain.access.scope import Scope
from dashapp.domain.events.shapes import kinds_of
from dashapp.domain.events.values import value_text
from dashapp.domain.metrics.conditions import property_of
from dashapp.domain.metrics.tallies import Tally
from dashapp.domain.time.instant import to_us
from dashapp.queries.reading.asks import Ask, Labels
from dashapp.queries.reading.reader import Reader
from dashapp.store.events.erasure import prune
from dashapp.store.sql.properties import property_kind, property_text
from dashapp.store.tallies import maintenance
from tests.effort import scaled
from tests.factories import event, send, time_range
from tests.panels import panel

WEEK = time_range("7d")
AT = "2026-11-19T12:00:00Z"
CART = "conversation.product_added_to_cart"
VALUES = (4711, 4711.0, "4711", True, "true", False, 0.1, -0.0, 0, None, [1], {"a": 1}, 2**53 + 1)
EXPECTED = {"4711": 3, "true": 2, "0": 2, "false": 1, "0.1": 1, str(2**53 + 1): 1}


@pytest.fixture
def carts(store, acme):
    send(store, acme, [event(CART, AT, properties={"product": value}) for value in VALUES])
    return store


def listed(store, owner):
    with store.read(owner) as session:
        return {
            row.label: row.value
            for row in panel("conversations.product_added_to_cart")(session, owner, WEEK)
        }


def test_a_top_list_counts_numbers_and_booleans(carts, acme):
    assert listed(carts, acme) == EXPECTED
    assert list(maintenance.differences(carts, acme)) == []


def test_the_list_without_tallies_is_the_same(carts, acme):
    everything = Scope(acme.org, acme.role, filters=(("type", (CART,)),))

    assert listed(carts, everything) == EXPECTED


@pytest.mark.parametrize(("value", "count"), sorted(EXPECTED.items()))
def test_a_locked_filter_matches_numbers_and_booleans(carts, acme, value, count):
    locked = Scope(acme.org, acme.role, filters=(("properties.product", (value,)),))

    assert listed(carts, locked) == {value: count}


def test_a_numeric_severity_is_not_an_error(store, acme):
    severities = ("ERROR", 500, True)
    send(
        store, acme, [event("finding.recorded", AT, properties={"severity": k}) for k in severities]
    )

    with store.read(acme) as session:
        assert panel("total-errors")(session, acme, WEEK)[0].value == 1


def test_counting_one_value_includes_numbers(store, acme):
    slow = Tally(types=("page.viewed",), by="properties.status", values=("200",))
    send(store, acme, [event(at=AT, properties={"status": s}) for s in (200, "200", 200.0, 404)])

    with store.read(acme) as session:
        asked = Ask(slow, ((WEEK.params["start"], WEEK.params["end"]),), Labels.EACH)
        assert Reader(session, acme).read([asked]) == [[{"200": 3, "other": 1}]]


numbers = st.one_of(
    st.integers(-(2**63), 2**63 - 1), st.floats(allow_nan=False, allow_infinity=False)
)
anything = st.one_of(
    numbers,
    st.booleans(),
    st.none(),
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20),
)


@settings(max_examples=scaled(20))
@given(st.lists(anything, min_size=20, max_size=60))
def test_sql_and_python_convert_values_to_the_same_text(store, acme, values):
    events = [event(properties={"v": value}) for value in values]
    with store.read(acme) as session:
        for item in events:
            text = session.execute(select(property_text(column_of(store, item), "v"))).scalar()
            assert text == value_text(json.loads(item.properties)["v"])


def column_of(store, item):
    """Return an event's properties as a column."""
    column = literal(item.properties, Text)
    return column if store.is_sqlite else cast(column, JSON)


NESTED = ("a", "a.b-c", "a.b-c.0", "0.0", "a.-1.a", "b-c.a.0.a")
keys = st.sampled_from(["a", "b-c", "0", "-1", "a.b-c", "0.0"])
nested = st.recursive(
    anything,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=10,
)


@settings(max_examples=scaled(20))
@given(st.lists(st.dictionaries(keys, nested, max_size=4), min_size=5, max_size=20))
def test_sql_and_python_read_the_same_nested_values(store, acme, sent):
    with store.read(acme) as session:
        for properties in sent:
            item = event(properties=nest(properties))
            column, stored = column_of(store, item), json.loads(item.properties)
            for path in NESTED:
                texts = (property_text(column, path), property_kind(column, path))
                text, kind = session.execute(select(*texts)).one()
                assert text == value_text(property_of(stored, path))
                assert (kind or 0) & 7 == kinds_of({"v": property_of(stored, path)}).get("v", 0) & 7


def nest(properties, depth=1):
    """Return the properties without what is nested deeper than an event may be."""
    if isinstance(properties, dict | list) and depth > 5:
        return None
    if isinstance(properties, dict):
        return {name: nest(value, depth + 1) for name, value in properties.items()}
    return [nest(v, depth + 1) for v in properties] if isinstance(properties, list) else properties


@settings(max_examples=scaled(10))
@given(st.lists(st.dictionaries(keys, nested, max_size=4), min_size=1, max_size=8))
def test_filters_and_python_match_the_same_nested_values(store, acme, sent):
    events = [event(AT_TYPE, AT, properties=nest(properties)) for properties in sent]
    send(store, acme, events)
    try:
        for path in NESTED:
            texts = [value_text(property_of(json.loads(e.properties), path)) for e in events]
            for text in {text for text in texts if text is not None and len(text) <= 200}:
                assert filtered_count(store, acme, path, text) == texts.count(text), (path, text)
    finally:
        erase_all(store, acme)


AT_TYPE = "order.paid"


def erase_all(store, owner):
    """Remove the events of an example, so that the next one starts without any."""
    prune(store, owner, to_us(time_range("7d").end))


def filtered_count(store, owner, path, *texts):
    locked = Scope(owner.org, owner.role, filters=((f"properties.{path}", texts),))
    with store.read(locked) as session:
        return sum(row.value for row in panel("events-time-series")(session, locked, WEEK))


@pytest.mark.parametrize(
    ("path", "text", "count"),
    [("a.b-c", "x", 1), ("a.0", "first", 1), ("a.0", "item", 0), ("a.b-c", "y", 0), ("b", "7", 2)],
)
def test_a_filter_finds_nested_names_but_no_items_of_lists(store, acme, path, text, count):
    sent = ({"a": {"b-c": "x"}}, {"a": ["item"]}, {"a": {"0": "first"}}, {"a.b-c": "y"}, {"b": 7}, {"b": "7.0"}, {"b": 7.0})  # fmt: skip
    send(store, acme, [event(AT_TYPE, AT, properties=properties) for properties in sent])

    assert filtered_count(store, acme, path, text) == count


@pytest.mark.parametrize("path", ["", "a.", "a b", "a'b", 'a"b', "a.b.c.d.e.f"])
def test_an_invalid_path_is_no_part_of_a_statement(path):
    with pytest.raises(ValueError, match="Not a path"):
        property_text(literal("{}", Text), path)
