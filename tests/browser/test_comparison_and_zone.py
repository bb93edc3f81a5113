"""The comparison switch and the time zone."""

import pytest
from playwright.sync_api import expect

from tests.browser.board_page import (
    LAST_7_DAYS,
    expect_one_refresh,
    go_back_and_forward,
    panel,
    url_query,
    wait_for_zone,
    wait_until_ready,
)

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


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
    select = board.get_by_label("Time zone")
    expect(select).to_be_focused()
    with expect_one_refresh(board):
        select.select_option("America/St_Johns")

    in_st_johns = {"time_range": ["7d"], "tz": ["America/St_Johns"]}
    assert url_query(board) == in_st_johns
    expect(board.locator("#zone")).to_have_text("America/St_Johns, UTC−3:30")
    go_back_and_forward(board, LAST_7_DAYS, in_st_johns)
    board.click(".zones > summary")
    expect(select).to_have_value("America/St_Johns")
    with expect_one_refresh(board):
        select.select_option("")
    assert url_query(board) == LAST_7_DAYS


def test_a_zone_that_the_browser_lists_under_an_alias_is_selected(board):
    board.goto(f"{board.board_url}?time_range=7d&tz=Asia/Kolkata")
    wait_until_ready(board)
    wait_for_zone(board, "Asia/Kolkata")
    board.click(".zones > summary")

    expect(board.get_by_label("Time zone")).to_have_value("Asia/Kolkata")
