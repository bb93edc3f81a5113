"""The line of a fault is where a person finds it, however the file is written."""

import pytest

from dashapp.domain.boards.reading.lines import line_of

TEXT = """\
version = 1

[fields]
properties.status = { title = "Status" }
"properties.dish" = { title = "Dish" }

[metrics]
orders = { events = ["order.paid"] }

[metrics.revenue]
measure = "sum"
of = "properties.total"

[boards.shop]
title = "Shop"
panels = [
  { metric = "orders", show = "line" },
  { metric = "orders",
    show = "bars" },
]

[[boards.other.panels]]
metric = "orders"
[[boards.other.panels]]
metric = "revenue"
"""
ONE_LINE_PANELS = TEXT.replace('"orders",\n    show', '"orders", show')


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("version",), 1),
        (("fields", "properties.status", "title"), 4),
        (("fields", "properties.dish"), 5),
        (("metrics", "orders", "events", 0), 8),
        (("metrics", "revenue"), 10),
        (("metrics", "revenue", "of"), 12),
        (("metrics", "revenue", "unit"), 10),
        (("boards", "shop", "panels", 1, "show"), 18),
        (("boards", "other", "panels", 1, "metric"), 24),
        (("nowhere",), 1),
    ],
)
def test_a_path_is_on_its_line(path, line):
    assert line_of(ONE_LINE_PANELS, path) == line
