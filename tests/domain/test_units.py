"""Numbers with their unit, in each language."""

from decimal import Decimal

import pytest

from dashapp.domain.language import set_current_language
from dashapp.domain.units import Format
from tests.languages import language


@pytest.fixture
def speak():
    yield lambda tag: set_current_language(language(tag))
    set_current_language(None)


@pytest.mark.parametrize(
    ("unit", "value", "text"),
    [
        ("EUR", 0, "€0"),
        ("EUR", 5, "€5.00"),
        ("EUR", Decimal("18.42"), "€18.42"),
        ("EUR", 99.999, "€100"),
        ("EUR", 20_192.4, "€20,192"),
        ("EUR", 1_204_918_332.4, "€1.2B"),
        ("EUR", -412, "−€412"),
        ("JPY", 12, "¥12"),
        ("CHF", 5, "CHF\u00a05.00"),
        ("percent", 0.042, "4.2%"),
        ("percent", 0.9999, "99.9%"),
        ("percent", 0.0001, "<0.1%"),
        ("percent", -0.031, "−3.1%"),
        ("%", 4.2, "4.2%"),
        ("ms", 341.27, "341 ms"),
        ("s", 3.456, "3.46 s"),
        ("min", 1_482, "1,482 min"),
        ("bytes", 999, "999 B"),
        ("bytes", 999_999, "1 MB"),
        ("bytes", 1_234_000_000, "1.23 GB"),
        ("orders", 12, "12 orders"),
        (None, 12_418, "12,418"),
        (None, 0.00042, "0.00042"),
        (None, None, "–"),
    ],
)
def test_a_number_is_written_with_its_unit(unit, value, text):
    assert Format(unit).text(value) == text


@pytest.mark.parametrize(
    ("tag", "unit", "value", "text"),
    [
        ("es", "EUR", 20_192, "20.192\u00a0€"),
        ("es", "percent", 0.042, "4,2\u00a0%"),
        ("es", "EUR", 1_234_500_000, "1.234\u00a0M\u00a0€"),
        ("pt-BR", "BRL", 18.42, "R$\u00a018,42"),
        ("pt-BR", "EUR", 1_204_918_332, "€\u00a01,2\u00a0bi"),
    ],
)
def test_the_language_decides_on_signs_and_spaces(speak, tag, unit, value, text):
    speak(tag)

    assert Format(unit).text(value) == text


def test_decimals_can_be_fixed():
    assert Format("EUR", 0).text(18.42) == "€18"
    assert Format("percent", 2).text(0.04236) == "4.24%"
    assert Format(None, 1).text(3) == "3.0"


def test_the_full_number_has_all_its_decimals():
    assert Format("EUR").full(1_204_918_332.4) == "€1,204,918,332.40"
    assert Format("ms").full(341.27) == "341.27 ms"
    assert Format().full(Decimal("1.1234567")) == "1.123457"


@pytest.mark.parametrize(
    ("unit", "value", "text"),
    [
        (None, 999, "999"),
        (None, 12_345, "12.3K"),
        (None, 999_999, "1M"),
        ("EUR", 900_000_000, "€900M"),
        ("min", -34_000_000, "−566.7K h"),
        ("orders", -34_000_000, "−34M orders"),
    ],
)
def test_a_short_form_has_few_letters(unit, value, text):
    assert Format(unit).short(value) == text


@pytest.mark.parametrize(
    ("unit", "value", "previous", "text"),
    [
        (None, 12_418, 11_477, "+8.2%"),
        (None, 30_000, 1, "+2,999,900%"),
        (None, 5, 0, "+5"),
        (None, 10_001, 10_000, "no change"),
        ("EUR", -412, 1_014, "−€1,426"),
        ("EUR", 200, -50, "+€250"),
        ("percent", 0.974, 0.968, "+0.6 pp"),
        ("percent", 0.9, 0.9, "no change"),
        ("%", 90, 95, "−5.0 pp"),
    ],
)
def test_amounts_change_by_percent_and_percentages_by_points(unit, value, previous, text):
    unit_format = Format(unit)

    assert unit_format.change(unit_format.difference(value, previous), previous) == text


def test_ticks_have_the_decimals_of_their_step():
    assert [Format("EUR").tick(value, 200) for value in (0, 200, 400)] == ["€0", "€200", "€400"]
    assert Format("EUR").tick(0.5, 0.5) == "€0.50"
    assert Format("EUR").tick(20_000, 10_000) == "€20K"
    assert Format("percent").tick(0.025, 0.025) == "2.5%"
    assert Format("bytes").tick(2_000_000_000, 10**9) == "2 GB"
    assert Format("min").tick(30, 30, has_unit=False) == "30"


def test_the_browser_is_told_how_to_format():
    assert Format("EUR").for_browser() == {
        "kind": "currency", "currency": "EUR", "minor": 2, "decimals": None, "suffix": "",
    }  # fmt: skip
    assert Format("ms", 1).for_browser() == {
        "kind": "unit", "currency": None, "minor": 0, "decimals": 1, "suffix": " ms",
    }  # fmt: skip
