"""Filters: the menus of rows and bars set them, chips and a button remove them."""

import pytest
from playwright.sync_api import expect

from tests.browser.board_page import (
    LAST_7_DAYS,
    bucket_point,
    choose_for,
    expect_one_refresh,
    go_back_and_forward,
    panel,
    url_query,
)

pytestmark = pytest.mark.browser


def test_the_menu_of_a_row_filters_the_board_and_its_chip_removes_the_filter(board):
    row = panel(board, "warnings-by-code").get_by_role("button", name="noisy")
    with expect_one_refresh(board):
        choose_for(board, row, "Only this")

    filtered = {"time_range": ["7d"], "filter": ["properties.code:noisy"]}
    assert url_query(board) == filtered
    expect(board.locator(".chip")).to_have_text("Code: noisyremove this filter")
    go_back_and_forward(board, LAST_7_DAYS, filtered)
    with expect_one_refresh(board):
        board.locator(".chip").press("Enter")
    assert url_query(board) == LAST_7_DAYS
    expect(board.locator(".chip")).to_have_count(0)


def test_one_button_removes_the_filters_of_a_bar_and_a_row(board):
    with expect_one_refresh(board):
        board.mouse.click(*bucket_point(board, 3, "users-time-series"))
        board.keyboard.press("Enter")  # the menu's first item
    assert url_query(board)["filter"] == ["channel:api"]
    expect(panel(board, "total-validations").locator(".val")).to_have_text("0")
    with expect_one_refresh(board):
        row = panel(board, "warnings-by-code").get_by_role("button", name="noisy")
        row.click(modifiers=["Control"])

    assert url_query(board)["filter"] == ["channel:api", "properties.code:noisy"]
    with expect_one_refresh(board):
        board.get_by_role("button", name="Clear all filters").first.click()
    assert url_query(board) == LAST_7_DAYS
