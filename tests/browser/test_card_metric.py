"""Number cards choose what the large chart shows."""

from dataclasses import replace

import pytest
from playwright.sync_api import expect

from dashapp.dashboards.provision import provision
from tests.browser.board_page import (
    LAST_7_DAYS,
    bucket_point,
    choose_in_menu,
    expect_one_refresh,
    expect_requests,
    go_back_and_forward,
    hover_card,
    panel,
    url_query,
    wait_until_ready,
)
from tests.factories import event, send
from tests.templates import OPERATIONS

pytestmark = pytest.mark.browser
NUMBERS_ONLY = replace(OPERATIONS, slug="numbers", panels=OPERATIONS.panels[:4])
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


def test_a_card_enlarges_as_the_chart_of_its_metric(board):
    change = panel(board, "total-errors").locator(".dl").inner_text()
    with expect_one_refresh(board):
        choose_in_menu(board, "total-errors", "Expand")
    dialog = board.get_by_role("dialog", name="Number of errors")
    expect(dialog.get_by_role("slider")).to_be_visible()
    number = panel(board, "total-errors").locator(".val").text_content()
    expect(dialog.locator(".large-number")).to_contain_text(number)
    expect(dialog.locator(".large-number")).to_contain_text(change.splitlines()[0])
    before = panel(board, "total-errors").locator(".delta").get_attribute("title")
    expect(dialog.locator(".large-number .vs")).to_have_text(f"vs {before}")
    assert url_query(board) == {**CHOSEN, "panel": ["events-time-series"]}

    with expect_one_refresh(board):
        board.keyboard.press("Escape")
    assert url_query(board) == LAST_7_DAYS
    expect(chart_title(board)).to_have_text("Events")
    expect(board.locator(".large-number")).to_have_count(0)


def test_a_chosen_card_enlarges_at_once_and_stays_chosen(board):
    with expect_one_refresh(board):
        card(board, "Number of errors").click()
    with expect_requests(board, []):
        choose_in_menu(board, "total-errors", "Expand")
        expect(board.get_by_role("dialog", name="Number of errors")).to_be_visible()
        board.keyboard.press("Escape")

    assert url_query(board) == CHOSEN


def test_a_card_without_a_chart_does_not_enlarge(site, page, sign_in):
    """A bare number tells no more when it is large."""
    provision(site.store, site.acme_scope, NUMBERS_ONLY, now=2)
    send(site.store, site.acme_scope, [event("validation_run.created", "2026-11-19T12:00:00Z")])
    sign_in(f"{site.serve()}/app/acme/numbers")
    panel(page, "total-errors").locator("[data-do=menu]").click()

    expect(page.get_by_role("menuitem", name="Download CSV")).to_be_visible()
    expect(page.get_by_role("menuitem", name="Expand")).to_have_count(0)
