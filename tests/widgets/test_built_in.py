"""The panels of the built-in boards keep their slugs, titles, sizes, directions and filters."""

import pytest

from dashapp.domain.series import TopRow
from tests.panels import built_in
from tests.widgets.painting import WEEK, texts, tree

LIBRARY = built_in()
PANELS = [
    ("operations", "total-validations", "Number of validations", "quarter", "higher", None),
    ("operations", "total-errors", "Number of errors", "quarter", "lower", None),
    ("operations", "success-rate", "Success rate", "quarter", "higher", None),
    ("operations", "total-warnings", "Number of warnings", "quarter", "lower", None),
    ("operations", "events-time-series", "Events", "two-thirds", "neither", None),
    ("operations", "users-time-series", "Users", "third", "neither", "channel"),
    ("operations", "runs-by-outcome", "Runs by outcome", "two-thirds", "neither", None),
    ("operations", "warnings-by-code", "Warnings by code", "third", "lower", "properties.code"),
    ("findings", "warnings-by-validator", "Warnings by validator", "third", "lower",
     "properties.validator"),
    ("findings", "top-errors", "Top errors", "third", "lower", "properties.code"),
    ("conversations", "conversations.search_term", "Search terms", "half", "neither",
     "properties.term"),
    ("conversations", "conversations.product_added_to_cart", "Products added to cart", "half",
     "neither", "properties.product"),
]  # fmt: skip


@pytest.mark.parametrize(("board", "slug", "title", "size", "better", "field"), PANELS)
def test_a_built_in_panel_looks_as_before(board, slug, title, size, better, field):
    widget = LIBRARY.find(slug, board)

    assert (widget.full_title, widget.size, widget.better) == (title, size, better)
    assert (widget.by.field if widget.by else None) == field


def test_there_are_no_other_built_in_panels():
    offered = {(panel.board, panel.widget.slug) for panel in LIBRARY.offered()}

    assert offered == {panel[:2] for panel in PANELS}


@pytest.mark.parametrize(
    ("slug", "titles"),
    [
        ("warnings-by-code", ["Code", "Warnings", "Share"]),
        ("warnings-by-validator", ["Validator", "Warnings", "Share"]),
        ("conversations.search_term", ["Term", "Searches", "Share"]),
        ("conversations.product_added_to_cart", ["Product", "Added", "Share"]),
    ],
)
def test_a_list_names_its_columns(slug, titles):
    widget = LIBRARY.find(slug)
    painted = widget.draw.paint(widget, [TopRow("x", 1, 1.0)], WEEK)

    assert texts(tree(painted), "th") == [*titles, "x"]
    assert list(widget.limits) == list(range(1, 51))
