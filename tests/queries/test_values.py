"""Numbers and booleans count like text: in lists, tallies, and filters, on both databases."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import JSON, Text, cast, literal, select

from dashapp.domain.access.scope import Scope
from dashapp.domain.events.values import value_text
from dashapp.domain.metrics.tallies import Tally
from dashapp.queries.conversations.products_added import products_added
from dashapp.queries.counts import counts
from dashapp.queries.operations.error_count import error_count
from dashapp.store.sql.properties import property_text
from dashapp.store.tallies import maintenance
from tests.effort import scaled
from tests.factories import event, send, time_range

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
        return {row.label: row.value for row in products_added(session, owner, WEEK)}


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
        assert error_count(session, acme, WEEK)[0].value == 1


def test_counting_one_value_includes_numbers(store, acme):
    slow = Tally(types=("page.viewed",), by="properties.status", values=("200",))
    send(store, acme, [event(at=AT, properties={"status": s}) for s in (200, "200", 200.0, 404)])

    with store.read(acme) as session:
        bounds = [(WEEK.params["start"], WEEK.params["end"])]
        assert counts(session, acme, slow, bounds, "200") == [3]
        assert counts(session, acme, slow, bounds, "other") == [1]


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
            column = literal(item.properties, Text)
            column = column if store.is_sqlite else cast(column, JSON)
            text = session.execute(select(property_text(column, "v"))).scalar()
            assert text == value_text(json.loads(item.properties)["v"])
