"""Spreads: buckets with bounds in whole millionths, and percentiles within one percent."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashapp.domain.metrics.numbers import MAX_MILLIONTHS
from dashapp.domain.metrics.spreads import (
    Spread,
    add_counted,
    bucket_lows,
    bucket_of,
    from_text,
    merged,
    middle_of,
    to_text,
)

PERCENTS = (50, 75, 90, 95, 99)
LAST = len(bucket_lows())
numbers = st.integers(-MAX_MILLIONTHS, MAX_MILLIONTHS - 1) | st.integers(-300, 300)


def spread_of(values):
    spread = Spread()
    for value in values:
        spread.add(value)
    return spread


def nearest_rank(values, percent):
    """Return the percentile by its definition, computed with decimals."""
    rank = (Decimal(percent) * len(values) / 100).to_integral_value("ROUND_CEILING")
    return sorted(values)[max(int(rank), 1) - 1]


def test_buckets_have_the_bounds_of_an_independent_computation():
    low, lows = Decimal(1), []
    while low < Decimal(2) ** 63 * 1_000_000:
        lows.append(int(low))
        middle = (low * Decimal("1.01")).to_integral_value("ROUND_FLOOR")
        low = (middle / Decimal("0.99")).to_integral_value("ROUND_FLOOR") + 1

    assert lows == list(bucket_lows())
    assert lows[:5] == [1, 2, 3, 4, 5]
    assert len(lows) == 2741


def test_the_middle_of_a_bucket_is_within_one_percent_of_its_bounds():
    """The bounds are the adversarial numbers: all others are closer to the middle."""
    ends = [*(low - 1 for low in bucket_lows()[1:]), MAX_MILLIONTHS]
    for low, high in zip(bucket_lows(), ends, strict=True):
        middle = middle_of(bucket_of(low))
        assert bucket_of(low) == bucket_of(min(high, MAX_MILLIONTHS))
        assert 100 * abs(middle - low) <= low
        assert 100 * abs(middle - high) <= high


@pytest.mark.parametrize(
    ("number", "bucket"),
    [(0, 0), (1, 1), (-1, -1), (2, 2), (98, 98), (100, 99), (103, 100), (104, 101),
     (MAX_MILLIONTHS - 1, LAST), (-MAX_MILLIONTHS, -LAST)],
)  # fmt: skip
def test_buckets_are_symmetric_and_zero_has_its_own(number, bucket):
    assert bucket_of(number) == bucket


@given(numbers)
def test_a_number_is_within_one_percent_of_what_its_bucket_stands_for(number):
    assert 100 * abs(middle_of(bucket_of(number)) - number) <= abs(number)


@given(st.lists(numbers, min_size=1, max_size=60), st.sampled_from(PERCENTS))
def test_a_percentile_is_within_one_percent_of_the_nearest_rank(values, percent):
    exact = nearest_rank(values, percent)

    assert 100 * abs(spread_of(values).percentile(percent) - exact) <= abs(exact)


@pytest.mark.parametrize("count", [1, 2, 19, 20, 21, 99, 100, 101, 10_000])
@pytest.mark.parametrize("percent", PERCENTS)
def test_the_rank_is_exact_where_numbers_jump(count, percent):
    """Each number is more than twice the one before in the upper half: a wrong rank is seen."""
    values = [
        *range(1, count // 2 + 1),
        *(10**6 * 3**n for n in range(min(count - count // 2, 30))),
    ]
    exact = nearest_rank(values, percent)

    assert 100 * abs(spread_of(values).percentile(percent) - exact) <= exact


@pytest.mark.parametrize("values", [[25_000_000], [25_000_000] * 3, [-7], [0, 0]])
def test_a_percentile_of_equal_numbers_is_exact(values):
    assert {spread_of(values).percentile(percent) for percent in PERCENTS} == {values[0]}


def test_a_percentile_is_never_outside_of_the_numbers():
    low, high = bucket_lows()[900], bucket_lows()[901] - 1
    assert low < middle_of(901) < high

    assert spread_of([low]).percentile(50) == low
    assert spread_of([high]).percentile(50) == high
    assert spread_of([-high, -high]).percentile(50) == -high


def test_without_numbers_there_is_no_percentile():
    assert spread_of([None, None]).percentile(95) is None
    assert spread_of([None, None]).missing == 2


@given(st.lists(st.lists(numbers | st.none(), max_size=20), max_size=6))
def test_merged_spreads_are_the_spread_of_all_numbers(parts):
    together = spread_of([value for part in parts for value in part])

    assert merged(spread_of(part) for part in parts) == together


def test_merging_changes_only_the_first_spread():
    left, right = spread_of([1, 5]), spread_of([5, None])
    left.merge(right)

    assert right == Spread({5: 1}, 5, 5, 1)
    assert left == Spread({1: 1, 5: 2}, 1, 5, 1)


@given(st.lists(numbers | st.none(), max_size=30))
def test_a_spread_round_trips_as_text(values):
    spread = spread_of(values)

    assert from_text(to_text(spread)) == spread


def test_a_spread_is_stored_as_a_short_list():
    assert to_text(spread_of([1, 1, -3, None])) == '[1,"-3","1",-3,1,1,2]'
    assert to_text(spread_of([None])) == '[1,"",""]'


def test_groups_of_events_are_added_by_bucket():
    spread = Spread()
    add_counted(spread, "2", 3, "0,6,2,2")
    add_counted(spread, "-1", 1, "0,-1,-1,-1")
    add_counted(spread, "", 4, "4,0,-,-")

    assert spread == Spread({2: 3, -1: 1}, -1, 2, 4)
