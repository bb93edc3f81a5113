"""Refreshing a board: by button, and automatically at an interval."""

import pytest
from playwright.sync_api import expect

from tests import factories
from tests.browser.board_page import (
    LAST_7_DAYS,
    expect_one_refresh,
    panel,
    url_query,
    wait_until_ready,
)

pytestmark = pytest.mark.browser
TICK = "dash_component_api.getLayout('tick').props"


def test_the_refresh_button_shows_new_numbers(site, page, sign_in):
    runs = [factories.event("validation_run.created", f"2026-11-20T0{n}:00:00Z") for n in range(3)]
    factories.send(site.store, site.acme_scope, runs[:2])
    sign_in(f"{site.serve()}/app/acme/operations?time_range=7d")
    expect(panel(page, "total-validations").locator(".val")).to_have_text("2")
    factories.send(site.store, site.acme_scope, runs[2:])
    with expect_one_refresh(page):
        page.get_by_role("button", name="Refresh", exact=True).click()

    expect(panel(page, "total-validations").locator(".val")).to_have_text("3")
    assert url_query(page) == LAST_7_DAYS


@pytest.mark.parametrize(
    ("choice", "parameter", "shortest", "longest"),
    [("Every minute", "1m", 54_000, 66_000), ("Every 5 minutes", "5m", 270_000, 330_000)],
)
def test_the_refresh_interval_can_be_chosen(board, choice, parameter, shortest, longest):
    board.click(".bar-r .steps summary")
    with expect_one_refresh(board):
        board.get_by_role("button", name=choice, exact=True).click()

    assert url_query(board) == {"time_range": ["7d"], "refresh": [parameter]}
    assert shortest <= board.evaluate(TICK)["interval"] <= longest
    assert board.evaluate(TICK)["disabled"] is False
    board.click(".bar-r .steps summary")
    expect(board.locator(f"[data-rate='{parameter}']")).to_have_attribute("aria-current", "true")


def test_back_turns_automatic_refresh_on_again(board):
    board.click(".bar-r .steps summary")
    with expect_one_refresh(board):
        board.click("[data-rate=off]")
    assert board.evaluate(TICK)["disabled"] is True
    with board.expect_response("**/_dash-update-component*"):
        board.go_back()
    board.wait_for_timeout(100)

    assert board.evaluate(TICK)["disabled"] is False


def refresh_often(page) -> list[int]:
    """Speed up the board's refresh interval; return a list that gets the statuses of the responses."""
    statuses = []
    page.on(
        "response",
        lambda response: "_dash-update" in response.url and statuses.append(response.status),
    )
    page.evaluate("dash_clientside.set_props('tick', {interval: 150})")
    return statuses


def expect_refreshes(page) -> set[int]:
    """Wait for automatic refreshes, at least two; return their statuses."""
    statuses = refresh_often(page)
    page.wait_for_timeout(600)  # four intervals
    for _ in range(200):
        if len(statuses) >= 2:
            return set(statuses)
        page.wait_for_timeout(50)
    raise AssertionError(statuses)


def expect_no_refresh(page) -> None:
    statuses = refresh_often(page)
    page.wait_for_timeout(600)  # four intervals
    assert statuses == []


def test_an_automatic_refresh_without_news_gets_a_204(board):
    assert expect_refreshes(board) == {204}
    assert board.console_errors == []


@pytest.mark.parametrize("parameter", ["refresh=off", "as_of=2026-11-20T00:00:00Z"])
def test_a_board_that_is_off_or_frozen_does_not_refresh(board, parameter):
    board.goto(f"{board.board_url}?time_range=7d&{parameter}")
    wait_until_ready(board, time_range="7d")

    expect_no_refresh(board)


def test_a_hidden_page_does_not_refresh(board):
    set_hidden = """(isHidden) => {
      for (const [name, value] of [["hidden", isHidden], ["visibilityState", isHidden ? "hidden" : "visible"]])
        Object.defineProperty(document, name, {configurable: true, get: () => value});
      document.dispatchEvent(new Event("visibilitychange")); }"""
    board.evaluate(set_hidden, True)
    expect_no_refresh(board)

    board.evaluate(set_hidden, False)
    assert board.evaluate(TICK)["disabled"] is False
    assert expect_refreshes(board) == {204}
