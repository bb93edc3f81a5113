"""Board files are read strictly: everything that they define, or every fault in one run."""

from pathlib import Path

import pytest

from dashapp.domain.boards.definitions import Condition, Funnel, Measured, Ratio
from dashapp.domain.boards.reading.reader import read_board_file
from tests.domain.boards.files import board_file, faults, read

EXAMPLES = sorted((Path(__file__).parents[3] / "examples" / "boards").glob("*.toml"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_is_valid(path):
    checked = read_board_file(path.read_text())

    assert checked.file.boards
    assert checked.warnings == ()


def test_there_are_examples():
    assert {path.stem for path in EXAMPLES} >= {"api", "ci", "learning", "mobile", "shop"}


def test_a_metric_is_a_measure_a_ratio_or_a_funnel():
    metrics = read().metrics

    assert metrics["revenue"].kind == Measured(("order.paid",), "sum", "properties.total")
    assert metrics["basket"].kind == Ratio("revenue", "orders")
    assert metrics["to_door"].kind == Funnel(("cart.created", "order.paid"), 86_400)


def test_a_metric_without_a_title_is_called_after_its_name():
    assert read().metrics["to_door"].title == {"en": "To door"}


def test_conditions_take_values_and_ranges_with_quotes_or_without():
    file = read(
        metrics=(
            'a = { where = { "properties.a" = [1, 2.0, true, "x"], channel = "web" } }\n'
            "b = { where = { properties.a.b = { min = 10 } } }\n"
        )
    )

    assert file.metrics["a"].kind.where == (
        Condition("channel", ("web",)),
        Condition("properties.a", ("1", "2", "true", "x")),
    )
    assert file.metrics["b"].kind.where == (Condition("properties.a.b", (), 10, None),)


def test_all_faults_are_reported_in_one_run():
    text = board_file('metric = "nothing", show = "line"', head='zzz = 1\nnew_orgs = ["b"]')

    assert faults(text) == [
        'zzz: There is no key "zzz" in a board file.',
        'boards.shop.panels[0].metric: There is no metric "nothing".',
        'new_orgs[0]: There is no board "b".',
    ]


@pytest.mark.parametrize(
    ("metric", "fault"),
    [
        ("x = { beter = 'lower' }", 'x.beter: There is no key "beter" in a metric. Did you mean "better"?'),
        ("x = { title = 7 }", "x.title: This must be text or a table, not a whole number."),
        ("x = { measure = 'p42' }", "x.measure: This must be one of count, users, sum, average, min, max, p50, p75, p90, p95, p99, unique."),
        ("x = { measure = 'sum' }", 'x: measure = "sum" needs "of": the property, such as properties.total.'),
        ("x = { of = 'properties.a' }", 'x.of: measure = "count" takes no "of".'),
        ("x = { measure = 'sum', of = 'total' }", 'x.of: "total" is not a property: write properties.NAME.'),
        ("x = { events = ['Order Paid'] }", 'x.events[0]: "Order Paid" is not an event type or a family like order.*.'),
        ("x = { ratio = ['orders', 'latency'] }", 'x.ratio[1]: A ratio divides counts, users, sums and unique; not "latency".'),
        ("x = { ratio = ['orders', 'revenue'] }", 'x.ratio: The two metrics have different units: say the "unit" of the ratio.'),
        ("x = { ratio = ['orders', 'buyers'], events = ['a'] }", 'x.events: "events" does not go with "ratio".'),
        ("x = { invert = true }", "x.invert: Only a ratio can be inverted."),
        ("x = { steps = ['a', 'b'] }", 'x.within: A funnel needs the time for all steps, such as within = "30m", "12h", "7d" or "2w".'),
        ("x = { where = { properties.a = { min = 2, max = 1 } } }", 'x.where."properties.a": min must be less than max: min is included, max is not.'),
        ("x = { where = { country = ['de'] } }", 'x.where.country: "country" is not a field. Use type, channel, user or properties.NAME.'),
        ("x = { was = ['orders'] }", 'x.was[0]: "orders" is a metric of this file: an old name cannot be in use.'),
        ("x = { title = { es = 'Hola' } }", 'x.title: A table of languages must have "en".'),
    ],
)  # fmt: skip
def test_a_faulty_metric_is_refused_with_its_path(metric, fault):
    assert faults(board_file(metrics=metric)) == [f"metrics.{fault}"]


@pytest.mark.parametrize(
    ("ratio", "unit"),
    [("['orders', 'buyers']", "percent"), ("['revenue', 'orders']", "EUR"), ("['orders', 'revenue'], unit = 'per EUR'", "per EUR")],
)  # fmt: skip
def test_a_ratio_has_the_unit_of_its_parts(ratio, unit):
    assert read(metrics=f"x = {{ ratio = {ratio} }}").metrics["x"].unit == unit


def test_a_file_needs_its_version():
    assert faults('[boards.a]\ntitle = "A"\npanels = []\n')[0].startswith("version: The file needs")


def test_a_file_that_is_too_large_is_not_parsed():
    assert faults("#" * 300_000) == [": A board file has at most 262,144 bytes."]


def test_fields_can_be_written_with_dots():
    file = read(more='[fields]\nproperties.a = { title = "A", names = { x = "X" } }\n')

    assert file.fields["properties.a"].title == {"en": "A"}
    assert file.fields["properties.a"].names == {"x": {"en": "X"}}


@pytest.mark.parametrize(
    ("panels", "more", "fault"),
    [
        (["slug = 'a', was = ['b'], metric = 'orders', show = 'line'", "slug = 'b', metric = 'orders', show = 'bars'"], "", 'boards.shop.panels[0].was[0]: "b" is a panel of this board: an old name cannot be in use.'),
        (["slug = 'a', was = ['c'], metric = 'orders', show = 'line'", "slug = 'b', was = ['c'], metric = 'orders', show = 'bars'"], "", 'boards.shop.panels[1].was[0]: "c" is already an old name of "a".'),
        ([], "[boards.other]\ntitle = 'O'\nwas = ['shop']\npanels = [{ show = 'text', text = 'x' }]", 'boards.other.was[0]: "shop" is a board of this file: an old name cannot be in use.'),
    ],
)  # fmt: skip
def test_an_old_name_cannot_be_in_use(panels, more, fault):
    assert faults(board_file(*panels, more=more)) == [fault]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("config = { day = 2026-11-20 }", "boards.shop.config: This has texts, numbers and booleans, at most 10,000 bytes of JSON."),
        ("noun = ''", 'boards.shop.noun: Expected "str" of length >= 1.'),
        ("defalt = true", 'boards.shop.defalt: There is no key "defalt" in a board. Did you mean "default"?'),
    ],
)  # fmt: skip
def test_a_faulty_key_of_a_board_is_refused(line, fault):
    text = board_file().replace('title = "Shop"', f'title = "Shop"\n{line}')

    assert faults(text) == [fault]


def test_slugs_can_have_dots():
    (panel,) = read("slug = 'a.b', metric = 'orders', show = 'line'").boards["shop"].panels

    assert panel.slug == "a.b"


def test_retired_panels_are_not_among_the_panels():
    board = read(
        "metric = 'orders', show = 'line', retired = true", "metric = 'orders', show = 'bars'"
    ).boards["shop"]

    assert [panel.slug for panel in board.panels] == ["orders-bars"]
    assert [panel.slug for panel in board.retired] == ["orders"]


def test_a_board_cannot_have_the_name_of_another_page():
    text = board_file().replace("[boards.shop]", "[boards.settings]")

    assert faults(text) == [
        "boards.settings: Another page has this name: /app/ORG/settings. Choose another one."
    ]
