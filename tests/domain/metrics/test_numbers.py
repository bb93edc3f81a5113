"""Numbers become whole millionths exactly, and back."""

from decimal import ROUND_HALF_EVEN, Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dashapp.domain.metrics.numbers import millionths, number_from, quotient

ABOVE, BELOW = 2**63, -(2**63) - 1


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (25, 25_000_000),
        (7.0, 7_000_000),
        (0.1, 100_000),
        (19.99, 19_990_000),
        (-3.5, -3_500_000),
        (0.0000005, 0),  # a half is rounded to the even neighbor
        (0.0000015, 2),
        (0.0000025, 2),
        (1.0000005, 1_000_000),
        (1.0000015, 1_000_002),
        (-0.0000015, -2),
        (-0.0000025, -2),
        (0.00000149, 1),
        (123456789.123456, 123_456_789_123_456),
        (999999999.9999995, 1_000_000_000_000_000),
        (5e-324, 0),
        (2**53 + 1, 9_007_199_254_740_993_000_000),
        (ABOVE - 1, (2**63 - 1) * 10**6),
        (BELOW + 1, -(2**63) * 10**6),
        (9223372036854774784.0, 9_223_372_036_854_775_000_000_000),  # as JSON writes it
    ],
)
def test_a_number_is_rounded_half_to_even_at_millionths(value, expected):
    assert millionths(value) == expected


def test_minus_zero_is_zero():
    assert str(millionths(-0.0)) == "0"


@pytest.mark.parametrize(
    "value",
    [ABOVE, BELOW, float(ABOVE), -9.3e18, 1e300, float("inf"), float("nan"), True, False,
     "25", "", None, [25], {"total": 25}],
)  # fmt: skip
def test_what_is_no_number_of_64_bits_is_left_out(value):
    assert millionths(value) is None


decimals = st.floats(-(2.0**62), 2.0**62) | st.floats(-1e9, 1e9) | st.floats(-1e-5, 1e-5)


@given(decimals)
@example(1000000000.0000005)
@example(999999999.9999999)
@example(4503599627370497.5)
@example(0.30000000000000004)
def test_every_number_is_what_its_shortest_decimal_rounds_to(value):
    exact = Decimal(repr(value)).scaleb(6).to_integral_value(ROUND_HALF_EVEN)

    assert millionths(value) == int(exact)


@given(st.integers(-(10**15) + 1, 10**15 - 1), st.integers(0, 6))
def test_decimals_of_15_digits_are_exact(digits, places):
    value = float(f"{digits}e-{places}")

    assert millionths(value) == digits * 10 ** (6 - places)


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (25_000_000, "25"), (300_000, "0.3"), (-1, "-0.000001"), (19_990_000, "19.99"),
     (10_000_000_500_000, "10000000.5"), (2**63 * 10**6 + 1, "9223372036854775808.000001")],
)  # fmt: skip
def test_millionths_are_shown_as_a_whole_number_or_a_decimal(value, text):
    number = number_from(value)

    assert f"{number:f}" == text if isinstance(number, Decimal) else str(number) == text


@pytest.mark.parametrize(
    ("top", "bottom", "value"),
    [(1, 3, 0.3333333333333333), (2**80, 2**80 * 3, 0.3333333333333333), (0, 5, 0.0), (5, 0, None)],
)
def test_a_quotient_is_rounded_once(top, bottom, value):
    assert quotient(top, bottom) == value
