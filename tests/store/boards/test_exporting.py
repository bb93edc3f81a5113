"""What is exported can be applied again without a change."""

import pytest

from dashapp.domain.boards.exporting import board_file_text
from dashapp.domain.errors import Conflict, NotFound
from dashapp.store.boards.exporting import export_all, export_boards
from tests.boards import EXAMPLES, SHOP, apply

OWN_ERRORS = """version = 1
[metrics]
errors = { events = ["api.failed"] }
[boards.api]
title = "API"
panels = [{ metric = "errors", show = "line" }]
"""
BUILT_IN_METRIC = """version = 1
[boards.all]
title = "All"
panels = [{ metric = "events", show = "line", by = "type" }]
"""


def exported(store, *names: str) -> str:
    with store.read_shared() as session:
        chosen = export_boards(session, names) if names else export_all(session)
    return board_file_text(chosen.sources)


def left_out(store) -> tuple[str, ...]:
    with store.read_shared() as session:
        return export_all(session).left_out


def test_the_built_in_boards_are_exported_and_applied_without_a_change(store):
    text = exported(store)

    assert "[boards.operations]" in text
    assert "[boards.conversations]" in text
    assert apply(store, text).version is None


def test_a_file_with_everything_the_format_has_is_exported_as_it_is(store):
    text = """version = 1
new_orgs = ["shop"]

[fields]
channel = { title = { en = "Channel", es = "Canal" }, always = ["web"] }
"properties.a.b" = { names = { "x \\"y\\"" = "Ä" }, colors = { x = "good" }, unit = "ms" }

[metrics]
orders = { title = "Orders", events = ["order.paid"], was = ["sales"] }

[metrics.late]
events = ["delivery.finished"]
where = { channel = ["web", "true", "7"], "properties.minutes" = { min = 10.5, max = 1e+18 } }
unit = "currency"
decimals = 2
better = "lower"

[boards.shop]
title = "Shop"
opens_with = "30d"
marks = ["promo.*"]
was = ["store"]
config = { a = { b = [1, 2.5, true] }, "c d" = "x\\u007f" }
panels = [
  { slug = "orders", metric = "orders", show = "number", target = 10000, per = "month" },
  { slug = "a.b", metrics = ["orders", "sales"], show = "list", by = "type", was = ["c"] },
  { slug = "text", show = "text", text = "One\\ntwo" },
  { slug = "old", metric = "orders", show = "line", retired = true },
]

[texts.es]
Orders = "Pedidos"
"""
    apply(store, text)

    assert set(text.splitlines()) <= set(exported(store).splitlines())
    assert apply(store, exported(store)).version is None


def test_a_long_metric_is_a_block_and_a_panel_a_line(store):
    apply(store, SHOP)

    assert (
        exported(store, "shop")
        == """version = 1

[metrics]
customers = { events = ["order.paid"], measure = "users" }

[metrics.revenue]
title = "Revenue"
events = ["order.paid"]
measure = "sum"
of = "properties.total"
unit = "EUR"

[boards.shop]
title = "Shop"
opens_with = "30d"
panels = [
  { slug = "revenue", metric = "revenue", show = "number" },
  { slug = "customers", metric = "customers", show = "number" },
]
"""
    )


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.toml")), ids=lambda path: path.stem)
def test_every_example_is_applied_again_without_a_change(store, path):
    apply(store, path.read_text())

    assert apply(store, exported(store)).version is None
    assert apply(store, exported(store, path.stem)).version is None


def test_all_examples_and_the_built_in_boards_are_applied_again_without_a_change(store):
    for path in sorted(EXAMPLES.glob("*.toml")):
        apply(store, path.read_text(), name=path.name)

    assert left_out(store) == ("findings", "operations")
    assert apply(store, exported(store)).version is None
    for name in ("operations", "findings", "conversations", "shop", "mobile"):
        assert apply(store, exported(store, name)).version is None


@pytest.mark.parametrize("text", [OWN_ERRORS, BUILT_IN_METRIC, SHOP])
def test_applied_boards_that_share_names_with_built_in_ones_stay_as_they_are(store, text):
    apply(store, text)

    assert apply(store, exported(store)).version is None


def test_a_built_in_board_that_would_change_others_is_left_out(store):
    apply(store, OWN_ERRORS)
    assert left_out(store) == ("findings", "operations")

    with pytest.raises(Conflict, match="Export it on its own: dashapp boards export operations"):
        exported(store, "operations", "api")


def test_a_built_in_field_does_not_reach_a_board_without_it(store):
    apply(store, BUILT_IN_METRIC)

    assert left_out(store) == ("operations",)


def test_an_unknown_board_is_refused_with_the_nearest_name(store):
    with pytest.raises(
        NotFound, match=r'There is no board "operation"\. Did you mean "operations"\?'
    ):
        exported(store, "operation")


def test_a_built_in_board_is_left_out_if_an_applied_metric_had_the_name_of_its_metric(store):
    apply(store, OWN_ERRORS.replace("errors = {", 'faults = { was = ["errors"],'))

    assert left_out(store) == ("findings", "operations")
    assert apply(store, exported(store)).version is None
