"""Drawings of units in a browser: names at line ends, heat maps by keyboard, numbers that fit."""

import pytest
from playwright.sync_api import expect

from dashapp.domain.series import HeatRow, ScalarRow, SeriesRow
from dashapp.domain.units import Format
from dashapp.widgets import By, Drawing, Look, Painted, Size, Widget, bars, heatmap, lines, number
from dashapp.widgets.catalog import Catalog
from dashapp.widgets.drawings import note
from tests import factories
from tests.browser.board_page import (
    UPDATE_URL,
    choose_for,
    panel,
    serve_modules,
    wait_until_ready,
    wait_until_true,
)

BOARD = "/app/acme/operations"
EUR = Look(unit="EUR", title="Revenue", label="Country")


def series(_session, _scope, time_range):
    """Three countries; the last values are close to each other."""
    return [
        SeriesRow(bucket.start, name, value + number, bucket.complete)
        for number, bucket in enumerate(time_range.buckets)
        for name, value in (("de", 300.5), ("at", 20.0), ("nl", 18.0))
    ]


def fewer_countries(session, scope, time_range):
    """Three countries in seven days, one in longer ranges."""
    rows = series(session, scope, time_range)
    return [row for row in rows if row.series == "de"] if len(time_range.buckets) > 7 else rows


def hours(_session, _scope, _time_range):
    return [HeatRow(day, hour, day * hour) for day in range(1, 8) for hour in range(24)]


def one(value):
    return lambda _session, _scope, _time_range: [ScalarRow(value, None)]


def widget(slug, query, draw, size=Size.HALF, by=None):
    return Widget(slug=slug, title=slug, size=size, query=query, draw=draw, by=by)


UNKNOWN = Drawing(
    paint=lambda _widget, _rows, _range: Painted([], {"data": [{"type": "heatmap"}], "layout": {}}),
    is_empty=lambda _rows: False,
    has_figure=True,
)
WIDGETS = (
    widget("lines", series, lines(EUR), by=By("properties.country", "Country")),
    widget("bars", series, bars(EUR)),
    widget("hours", hours, heatmap(Look())),
    widget("long", one(123_456_789_012_345), number(Look(unit="orders")), Size.QUARTER),
)


@pytest.fixture
def open_board(site, page, sign_in):
    def open_board(*widgets, width=1280):
        factories.send(site.store, site.acme_scope, [factories.event()])
        factories.place(site.store, site.acme_scope, [one.slug for one in widgets])
        page.set_viewport_size({"width": width, "height": 900})
        sign_in(f"{site.serve(catalog=Catalog(widgets))}{BOARD}?time_range=7d")
        return page

    return open_board


def test_lines_have_their_names_at_their_ends(open_board):
    page = open_board(*WIDGETS)
    wait_until_ready(page)
    names = panel(page, "lines").locator(".ends button")

    expect(names).to_have_text(["de", "at", "nl"])
    # In one step: the names are made again when the chart has its final size.
    tops = wait_until_true(
        page,
        """() => {
        const names = [...document.querySelectorAll(".ends button")];
        const tops = names.map((name) => name.getBoundingClientRect().top);
        return new Set(tops).size === 3 && tops;
    }""",
    )
    assert tops[2] - tops[1] == pytest.approx(15, abs=0.5)  # closer, they would overlap
    expect(panel(page, "lines").locator(".legend .of-line").first).to_be_hidden()
    choose_for(page, names.nth(1), "Only this")
    expect(page.locator(".chip")).to_have_attribute("title", "Country: at")


def test_names_at_line_ends_go_with_the_lines(open_board):
    by_country = By("properties.country", "Country")
    page = open_board(widget("lines", fewer_countries, lines(EUR), by=by_country))
    wait_until_ready(page)
    expect(panel(page, "lines").locator(".ends button")).to_have_count(3)
    page.keyboard.press("5")  # 30 days

    expect(panel(page, "lines").locator(".ends")).to_be_empty()


def test_the_names_at_line_ends_are_one_tab_stop(open_board):
    page = open_board(*WIDGETS)
    wait_until_ready(page)
    names = panel(page, "lines").locator(".ends button")
    expect(names).to_have_count(3)
    panel(page, "lines").locator(".cursor").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    expect(names.nth(0)).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(names.nth(1)).to_be_focused()
    page.keyboard.press("Tab")
    expect(panel(page, "lines").locator(".ends :focus")).to_have_count(0)
    names.nth(1).focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")  # the menu's first item

    expect(page.locator(".chip")).to_have_attribute("title", "Country: at")


