"""Number cards choose what the large chart shows."""

import pytest
from playwright.sync_api import expect

from tests.browser.board_page import (
    LAST_7_DAYS,
    bucket_point,
    expect_one_refresh,
    go_back_and_forward,
    hover_card,
    panel,
    url_query,
    wait_until_ready,
)

pytestmark = pytest.mark.browser
CHOSEN = {"time_range": ["7d"], "metric": ["total-errors"]}


def chart_title(page):
    return panel(page, "events-time-series").get_by_role("heading")


def card(page, name):
    return page.locator(".kpi").get_by_role("button", name=name, exact=True)


def pressed(page):
    return page.locator(".card-do[aria-pressed=true]")


def test_a_card_chooses_and_the_same_card_gives_the_chart_back(board):
    expect(pressed(board)).to_have_count(0)
    with expect_one_refresh(board):
        card(board, "Number of errors").press("Enter")

    assert url_query(board) == CHOSEN
    expect(chart_title(board)).to_have_text("Number of errors")
    expect(pressed(board)).to_have_text("Number of errors")
    cursor = panel(board, "events-time-series").get_by_role("slider")
    expect(cursor).to_have_attribute("aria-label", "Number of errors, chart")
    go_back_and_forward(board, LAST_7_DAYS, CHOSEN)
    expect(pressed(board)).to_have_text("Number of errors")
    with expect_one_refresh(board):
        card(board, "Number of errors").click()
    assert url_query(board) == LAST_7_DAYS
    expect(chart_title(board)).to_have_text("Events")
    expect(cursor).to_have_attribute("aria-label", "Events, chart")


def test_all_of_a_card_can_be_clicked_and_keys_choose_too(board):
    with expect_one_refresh(board):
        panel(board, "total-validations").locator(".val").click()
    expect(chart_title(board)).to_have_text("Number of validations")
    with expect_one_refresh(board):
        board.keyboard.press("Alt+3")
    expect(chart_title(board)).to_have_text("Success rate")
    board.keyboard.press("Alt+9")  # there is no such card
    panel(board, "total-errors").locator("[data-do=menu]").click()  # opens the menu only
    expect(chart_title(board)).to_have_text("Success rate")


def test_a_page_opens_with_the_chosen_metric(board):
    board.goto(f"{board.board_url}?time_range=7d&metric=total-validations")
    wait_until_ready(board)

    expect(chart_title(board)).to_have_text("Number of validations")
    expect(pressed(board)).to_have_text("Number of validations")
    x, y = bucket_point(board, 6)
    board.mouse.move(x, y)
    expect(hover_card(board)).to_contain_text("Validations")


def test_an_unknown_card_is_ignored_with_a_notice(board):
    board.goto(f"{board.board_url}?time_range=7d&metric=profits")
    wait_until_ready(board)

    notice = "No number card “profits” on this dashboard. It was ignored."
    expect(board.locator("#notice")).to_have_text(notice)
    expect(chart_title(board)).to_have_text("Events")


def test_the_events_behind_the_chart_are_those_of_the_card(board):
    board.goto(f"{board.board_url}?time_range=7d&metric=total-validations")
    wait_until_ready(board)
    number = panel(board, "total-validations").locator(".val").text_content()
    menu = panel(board, "events-time-series").locator("[data-do=menu]")
    menu.click()
    with board.expect_request("**/api/v1/query*") as asked:
        board.get_by_role("menuitem", name="See the events").click()

    assert asked.value.post_data_json["panel"] == "total-validations"
    expect(board.locator(".sheet h2")).to_contain_text(number)
