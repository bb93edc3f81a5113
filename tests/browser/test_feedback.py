"""What a board shows after a click, without moving: progress, chosen filters, and the age of its numbers."""

import pytest
from playwright.sync_api import expect

from tests.browser.board_page import (
    UPDATE_URL,
    choose_for,
    expect_one_refresh,
    panel,
    wait_until_ready,
)
from tests.browser.measuring import (
    cut_elements,
    resize,
)

pytestmark = pytest.mark.browser
# The scroll position, the top of the panels on the page, and the top of a row in the window.
POSITIONS = """() => [scrollY, document.querySelector(".grid").getBoundingClientRect().top + scrollY,
  document.querySelector("[data-panel=warnings-by-code] .row-do").getBoundingClientRect().top]"""


@pytest.mark.parametrize("width", [320, 768, 1024, 1440])
def test_a_filter_neither_moves_the_panels_nor_scrolls_the_page(open_page, width):
    page = open_page(viewport={"width": width, "height": 500})
    page.goto(f"{page.board_url}?time_range=7d")
    wait_until_ready(page, time_range="7d")
    row = panel(page, "warnings-by-code").locator(".row-do").first
    row.scroll_into_view_if_needed()
    scrolled, top, row_top = page.evaluate(POSITIONS)
    with expect_one_refresh(page):
        row.click(modifiers=["Control"])

    expect(page.locator(".chip")).to_have_count(1)
    assert page.evaluate(POSITIONS)[1] == top
    assert abs(page.evaluate(POSITIONS)[2] - row_top) <= 2
    assert page.evaluate(POSITIONS)[0] > scrolled / 2 > 0
    with expect_one_refresh(page):
        page.locator(".chip").evaluate("chip => chip.click()")
    assert page.evaluate(POSITIONS)[1] == top


def test_a_clicked_entry_keeps_the_focus_and_is_marked_as_pressed(board):
    entry = panel(board, "users-time-series").get_by_role("button", name="API")
    with expect_one_refresh(board):
        entry.press("Enter")
        board.keyboard.press("Enter")  # the menu's first item

    expect(entry).to_be_focused()
    expect(entry).to_have_attribute("aria-pressed", "true")
    with expect_one_refresh(board):
        choose_for(board, entry, "Remove this filter")
    expect(board.locator(".chip")).to_have_count(0)


def test_many_filters_stay_in_one_row_and_each_can_be_reached(open_page):
    page = open_page()
    filters = [f"properties.code:a-long-value-number-{n}" for n in range(12)]
    page.goto(f"{page.board_url}?time_range=7d&" + "&".join(f"filter={text}" for text in filters))
    page.wait_for_selector(".chip")
    for width in (320, 768, 1440):
        resize(page, width)
        assert page.locator(".chips").bounding_box()["height"] <= 44
        for chip in (page.locator(".chip").first, page.locator(".chip").last):
            chip.focus()
            expect(chip).to_be_in_viewport()
        assert cut_elements(page) == []


def test_a_choice_shows_progress_at_once(board):
    waiting = []

    def hold(route):
        waiting.append(route)

    board.route(UPDATE_URL, hold)
    panel(board, "users-time-series").get_by_role("button", name="API").click(modifiers=["Control"])
    board.wait_for_timeout(100)
    styles = board.evaluate("""() => [getComputedStyle(document.querySelector(".ic-refresh")).animationName,
      getComputedStyle(document.querySelector(".board-in"), "::before").height,
      document.querySelector("[data-filter='channel:api']").getAttribute("aria-pressed")]""")

    assert styles == ["turn", "2px", "true"]
    waiting[0].continue_()
    expect(board.locator("#board")).to_have_attribute("aria-busy", "false")


def test_the_age_of_the_numbers_is_shown_after_a_minute(board):
    freshness = board.locator(".fresh")
    assert freshness.text_content() == "Updated 09:30"
    board.evaluate("Date.now = (now => () => now() + 130000)(Date.now)")

    expect(freshness).to_have_text("Updated 09:30, 2 min. ago")


def test_the_placeholder_of_a_loading_board_is_visible(open_page):
    page = open_page()
    page.route("**/_dash-layout*", lambda _route: None)
    page.goto(page.board_url, wait_until="commit")
    page.wait_for_selector(".sk-title")

    colors = page.evaluate("[...document.querySelectorAll('.sk')].map((block) => getComputedStyle(block).backgroundColor)")  # fmt: skip
    assert set(colors) == {"rgb(228, 231, 236)"}
