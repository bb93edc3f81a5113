"""What screen readers announce: names, values, summaries, and changes."""

import pytest
from playwright.sync_api import expect

from tests.browser.board_page import choose_in_menu, expect_one_refresh, panel

pytestmark = pytest.mark.browser


def test_the_range_control_announces_its_name_and_value(board):
    control = board.get_by_role("combobox", name="Range: Last 7 days")
    expect(control).to_have_attribute("aria-expanded", "false")

    with expect_one_refresh(board):
        board.keyboard.press("6")

    expect(board.get_by_role("combobox", name="Range: Last 30 days")).to_be_attached()


def record_announcements(page):
    """Record what the status line announces from now on."""
    page.evaluate("""() => { window.announcements = []; const line = document.getElementById("announcement");
      new MutationObserver(() => window.announcements.push(line.textContent))
        .observe(line, {childList: true, characterData: true, subtree: true}); }""")


def test_a_new_range_is_announced_once_and_a_tick_is_not(board):
    expect(board.locator("#announcement")).to_have_attribute("role", "status")
    record_announcements(board)
    with board.expect_response("**/_dash-update-component*"):
        board.evaluate("dash_clientside.set_props('tick', {n_intervals: 5})")
    with expect_one_refresh(board):
        board.get_by_role("button", name="Refresh", exact=True).click()
    assert board.evaluate("window.announcements") == []
    with expect_one_refresh(board):
        board.keyboard.press("5")

    assert board.evaluate("window.announcements") == ["Showing Last 14 days, 7 – 20 November"]


def test_each_chart_has_a_summary_a_name_and_a_table(board):
    for slug, name in (("events-time-series", "Events"), ("users-time-series", "Users"),
                       ("runs-by-outcome", "Runs by outcome")):  # fmt: skip
        chart = panel(board, slug)
        expect(chart.get_by_role("slider", name=f"{name}, chart")).to_have_count(1)
        expect(chart.locator("p.sr")).to_contain_text("highest")
        choose_in_menu(board, slug, "Show as table")
        expect(chart.get_by_role("table")).to_have_count(1)
