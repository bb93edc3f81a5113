"""Long durations in minutes and hours."""

from decimal import Decimal

import pytest

from dashapp.domain.language import set_current_language
from dashapp.domain.units import Format
from tests.languages import language


@pytest.mark.parametrize(
    ("unit", "value", "text"),
    [
        ("ms", 10_000, "10,000 ms"),
        ("ms", 12_345, "12.3 s"),
        ("ms", 60_000, "1 min"),
        ("ms", 150_000, "2 min 30 s"),
        ("s", 90, "90 s"),
        ("s", 120, "120 s"),
        ("s", 120.4, "2 min"),
        ("s", 3_599.6, "1 h"),
        ("s", 80_000, "22 h 13 min"),
        ("s", -80_000, "−22 h 13 min"),
        ("s", Decimal("359970.5"), "100 h"),
        ("min", 1_482, "1,482 min"),
        ("min", 75_000, "1,250 h"),
    ],
)
def test_a_long_duration_is_written_in_larger_units(unit, value, text):
    assert Format(unit).text(value) == text


def test_a_duration_with_fixed_decimals_keeps_its_unit():
    assert Format("s", 0).text(80_000) == "80,000 s"


def test_the_full_number_of_a_duration_is_in_its_own_unit():
    assert Format("s").full(80_000.5) == "80,000.5 s"


@pytest.mark.parametrize(
    ("unit", "value", "text"),
    [
        ("s", 600.7, "10 min"),
        ("s", 80_000, "22 h"),
        ("ms", 45_200, "45.2 s"),
        ("min", 76_000, "1.3K h"),
    ],
)
def test_a_short_duration_has_one_unit(unit, value, text):
    assert Format(unit).short(value) == text


def test_a_duration_follows_the_language():
    set_current_language(language("es"))
    try:
        assert Format("min").text(75_000) == "1.250 h"
        assert Format("ms").text(12_345) == "12,3 s"
    finally:
        set_current_language(None)
