"""The comparison switch and the time zone."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.board_page import (
    LAST_7_DAYS,
    expect_one_refresh,
    expect_requests,
    go_back_and_forward,
    panel,
    url_query,
    wait_for_zone,
    wait_until_ready,
    wait_until_true,
)

pytestmark = pytest.mark.browser
NAMES_ACTIVE_OPTION = """() => document.querySelector(".zones [data-active]").id ===
  document.querySelector(".zones [role=combobox]").getAttribute("aria-activedescendant")"""


def test_a_switch_compares_with_the_previous_range(board):
    with expect_one_refresh(board):
        board.get_by_role("switch", name="Compare").press("Space")

    compared = {"time_range": ["7d"], "compare": ["previous"]}
    assert url_query(board) == compared
    expect(board.locator("#before")).to_have_text("with 7 – 13 November")
    expect(panel(board, "events-time-series").locator(".legend")).to_contain_text("Previous 7 days")
    go_back_and_forward(board, LAST_7_DAYS, compared)
    expect(board.locator("#compare")).to_be_checked()
    with expect_one_refresh(board):
        board.uncheck("#compare")
    assert url_query(board) == LAST_7_DAYS


def test_back_turns_the_switch_off(board):
    with expect_one_refresh(board):
        board.check("#compare")
    board.go_back()

    expect(board.locator("#compare")).not_to_be_checked()
    expect(panel(board, "events-time-series").locator(".legend")).not_to_contain_text("Previous")


def test_a_time_zone_can_be_chosen_and_reset(board):
    board.click(".zones > summary")
    search = board.get_by_role("combobox", name="Time zone")
    expect(search).to_be_focused()
    search.fill("st johns")
    expect(board.get_by_role("option")).to_have_text(re.compile("America/St_JohnsUTC−[23]:30"))
    with expect_one_refresh(board):
        search.press("Enter")

    in_st_johns = {"time_range": ["7d"], "tz": ["America/St_Johns"]}
    assert url_query(board) == in_st_johns
    expect(board.locator("#zone")).to_have_text("America/St_Johns, UTC−3:30")
    go_back_and_forward(board, LAST_7_DAYS, in_st_johns)
    board.click(".zones > summary")
    expect(active_option(board)).to_contain_text("America/St_Johns")
    wait_until_true(board, NAMES_ACTIVE_OPTION)
    search.fill("no such zone")
    expect(board.locator(".picker-none")).to_have_text("No time zone has this name.")
    search.fill("u")
    search.press("ArrowUp")
    search.press("ArrowDown")
    expect(active_option(board)).to_contain_text("organization")
    with expect_one_refresh(board):
        active_option(board).click()
    assert url_query(board) == LAST_7_DAYS


def test_a_zone_that_the_browser_lists_under_an_alias_is_selected(board):
    board.goto(f"{board.board_url}?time_range=7d&tz=Asia/Kolkata")
    wait_until_ready(board)
    wait_for_zone(board, "Asia/Kolkata")
    board.click(".zones > summary")

    expect(active_option(board)).to_contain_text("Asia/Kolkata")


def active_option(page):
    """Return the option that the search field names as active, at the time of each look."""
    options = page.locator(".zones [role=option]")
    return options.and_(page.locator("[data-active]"))


def test_the_menu_of_comparisons_names_dates_and_writes_the_url(board):
    board.locator(".comparing > summary").press("Enter")
    items = board.get_by_role("menuitemradio")
    expect(items).to_have_text([
        "Previous 7 days7 – 13 November",
        "Same weekdays earlier7 – 13 November",
        "Same period last year14 – 20 November 2025 · no data that far back",
        "Custom…Choose a first day",
        "No comparison",
    ])  # fmt: skip
    expect(items.first).to_be_focused()
    with expect_requests(board, []):
        items.nth(2).click(force=True)
    board.keyboard.press("End")
    with expect_one_refresh(board):
        board.keyboard.press("Enter")

    assert url_query(board) == {"time_range": ["7d"], "compare": ["off"]}
    expect(board.locator("#before")).to_have_text("no comparison")
    expect(board.locator("#compare")).not_to_be_checked()


def test_the_switch_turns_on_what_was_chosen_last_in_this_browser(board):
    board.goto(f"{board.board_url}?time_range=7d")
    wait_until_ready(board, time_range="7d")
    board.locator(".comparing > summary").click()
    with expect_one_refresh(board):
        board.get_by_role("menuitemradio", name="Same weekdays earlier").click()
    board.goto(f"{board.board_url}?time_range=7d")
    wait_until_ready(board, time_range="7d")
    with expect_one_refresh(board):
        board.check("#compare")

    assert url_query(board) == {"time_range": ["7d"], "compare": ["weekdays"]}


def test_a_comparison_can_start_on_any_day_with_data(board):
    board.click(".comparing > summary")
    board.get_by_role("menuitemradio", name="Custom…").click()
    field = board.get_by_label("First day")
    expect(field).to_have_value("7 Nov 2026")
    expect(board.locator('.own [aria-selected="true"]')).to_have_count(7)
    field.fill("1 october")
    field.press("Enter")
    expect(board.locator(".own .bad")).to_have_text(
        "There is no data that far back. Begin on 2 Nov 2026."
    )
    expect(board.get_by_role("button", name="Sunday, November 1, 2026")).to_be_disabled()
    with expect_one_refresh(board):
        board.get_by_role("button", name="Tuesday, November 3, 2026").click()

    chosen = {
        "time_range": ["7d"],
        "compare": ["2026-11-03T00:00:00Z/2026-11-09T09:30:00Z"],
    }
    assert url_query(board) == chosen
    expect(board.locator("#before")).to_have_text("with 3 – 9 November")
    with expect_one_refresh(board):
        board.uncheck("#compare")
    with expect_one_refresh(board):
        board.check("#compare")
    assert url_query(board) == chosen
