"""Light mode, dark mode, and settings that the browser stores."""

import pytest
from playwright.sync_api import expect

from tests.browser.board_page import (
    expect_one_refresh,
    wait_until_ready,
)

pytestmark = pytest.mark.browser


def test_dark_mode_is_applied_before_the_first_paint(board):
    background = "getComputedStyle(document.body).backgroundColor"
    board.click("details.user summary")
    board.get_by_role("button", name="Dark").click()
    assert board.evaluate(background) == "rgb(13, 15, 19)"
    expect(board.get_by_role("button", name="Dark")).to_have_attribute("aria-pressed", "true")
    board.add_init_script(
        "document.addEventListener('DOMContentLoaded', () => {"
        "window.atFirst = document.documentElement.dataset.theme; });"
    )
    board.reload()

    assert board.evaluate("window.atFirst") == "dark"
    board.click("details.user summary")
    board.get_by_role("button", name="System").click()
    assert board.evaluate("localStorage.getItem('dashapp-theme')") is None
    assert board.evaluate(background) == "rgb(246, 247, 249)"


@pytest.mark.parametrize("stored", ["<script>", "dark ", "[object Object]", "", "null"])
def test_invalid_stored_settings_are_removed(board, stored):
    board.evaluate("text => localStorage.setItem('dashapp-theme', text)", stored)
    board.evaluate("text => localStorage.setItem('dashapp-keys', text)", stored)
    board.reload()
    wait_until_ready(board, time_range="7d")
    with expect_one_refresh(board):
        board.keyboard.press("c")

    assert board.evaluate("document.documentElement.dataset.theme || null") is None
    assert board.evaluate("[localStorage['dashapp-theme'], localStorage['dashapp-keys']]") == [
        None,
        None,
    ]
    assert board.console_errors == []
