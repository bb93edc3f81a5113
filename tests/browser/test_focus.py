"""Keyboard focus: its order, its ring, and where it returns."""

import pytest
from playwright.sync_api import expect

from tests.browser.board_page import choose_for, choose_in_menu, expect_one_refresh, panel

pytestmark = pytest.mark.browser


def focus_stops(page, times):
    """Press Tab this many times; return the name, position, and focus ring of each stop."""
    stops = []
    for _ in range(times):
        page.keyboard.press("Tab")
        stops.append(
            page.evaluate("""() => {
          const element = document.activeElement, box = element.getBoundingClientRect();
          const style = getComputedStyle(element);
          const ring = element.closest(".range") ? getComputedStyle(element.closest(".range").querySelector(".dash-dropdown")) : style;
          return {name: element.id || element.dataset.do || element.className || element.tagName, x: box.x, y: box.y,
            ring: parseFloat(ring.outlineWidth) * (ring.outlineStyle === "none" ? 0 : 1), area: box.width * box.height};
        }""")
        )
    return stops


def test_tab_moves_through_the_controls_in_visual_order(board):
    board.locator("details.user summary").focus()
    names = [stop["name"] for stop in focus_stops(board, 11)]

    assert names == [
        "views", "range", "earlier", "btn quiet dates", "compare", "btn quiet", "btn quiet zone", "refresh",
        "btn icon", "edit", "metric",
    ]  # fmt: skip


def test_focus_order_matches_visual_order(board):
    positions = [(round(stop["y"] / 40), stop["x"]) for stop in focus_stops(board, 11)[4:]]

    assert positions == sorted(positions)


def test_every_focused_element_has_a_focus_ring(board):
    with expect_one_refresh(board):
        board.keyboard.press("c")
    board.locator("body").evaluate("body => { document.activeElement.blur(); }")
    stops = focus_stops(board, 34)

    assert len({stop["name"] for stop in stops}) > 12
    assert [stop["name"] for stop in stops if stop["ring"] < 2 and stop["name"] != "BODY"] == []


def test_closing_a_dialog_returns_the_focus(board):
    button = panel(board, "events-time-series").locator("[data-do=menu]")
    choose_in_menu(board, "events-time-series", "Expand")
    expect(board.get_by_role("button", name="Close")).to_be_focused()
    board.keyboard.press("Escape")
    expect(button).to_be_focused()

    board.locator("details.user summary").press("Enter")
    board.get_by_role("button", name="Keyboard shortcuts").press("Enter")
    expect(board.get_by_role("dialog")).to_be_visible()
    board.keyboard.press("Escape")
    expect(board.locator("details.user summary")).to_be_focused()


@pytest.mark.parametrize(
    "opener", [".custom > summary", ".zones > summary", ".bar-r .steps summary"]
)
def test_escape_closes_a_menu_and_returns_the_focus(board, opener):
    board.locator(opener).press("Enter")
    expect(board.locator(opener).locator("xpath=..")).to_have_attribute("open", "")
    board.keyboard.press("Tab")
    board.keyboard.press("Escape")

    expect(board.locator(opener)).to_be_focused()
    expect(board.locator("details[open]")).to_have_count(0)


def test_removing_a_chip_moves_the_focus_to_a_remaining_control(board):
    for slug, name in (("users-time-series", "API"), ("warnings-by-code", "noisy")):
        with expect_one_refresh(board):
            choose_for(board, panel(board, slug).get_by_role("button", name=name), "Only this")
    with expect_one_refresh(board):
        board.locator(".chip").last.press("Enter")
    expect(board.locator(".chip")).to_be_focused()
    with expect_one_refresh(board):
        board.locator(".chip").press("Enter")
    expect(board.locator("#main")).to_be_focused()


def test_focus_stays_inside_an_enlarged_panel(board):
    choose_in_menu(board, "events-time-series", "Expand")
    has_focus_inside = "document.activeElement === document.body || !!document.activeElement.closest('[data-large]')"
    for _ in range(6):
        board.keyboard.press("Tab")
        assert board.evaluate(has_focus_inside)