def test_a_narrow_chart_has_a_legend_instead(open_board):
    page = open_board(*WIDGETS, width=480)
    wait_until_ready(page)

    expect(panel(page, "lines").locator(".legend .of-line")).to_have_text(["de", "at", "nl"])
    expect(panel(page, "lines").locator(".ends button")).to_have_count(0)
    page.set_viewport_size({"width": 1280, "height": 900})
    expect(panel(page, "lines").locator(".ends button")).to_have_count(3)


def test_names_are_moved_apart_as_little_as_possible(open_board):
    page = open_board(*WIDGETS)
    wait_until_ready(page)
    serve_modules(page)
    places = page.evaluate("""async () => {
      const { apart } = await import("/modules/board/chart/ends.js");
      return [apart([10, 100], 0, 200), apart([50, 52], 0, 200), apart([195, 198], 0, 200),
        apart([1, 2, 40], 0, 200), apart([], 0, 200)]; }""")

    assert places == [[10, 100], [43.5, 58.5], [185, 200], [0, 15, 40], []]


def test_a_tooltip_has_values_with_their_unit_and_the_total(open_board):
    page = open_board(*WIDGETS)
    wait_until_ready(page)
    box = panel(page, "bars").locator(".cursor").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] - 60)
    card = panel(page, "bars").locator(".card-of")

    expect(card.locator("tr")).to_have_text(
        ["de€30487%", "at€23.007%", "nl€21.006%", "Total€348100%"]
    )
    expect(card.locator("tr.pointed")).to_have_text("de€30487%")


def test_arrow_keys_move_between_the_cells_of_a_heat_map(open_board):
    page = open_board(*WIDGETS)
    wait_until_ready(page)
    heat = panel(page, "hours")
    heat.locator("td.now").focus()  # Friday, 09:30
    for key in ("ArrowRight", "ArrowUp", "End", "ArrowRight"):
        page.keyboard.press(key)

    expect(heat.locator(".card-of strong")).to_have_text("Thu 23:00–24:00")
    expect(heat.locator(".card-of .big")).to_have_text("92")
    expect(heat.locator("td[tabindex='0']")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(heat.locator(".card-of")).to_be_hidden()


def test_a_number_without_room_is_shown_in_short(open_board):
    page = open_board(*WIDGETS, width=390)
    wait_until_ready(page)
    value = panel(page, "long").locator(".val")

    expect(value).to_have_text("123.5T orders")
    expect(value).to_have_attribute("title", "123,456,789,012,345 orders")
    page.set_viewport_size({"width": 1280, "height": 900})
    expect(value).to_have_text("123,456,789,012,345 orders")


def test_a_panel_with_an_unknown_trace_shows_an_error(open_board, caplog):
    page = open_board(WIDGETS[3], widget("map", one(1), UNKNOWN))

    expect(panel(page, "map")).to_have_attribute("data-state", "error")
    expect(panel(page, "long")).to_have_attribute("data-state", "ready")
    assert "trace of type “heatmap”" in caplog.text


def test_a_note_stays_when_another_range_cannot_be_loaded(open_board):
    page = open_board(WIDGETS[3], widget("note", one(1), note("Read me."), Size.FULL))
    wait_until_ready(page)
    page.route(UPDATE_URL, lambda route: route.abort())
    page.evaluate("dash_clientside.set_props('range', {value: '30d'})")

    expect(panel(page, "long")).to_contain_text("Could not load")
    expect(panel(page, "note")).to_contain_text("Read me.")


NUMBERS = (0, 5, 18.42, 99.999, 1234.5, 20_192, -412.5, 0.0004, 0.9999, 150.5, 12_345, 1_234_567)
UNITS = ("EUR", "CHF", "JPY", "percent", "%", "ms", "s", "min", "bytes", "orders")


@pytest.mark.parametrize("unit", UNITS)
def test_the_browser_writes_numbers_as_the_server_does(open_board, unit):
    page = open_board(WIDGETS[3])
    wait_until_ready(page)
    serve_modules(page)
    unit_format = Format(unit)
    formatted = page.evaluate(
        """async ({ numbers, unit }) => {
      const { number } = await import("/modules/board/chart/numbers.js");
      return numbers.map((value) => number(value, unit)); }""",
        {"numbers": NUMBERS, "unit": unit_format.for_browser()},
    )

    is_short = unit_format.kind == "currency"
    expected = [unit_format.text(value) for value in NUMBERS[: -1 if is_short else None]]
    assert formatted[: len(expected)] == expected
