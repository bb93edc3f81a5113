"""Amounts: how many events have a number, their sum, and the lowest and highest one."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashapp.domain.metrics.amounts import Amount, amount_from, from_sortable, sortable
from dashapp.domain.metrics.numbers import MAX_MILLIONTHS

BOTH = Amount(3, 1, 25_300_000, -200_000, 25_000_000)


def test_amounts_are_added():
    assert Amount(1, 0, 5, 5, 5) + Amount(2, 1, -3, -4, 1) == Amount(3, 1, 2, -4, 5)


def test_an_amount_without_numbers_changes_no_bound():
    nothing = Amount(0, 2)

    assert nothing + BOTH == BOTH + nothing == Amount(3, 3, 25_300_000, -200_000, 25_000_000)
    assert nothing + nothing == Amount(0, 4)


def test_average_minimum_and_maximum():
    assert BOTH.average == 8.433333333333334
    assert (BOTH.minimum, BOTH.maximum) == (Decimal("-0.2"), 25)


def test_without_numbers_there_is_no_average_minimum_or_maximum():
    nothing = Amount(0, 7)

    assert (nothing.average, nothing.minimum, nothing.maximum) == (None, None, None)


@pytest.mark.parametrize(
    ("events", "text", "amount"),
    [
        (4, "1,25300000,-200000,25000000", BOTH),
        (2, "2,0,-,-", Amount(0, 2)),
        (1, "0,0,0,0", Amount(1, 0, 0, 0, 0)),
    ],
)
def test_an_amount_is_read_from_its_text(events, text, amount):
    assert amount_from(events, text) == amount


bounds = st.integers(-MAX_MILLIONTHS, MAX_MILLIONTHS - 1)


@given(bounds, bounds)
def test_bounds_are_stored_as_text_that_sorts_like_the_numbers(left, right):
    assert (sortable(left) < sortable(right)) is (left < right)
    assert len(sortable(left)) == 27
    assert from_sortable(sortable(left)) == left


def test_an_absent_bound_is_an_empty_text():
    assert sortable(None) == ""
    assert from_sortable("") is None
    assert sortable(0) == "100000000000000000000000000"
