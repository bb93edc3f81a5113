"""Files are applied together or not at all; nothing that is in use breaks."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from dashapp.store.boards.loading import definitions_of
from tests.boards import EXAMPLES, SHOP, apply, lines, refusal, slugs

RENAMED = SHOP.replace(
    "customers = {", 'buyers = { title = "Buyers", was = ["customers"],'
).replace('"customers"', '"buyers"').replace('was = ["buyers"]', 'was = ["customers"]')  # fmt: skip
PANEL = '  { metric = "revenue", show = "number" },\n'


def versions(store) -> list[tuple]:
    with store.read_shared() as session:
        rows = session.execute(
            text("SELECT number, applied_at, applied_by FROM definition_versions")
        )
        return [tuple(row) for row in rows]


def metric(store, name: str, board: str = "shop"):
    return definitions_of(store).boards[board].vocabulary.metric(name)


def test_a_new_file_is_added(store):
    outcome = apply(store, SHOP)

    assert outcome.version == 1
    assert outcome.plan.totals == "4 added, 1 changed"
    assert outcome.plan.lines == [
        "Metrics",
        "  + revenue",
        "  + customers",
        "  + basket",
        "Board shop",
        "  + shop   2 panels; give it to orgs with: dashapp provision shop (--org SLUG | --all-orgs)",
        "New orgs",
        "  ~ new_orgs: operations → shop",
    ]
    assert versions(store) == [(1, 7, "ada")]


def test_the_same_file_changes_nothing(store):
    apply(store, SHOP)
    again = apply(store, SHOP)

    assert (again.has_changes, again.version, again.plan.lines) == (False, None, [])
    assert versions(store) == [(1, 7, "ada")]


def test_a_file_written_differently_changes_nothing(store):
    apply(store, SHOP)
    block = '[metrics.revenue]\nunit = "EUR"\nof = "properties.total"\nevents = ["order.paid"]\ntitle = "Revenue"\nmeasure = "sum"\n'
    text = re.sub(r"revenue = \{.*\n", "", SHOP).replace("[boards.shop]", f"{block}[boards.shop]")

    assert apply(store, text).version is None


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ('unit = "EUR"', 'unit = "USD"', "  ~ revenue.unit: EUR → USD"),
        ('unit = "EUR"', 'unit = "EUR", decimals = 2', "  ~ revenue.decimals: none → 2"),
        ('unit = "EUR"', 'unit = "EUR", better = "higher"', "  ~ revenue.better: none → higher"),
        ('"Revenue"', '"Sales"', "  ~ revenue.title: Revenue → Sales"),
        ('measure = "sum"', 'measure = "p95"', "  ~ revenue.measure: sum → p95   numbers change, past ones too"),
        ("properties.total", "properties.net", "  ~ revenue.of: properties.total → properties.net   numbers change, past ones too"),
        ('unit = "EUR"', 'unit = "EUR", where = { properties.currency = ["EUR"] }', "  ~ revenue.where: none → properties.currency = EUR   numbers change, past ones too"),
    ],
)  # fmt: skip
def test_a_plan_says_what_changes_and_whether_numbers_do(store, old, new, line):
    source = SHOP.replace('basket = { ratio = ["revenue", "customers"] }\n', "")
    apply(store, source)

    assert lines(store, source.replace(old, new)) == ["Metrics", line]


def test_a_renamed_metric_keeps_its_panels_and_is_found_by_its_old_name(store):
    apply(store, SHOP)

    assert lines(store, RENAMED) == [
        "Metrics",
        "  → customers is now buyers; panels, tokens and addresses with the old name keep working",
        "  ~ buyers.title: none → Buyers",
    ]
    assert metric(store, "customers").name == "buyers"
    assert slugs(store) == ["revenue", "customers"]


def test_another_file_can_use_the_old_name_of_a_metric(store):
    apply(store, SHOP)
    apply(store, RENAMED)
    board = (
        'version = 1\n[boards.b]\ntitle = "B"\npanels = [{ metric = "customers", show = "line" }]\n'
    )

    assert apply(store, board, name="b.toml").version == 3
    assert apply(store, board, name="b.toml").version is None


def test_a_metric_can_be_renamed_back(store):
    apply(store, SHOP)
    apply(store, RENAMED)
    back = SHOP.replace("customers = {", 'customers = { was = ["buyers"],')

    assert apply(store, back).version == 3
    assert (metric(store, "buyers").name, metric(store, "customers").was) == (
        "customers",
        ("buyers",),
    )
    assert apply(store, back).version is None


def test_an_old_name_that_gets_a_new_meaning_is_no_old_name_any_more(store):
    apply(store, RENAMED)
    other = 'version = 1\n[metrics]\ncustomers = { events = ["customer.added"] }\n'

    assert "  ~ buyers.was: customers → none" in lines(store, other, name="other.toml")
    assert metric(store, "customers").kind.types == ("customer.added",)


def test_stored_slugs_stay_with_their_panels_in_any_order(store):
    panels = [
        '  { metric = "revenue", show = "line", by = "channel" },\n',
        '  { metric = "revenue", show = "line", by = "type" },\n',
    ]
    apply(store, SHOP.replace(PANEL, panels[0]))
    apply(store, SHOP.replace(PANEL, panels[1] + panels[0]))

    assert slugs(store) == ["revenue-line", "revenue", "customers"]


def test_panels_that_differ_only_in_their_conditions_keep_their_slugs(store):
    panels = [f'  {{ metric = "revenue", show = "line", where = {{ channel = "{c}" }} }},\n' for c in ("api", "web")]  # fmt: skip
    first = SHOP.replace(PANEL, panels[0].replace("show", 'slug = "first", show') + panels[1])
    apply(store, first)
    apply(store, SHOP.replace(PANEL, panels[1] + panels[0]))

    assert slugs(store) == ["revenue", "first", "customers"]


def test_a_panel_that_a_file_no_longer_has_is_retired_and_can_come_back(store):
    apply(store, SHOP)

    assert lines(store, SHOP.replace(PANEL, "")) == [
        "Board shop",
        "  ~ revenue is no longer on new dashboards; those that have it keep it",
    ]
    assert slugs(store) == ["customers"]
    assert definitions_of(store).panel("shop", "revenue").panel.metrics == ("revenue",)
    assert apply(store, SHOP.replace(PANEL, "")).version is None
    assert lines(store, SHOP, reach={"shop": 2}) == [
        "Board shop",
        "  + revenue   reaches 2 dashboards with: dashapp provision shop --all-orgs",
    ]


def test_a_renamed_board_and_panel_are_found_by_their_old_names(store):
    apply(store, SHOP)
    renamed = SHOP.replace("[boards.shop]", '[boards.store]\nwas = ["shop"]').replace('new_orgs = ["shop"]', 'new_orgs = ["store"]')  # fmt: skip
    renamed = renamed.replace(PANEL, '  { slug = "sales", was = ["revenue"], metric = "revenue", show = "number" },\n')  # fmt: skip

    assert lines(store, renamed) == [
        "Board store",
        "  → shop is now store; dashboards, tokens and addresses with the old name keep working",
        "  → revenue is now sales; dashboards and addresses with the old name keep working",
        "New orgs",
        "  ~ new_orgs: shop → store",
    ]
    assert definitions_of(store).panel("shop", "revenue")[:2] == definitions_of(store).panel("store", "sales")[:2]  # fmt: skip


def test_what_a_file_no_longer_has_is_listed_and_kept(store):
    apply(store, SHOP)
    fewer = SHOP.replace('basket = { ratio = ["revenue", "customers"] }\n', 'refunds = { events = ["order.refunded"] }\n')  # fmt: skip

    assert lines(store, fewer) == [
        "Metrics",
        "  + refunds",
        '  · basket is not in this file: kept ("dashapp boards remove basket")',
    ]
    assert metric(store, "basket") is not None


def test_a_metric_of_another_file_is_named(store):
    apply(store, SHOP)
    other = 'version = 1\n[metrics]\ncustomers = { events = ["app.opened"], measure = "users" }\n'

    assert lines(store, other, name="mobile.toml") == [
        "Metrics",
        "  ~ customers.events: order.paid → app.opened   numbers change, past ones too; defined in shop.toml until now",
    ]


def test_one_broken_file_of_two_stores_nothing_and_every_fault_is_named(store):
    broken = SHOP.replace('"order.paid"', '"Order"').replace('show = "number"', 'show = "pie"', 1)

    assert refusal(store, SHOP, broken) == [
        'shop.toml: metrics.revenue.events[0]: "Order" is not an event type or a family like order.*.',
        'shop.toml: metrics.customers.events[0]: "Order" is not an event type or a family like order.*.',
        "shop.toml: boards.shop.panels[0].show: This must be one of number, line, bars, list, heatmap, funnel, events, text.",
    ]
    assert versions(store) == []
    assert list(definitions_of(store).boards) == ["conversations", "findings", "operations"]


def test_a_change_that_breaks_a_stored_board_is_refused(store):
    apply(store, SHOP)
    other = 'version = 1\n[metrics]\ncustomers = { steps = ["a.b", "c.d"], within = "1d" }\n'

    assert refusal(store, other, name="other.toml") == [
        '-: : metrics.basket.ratio[1] of shop.toml, applied before: A ratio divides counts, users, sums and unique; not "customers".',
    ]


def test_a_file_can_use_the_file_before_it(store):
    metrics, board = SHOP.replace('new_orgs = ["shop"]\n', "").split("[boards.shop]")

    assert apply(store, metrics, f"version = 1\n[boards.shop]{board}").version == 1
    assert refusal(store, 'version = 1\nnew_orgs = ["nothing"]\n') == ['shop.toml: new_orgs[0]: There is no board "nothing".']  # fmt: skip


def test_the_slug_of_a_python_widget_is_refused(store):
    faulty = SHOP.replace(
        PANEL, '  { slug = "page-views", metric = "revenue", show = "number" },\n'
    )

    assert refusal(store, faulty, widgets=["page-views"]) == [
        'shop.toml: boards.shop.panels[0].slug: "page-views" is the slug of a Python widget.'
    ]


def test_all_examples_can_be_applied_one_after_another(store):
    for path in sorted(EXAMPLES.glob("*.toml")):
        assert apply(store, path.read_text(), name=path.name).version
        assert apply(store, path.read_text(), name=path.name).version is None

    definitions = definitions_of(store)
    assert definitions.boards.keys() >= {"api", "ci", "learning", "mobile", "shop", "operations"}
    assert (definitions.version, definitions.new_orgs) == (5, ("shop",))
    assert definitions.translations["es"]["Revenue"] == "Ingresos"


def test_an_applied_board_replaces_a_built_in_one(store):
    board = 'version = 1\n[boards.operations]\ntitle = "Ours"\npanels = [{ slug = "total-errors", metric = "errors", show = "line" }]\n'
    apply(store, board)
    definitions = definitions_of(store)

    assert definitions.boards["operations"].board.title == {"en": "Ours"}
    assert definitions.panel("operations", "total-errors").panel.show == "line"
    assert definitions.panel("operations", "success-rate").panel.metrics == ("success",)


def test_built_in_boards_do_not_see_applied_metrics_and_fields(store):
    apply(
        store,
        'version = 1\n[fields]\nchannel = { title = "Kiosk" }\n[metrics]\nerrors = { events = ["api.failed"] }\n',
    )
    definitions = definitions_of(store)

    assert metric(store, "errors", "operations").kind.types == ("finding.recorded",)
    assert definitions.boards["operations"].vocabulary.fields["channel"].values == ("api", "web")
    assert definitions.vocabulary.metrics["errors"].kind.types == ("api.failed",)
    assert definitions.vocabulary.fields["channel"].title == {"en": "Kiosk"}


def test_files_that_are_applied_at_the_same_time_are_stored_one_after_another(store):
    files = [f'version = 1\n[metrics]\nm{n} = {{ events = ["a.b"] }}\n' for n in range(8)]

    with ThreadPoolExecutor(8) as pool:
        numbers = sorted(pool.map(lambda text: apply(store, text).version, files))

    assert numbers == [1, 2, 3, 4, 5, 6, 7, 8]
    assert definitions_of(store).vocabulary.metrics.keys() >= {f"m{n}" for n in range(8)}


def test_an_old_name_of_an_applied_metric_hides_the_built_in_metric(store):
    faults = 'version = 1\n[metrics]\nfaults = { events = ["api.failed"], was = ["errors"] }\n'
    board = (
        'version = 1\n[boards.b]\ntitle = "B"\npanels = [{ metric = "errors", show = "line" }]\n'
    )
    apply(store, faults, board)

    assert metric(store, "errors", "b").name == "faults"
    assert metric(store, "errors", "operations").name == "errors"


def test_the_old_name_of_a_board_can_be_given_to_new_orgs(store):
    apply(store, SHOP.replace("[boards.shop]", '[boards.store]\nwas = ["shop"]'))

    assert apply(store, 'version = 1\nnew_orgs = ["shop", "operations"]\n', name="b.toml").version
    assert definitions_of(store).new_orgs == ("shop", "operations")


@pytest.mark.parametrize("bound", ["inf", "nan", "-inf", "true", '"x"'])
def test_a_range_has_finite_bounds(store, bound):
    (fault,) = refusal(store, f"version = 1\n[metrics]\nx = {{ where = {{ properties.a = {{ min = {bound} }} }} }}\n")  # fmt: skip

    assert "A range is { min = NUMBER, max = NUMBER }" in fault


def test_a_new_panel_does_not_take_the_slug_of_a_retired_one(store):
    heatmap = '  { metric = "revenue", show = "heatmap" },\n'
    line = '  { metric = "revenue", show = "line" },\n'
    apply(store, SHOP.replace(PANEL, PANEL + line))
    apply(store, SHOP.replace(PANEL, heatmap))

    assert slugs(store) == ["revenue-heatmap", "customers"]
    retired = definitions_of(store).boards["shop"].board.retired
    assert [panel.slug for panel in retired] == ["revenue", "revenue-line"]


def test_a_panel_gets_a_number_if_retired_ones_have_all_its_slugs(store):
    own = '  { slug = "revenue-line", metric = "revenue", show = "number" },\n'
    apply(store, SHOP.replace(PANEL, PANEL + own))
    apply(store, SHOP.replace(PANEL, '  { metric = "revenue", show = "line" },\n'))

    assert slugs(store) == ["revenue-line-2", "customers"]


def test_a_slug_that_a_panel_had_is_not_given_to_another_one(store):
    apply(store, SHOP)
    moved = '  { slug = "sales", was = ["revenue"], metric = "customers", show = "line" },\n'
    apply(store, SHOP.replace(PANEL, moved + PANEL))

    assert slugs(store) == ["sales", "revenue-number", "customers"]


def test_a_board_can_take_the_place_of_two(store):
    other = SHOP.replace("[boards.shop]", "[boards.north]").replace('new_orgs = ["shop"]', "")
    apply(store, SHOP, other.replace('show = "number"', 'show = "line"'))
    both = SHOP.replace("[boards.shop]", '[boards.all]\nwas = ["shop", "north"]').replace('["shop"]\n\n', '["all"]\n\n')  # fmt: skip
    apply(store, both)
    definitions = definitions_of(store)

    assert definitions.boards.keys() >= {"all"}
    assert not definitions.boards.keys() & {"shop", "north"}
    assert definitions.panel("north", "customers").board.name == "all"
