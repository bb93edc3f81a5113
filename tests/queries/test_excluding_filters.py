"""Filters that exclude values equal a naive count, on both databases."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashapp.domain.boards.definitions import Measured
from dashapp.queries.questions.number import number
from dashapp.queries.questions.quantities import Quantity
from tests import measures_model as model
from tests.effort import scaled
from tests.factories import time_range
from tests.queries.test_measures import (
    QUANTITIES,
    START,
    ZONES,
    asked,
    is_close,
)

pytestmark = pytest.mark.xdist_group("measured")
FIELDS = ("type", "channel", "user", "properties.city", "properties.shop.id-no",
          "properties.wait.seconds", "properties.wait", "properties.absent")  # fmt: skip
VALUES = ("web", "api", "", "Berlin", "7", "7.0", "Oslo", "s1", "order.paid", "u3", "12.5", "!web")
MONTH = time_range("30d", "UTC", START.replace(month=11, day=12))
pairs = st.tuples(
    st.sampled_from(FIELDS),
    st.lists(st.sampled_from(VALUES), min_size=1, max_size=3, unique=True).map(tuple),
    st.booleans(),
)
chosen_filters = st.lists(pairs, max_size=3)
locked_filters = st.sampled_from(
    [
        None,
        (("channel", ("web", "kiosk")),),
        (("properties.city", ("Berlin", "7")),),
        (("user", ()),),
    ]
)
quantities = st.sampled_from(["orders", "users", "sum", "p95", "basket", "unique"])


def is_kept(event, locked, chosen):
    """Return whether an event passes the filters. An absent value equals none."""
    return all(model.field_of(event, field) in values for field, values in locked or ()) and all(
        (model.field_of(event, field) in values) != is_excluding
        for field, values, is_excluding in chosen
    )


def as_filters(chosen):
    return tuple(
        (f"!{field}" if is_excluding else field, values) for field, values, is_excluding in chosen
    )


@settings(max_examples=scaled(40))
@given(name=quantities, locked=locked_filters, chosen=chosen_filters, zone=st.integers(0, 2))
def test_numbers_under_excluding_filters_equal_a_naive_count(
    measured,
    name,
    locked,
    chosen,
    zone,
):
    owners, events = measured
    resolved = time_range("30d", ZONES[zone], MONTH.as_of)
    kept = [event for event in events if is_kept(event, locked, chosen)]
    expected = model.value(QUANTITIES[name], model.within(kept, resolved.start, resolved.end))

    for store, owner in owners[zone::3]:
        viewer = replace(owner, filters=locked, chosen=as_filters(chosen))
        ((row,),) = asked(store, viewer, resolved, number(QUANTITIES[name]))
        assert is_close(QUANTITIES[name], row.value, expected)


@settings(max_examples=scaled(20))
@given(field=st.sampled_from(FIELDS), value=st.sampled_from(VALUES), locked=locked_filters)
def test_only_this_and_without_this_add_up_to_all(measured, field, value, locked):
    owners, _events = measured
    everything = Quantity((Measured(),))
    for store, owner in owners[::3]:
        viewer = replace(owner, filters=locked)
        scopes = [viewer.filtered_by(((name, (value,)),)) for name in (field, f"!{field}")]
        only, without, total = (
            asked(store, scope, MONTH, number(everything))[0][0].value
            for scope in (*scopes, viewer)
        )
        assert only + without == total
