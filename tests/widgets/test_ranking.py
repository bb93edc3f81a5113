"""A list: units, names, values below zero, and more columns."""

from dashapp.domain.series import TopRow
from dashapp.widgets import By, Look, ranking
from tests.widgets.painting import elements, paint, texts, tree

EUR = Look(unit="EUR", title="Revenue", label="Dish", names={"mar": "Margherita"})


def test_values_have_their_unit_and_labels_their_name():
    rows = [TopRow("mar", 1_284, 0.064), TopRow("x", 12.5, 0.01), TopRow("o", 600, 0.9, is_other=True)]  # fmt: skip
    painted = tree(paint(ranking(EUR), rows))

    assert texts(painted, "th") == ["Dish", "Revenue", "Share", "Margherita", "x", "Other"]
    assert texts(painted, "td") == ["€1,284", "6.4%", "€12.50", "1.0%", "€600", "90.0%"]


def test_a_value_below_zero_is_hatched_and_there_are_no_shares():
    painted = tree(paint(ranking(EUR), [TopRow("a", 1_284, None), TopRow("b", -340, None)]))
    above, below = elements(painted, "i")

    assert texts(painted, "th") == ["Dish", "Revenue", "a", "b"]
    assert texts(painted, "td") == ["€1,284", "−€340"]
    assert (above[1]["className"], below[1]["className"]) == (
        "toplist-bar", "toplist-bar below-zero",
    )  # fmt: skip
    assert below[1]["style"] == {"width": "26.5%"}


def test_other_metrics_are_more_columns():
    look = Look(unit="ms", title="p50", label="Route", more={"slow": "p95"})
    rows = [TopRow("/a", 284, None, more=(("slow", 710.2),)), TopRow("/b", None, None)]
    draw = ranking(look)
    painted = tree(paint(draw, rows))

    assert texts(painted, "th")[:3] == ["Route", "p50", "p95"]
    assert texts(painted, "td") == ["284 ms", "710 ms", "–", "–"]
    assert elements(painted, "td")[1][1]["title"] == "710.2 ms"
    assert draw.columns == ("label", "value", "share", "is_other", "slow")


def test_a_click_filters_by_the_label_and_not_by_its_name():
    by = By("properties.dish", "Dish")
    (button,) = elements(tree(paint(ranking(EUR), [TopRow("mar", 1, 1.0)], by=by)), "button")

    assert (button[2], button[1]["data-filter"]) == (["Margherita"], "properties.dish:mar")


def test_a_list_of_zeros_has_bars_without_length():
    (bar,) = elements(tree(paint(ranking(EUR), [TopRow("a", 0, None)])), "i")

    assert bar[1]["style"] == {"width": "0.0%"}
