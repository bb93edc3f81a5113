"""Keyboard shortcuts."""

import pytest
from playwright.sync_api import expect

from tests.browser.board_page import (
    expect_one_refresh,
    expect_requests,
    url_query,
    wait_until_ready,
)

pytestmark = pytest.mark.browser


def test_each_shortcut_does_what_its_description_says(board):
    with expect_one_refresh(board):
        board.keyboard.press("c")
    assert url_query(board) == {"time_range": ["7d"], "compare": ["previous"]}
    with expect_one_refresh(board):
        board.keyboard.press("[")
    assert url_query(board)["as_of"] == ["2026-11-14T00:00:00Z"]
    with expect_one_refresh(board):
        board.keyboard.press("]")
    assert "as_of" not in url_query(board)
    with expect_one_refresh(board):
        board.keyboard.press("r")
    with expect_one_refresh(board):
        board.keyboard.press("5")
    assert url_query(board) == {"time_range": ["14d"], "compare": ["previous"]}
    board.keyboard.press("?")
    expect(board.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()


def test_shortcuts_do_nothing_while_typing(board):
    board.click(".zones > summary")
    with expect_requests(board, []):
        board.get_by_role("combobox", name="Time zone").press("c")
        board.keyboard.press("Escape")
        board.click(".custom > summary")
        board.locator("#custom-from").press("5")
        board.locator("#custom-from").press("c")


def test_disabled_shortcuts_stay_disabled(board):
    board.keyboard.press("?")
    board.get_by_role("switch", name="Enable keyboard shortcuts").press("Space")
    board.keyboard.press("Escape")
    with expect_requests(board, []):
        board.keyboard.press("c")
    board.reload()
    wait_until_ready(board, time_range="7d")
    with expect_requests(board, []):
        board.keyboard.press("c")

    board.click("details.user summary")
    board.get_by_role("button", name="Keyboard shortcuts").click()
    switch = board.get_by_role("switch", name="Enable keyboard shortcuts")
    expect(switch).not_to_be_checked()
