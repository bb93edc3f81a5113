"""A funnel: bars, rates, and changes of its steps."""

import pytest

from dashapp.domain.series import FunnelRow
from dashapp.widgets import Look, funnel
from tests.widgets.painting import elements, paint, text, texts, tree

NAMES = {"cart.created": "Added to cart", "order.paid": "Paid"}
DRAW = funnel(Look(names=NAMES), 86_400)
ROWS = [
    FunnelRow("cart.created", 1_754, 1.0, 1_653),
    FunnelRow("checked.out", 1_214, 1_214 / 1_754, 1_115),
    FunnelRow("order.paid", 1_031, 1_031 / 1_754, 973),
]


def test_each_step_has_its_number_its_rates_and_its_change():
    steps = elements(tree(paint(DRAW, ROWS)), "li")

    assert [[text(p) for p in elements([step], "p")] for step in steps] == [
        ["Added to cart1,754", "users, within 1 day+6.1% better"],
        ["checked.out1,214", "69.2% of first+1.8 pp better"],
        ["Paid1,031", "84.9% of previous · 58.8% of first−2.3 pp worse"],
    ]


def test_a_bar_lies_on_one_as_long_as_the_step_before():
    bars = elements(tree(paint(DRAW, ROWS)), "i")

    assert [(bar[1]["className"], bar[1]["style"]["width"]) for bar in bars] == [
        ("was", "100.0%"), ("", "100.0%"), ("was", "100.0%"), ("", "69.2%"),
        ("was", "69.2%"), ("", "58.8%"),
    ]  # fmt: skip
    (frame, *_) = elements(tree(paint(DRAW, ROWS)), "span", "fb")
    assert frame[1]["aria-hidden"] == "true"


def test_steps_that_nobody_reached_have_no_bar():
    rows = [FunnelRow("a", 12, 1.0, None), FunnelRow("b", 0, 0.0, None), FunnelRow("c", 0, 0.0, None)]  # fmt: skip
    painted = tree(paint(DRAW, rows))

    assert texts(painted, "p", "fr") == [
        "users, within 1 day", "0% of first", "– of previous · 0% of first",
    ]  # fmt: skip
    assert len(elements(painted, "i", "zero")) == 3


def test_large_numbers_are_short_and_tiny_rates_are_not_zero():
    rows = [FunnelRow("a", 1_200_000_000, 1.0, None), FunnelRow("b", 84_210, 84_210 / 12e8, None)]
    painted = tree(paint(DRAW, rows))

    assert texts(painted, "b") == ["1.2B", "84,210"]
    assert texts(painted, "p", "fr")[1] == "<0.1% of first"


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (None, "users"),
        (30 * 86_400, "users, within 30 days"),
        (3_600, "users, within 1 hour"),
        (5_400, "users, within 90 minutes"),
        (45, "users, within 45 seconds"),
    ],
)
def test_the_first_step_names_the_time(seconds, expected):
    painted = tree(paint(funnel(Look(), seconds), [FunnelRow("a", 1, 1.0, None)]))

    assert texts(painted, "p", "fr") == [expected]


def test_a_funnel_without_users_is_empty():
    assert DRAW.is_empty([FunnelRow("a", 0, None, None)])
    assert DRAW.columns == ("step", "value", "rate", "previous")
