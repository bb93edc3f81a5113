"""Panels take only what makes sense together, and each has a slug that does not move."""

import pytest

from dashapp.domain.boards.reading.faults import Fault
from dashapp.domain.boards.reading.reader import Existing, read_board_file
from tests.domain.boards.files import board_file, panel_faults, read


def slugs(*panels: str) -> list[str]:
    return [panel.slug for panel in read(*panels).boards["shop"].panels]


@pytest.mark.parametrize(
    ("panel", "fault"),
    [
        ("show = 'line'", ': A panel needs one of "metric", "metrics" or "widget", or show = "text".'),
        ("metric = 'orders', widget = 'x', show = 'line'", ': A panel needs one of "metric", "metrics" or "widget", or show = "text".'),
        ("metric = 'orders'", ': A panel with a metric needs "show": number, line, bars, list, heatmap, funnel, events, text.'),
        ("metric = 'orders', show = 'list'", ': show = "list" needs "by".'),
        ("metric = 'orders', show = 'number', by = 'channel'", '.by: show = "number" takes no "by".'),
        ("metric = 'orders', show = 'line', by = 'country'", '.by: "country" is not type, channel, project or properties.NAME.'),
        ("metric = 'orders', show = 'line', top = 3", '.top: "top" needs "by".'),
        ("metric = 'orders', show = 'bars', by = 'type', top = 30", ".top: At most 20 series can be told apart."),
        ("metric = 'orders', show = 'funnel'", ': show = "funnel" needs a metric with "steps", not "orders".'),
        ("metric = 'to_door', show = 'line'", ': "to_door" is a funnel: show it as "funnel" or "number".'),
        ("metric = 'basket', show = 'events'", ': show = "events" needs a metric of events, not "basket".'),
        ("metrics = ['orders', 'revenue'], show = 'line'", ".metrics: The metrics of a panel need one unit; these have EUR, none."),
        ("metrics = ['orders', 'buyers'], show = 'line', by = 'type'", '.by: Several "metrics" cannot be broken down: remove "by".'),
        ("metric = 'revenue', show = 'number', target = 5", '.target: This adds up: say the period, "per" = day, week, month or year.'),
        ("metric = 'latency', show = 'number', target = 5, per = 'day'", '.per: This is a level and does not add up: remove "per".'),
        ("metric = 'orders', show = 'number', per = 'day'", '.per: "per" is the period of a "target".'),
        ("metric = 'orders', show = 'list', by = 'type', at_least = 3", '.at_least: "at_least" is for ratios, averages and percentiles.'),
        ("metric = 'orders', show = 'bars', by = 'type', group = 'top'", '.group: show = "bars" takes no "group".'),
        ("metric = 'orders', show = 'list', by = 'type', group = ''", '.group: Expected "str" of length >= 1.'),
        ("widget = 'page-views', group = 'top'", '.group: A Python widget takes no "group".'),
        ("metric = 'orders', show = 'line', order = 'lowest'", '.order: show = "line" takes no "order".'),
        ("metric = 'orders', show = 'events', columns = ['country']", '.columns[0]: "country" is not a column: occurred_at, type, channel, project, user or properties.NAME.'),
        ("metric = 'orders', show = 'pie'", ".show: This must be one of number, line, bars, list, heatmap, funnel, events, text."),
        ("metric = 'order', show = 'line'", '.metric: There is no metric "order". Did you mean "orders"?'),
        ("show = 'text'", ': show = "text" needs "text", and no metric or widget.'),
        ("show = 'text', text = '[x](http://a)'", '.text: The link "http://a" must start with https:// or mailto:.'),
        ("widget = 'page-views', show = 'line'", ".show: A Python widget has its own drawing."),
        ("widget = 'page-views', by = 'type'", '.by: A Python widget takes no "by".'),
    ],
)  # fmt: skip
def test_a_panel_that_makes_no_sense_is_refused(panel, fault):
    assert f"boards.shop.panels[0]{fault}" in panel_faults(panel)


@pytest.mark.parametrize(
    "panel",
    [
        "metric = 'revenue', show = 'number', target = 5, per = 'month'",
        "metric = 'latency', show = 'number', target = 300",
        "metric = 'to_door', show = 'number'",
        "metric = 'basket', show = 'list', by = 'properties.a.b', order = 'lowest', at_least = 20",
        "metrics = ['orders', 'buyers'], show = 'list', by = 'type', group = 'top'",
        "metric = 'orders', show = 'events', columns = ['occurred_at', 'properties.a']",
        "show = 'text', text = '[Ask](mailto:a@example.com) or [read](https://example.com)'",
        "widget = 'page-views', size = 'half'",
    ],
)
def test_a_panel_that_makes_sense_is_read(panel):
    assert len(read(panel).boards["shop"].panels) == 1


def test_slugs_are_short_first_and_grow_where_needed():
    assert slugs(
        "metric = 'orders', show = 'bars', by = 'type'",
        "metric = 'orders', show = 'bars', by = 'properties.dish'",
        "metric = 'orders', show = 'number'",
    ) == ["orders-bars-type", "orders-bars", "orders"]


def test_slugs_do_not_depend_on_the_order_of_the_panels():
    panels = ["metric = 'orders', show = 'list', by = 'type'", "metric = 'orders', show = 'number'"]

    assert slugs(*panels) == slugs(*reversed(panels))[::-1] == ["orders-list", "orders"]


def test_two_panels_with_one_slug_are_refused():
    panel = "metric = 'orders', show = 'line', slug = 'x'"

    assert panel_faults(panel, panel) == [
        f'boards.shop.panels[{n}]: Two panels have the slug "x": set "slug" on one.' for n in (0, 1)
    ]


def test_the_slug_of_a_python_widget_is_refused():
    text = board_file("metric = 'orders', show = 'line', slug = 'page-views'")

    with pytest.raises(Exception) as error:
        read_board_file(text, Existing(widgets=frozenset({"page-views"})))
    assert error.value.faults[0].reason == '"page-views" is the slug of a Python widget.'


def test_a_widget_that_is_not_installed_is_a_warning():
    text = board_file("widget = 'page-view'")

    checked = read_board_file(text, Existing(widgets=frozenset({"page-views"})))
    about_panels = tuple(fault for fault in checked.warnings if fault.path[0] == "boards")
    assert about_panels == (
        Fault(("boards", "shop", "panels", 0, "widget"), 'The widget "page-view" is not installed here. Did you mean "page-views"?', is_warning=True),
    )  # fmt: skip
