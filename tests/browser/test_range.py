"""The range control: presets, custom dates, and steps earlier and later."""

import pytest
from playwright.sync_api import expect

from dashapp.dashboards.provision import add_org
from dashapp.domain.access.roles import Role
from tests import factories
from tests.browser.board_page import (
    LAST_7_DAYS,
    expect_one_refresh,
    expect_requests,
    go_back_and_forward,
    url_query,
    wait_for_zone,
    wait_until_ready,
)

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def test_back_undoes_the_choice_of_a_preset(board):
    with expect_one_refresh(board):
        board.click("#range")
        board.get_by_role("option", name="Last 14 days", exact=True).click()

    assert url_query(board) == {"time_range": ["14d"]}
    go_back_and_forward(board, LAST_7_DAYS, {"time_range": ["14d"]})
    expect(board.locator("#range")).to_contain_text("Last 14 days")


def test_menus_fit_on_the_smallest_screen(open_page):
    page = open_page(viewport={"width": 320, "height": 700})
    page.goto(f"{page.board_url}?time_range=7d")
    wait_until_ready(page, time_range="7d")

    for opener in (".custom > summary", ".zones > summary", ".bar-r .steps summary"):
        page.click(opener)
        box = page.locator("details[open] > .menu").bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 320
        page.keyboard.press("Escape")


def test_dates_can_be_chosen_in_the_form(board):
    board.click(".custom > summary")
    assert board.input_value("#custom-from") == "2026-11-14T00:00"
    assert board.input_value("#custom-to") == "2026-11-20T09:30"
    board.fill("#custom-from", "2026-11-02T00:00")
    board.fill("#custom-to", "2026-11-08T00:00")
    with expect_one_refresh(board):
        board.click("[data-do=custom]")

    chosen_dates = {"from": ["2026-11-02T00:00:00Z"], "to": ["2026-11-08T00:00:00Z"]}
    assert url_query(board) == chosen_dates
    expect(board.locator("#dates")).to_have_text("2 – 7 November")
    expect(board.locator("#range")).to_contain_text("Custom range")
    go_back_and_forward(board, LAST_7_DAYS, chosen_dates)


def test_dates_can_be_typed_without_a_mouse(board):
    board.keyboard.press("d")
    expect(board.locator("#custom-from")).to_be_focused()
    board.keyboard.type("11022026")
    board.keyboard.press("ArrowRight")
    board.keyboard.type("1200AM")
    with expect_one_refresh(board):
        board.keyboard.press("Enter")

    assert url_query(board) == {"from": ["2026-11-02T00:00:00Z"], "to": ["2026-11-20T09:30:00Z"]}
    expect(board.locator(".custom > summary")).to_be_focused()


@pytest.mark.parametrize("to", ["2026-11-05T00:00", "2026-11-04T23:59"])
def test_dates_that_end_before_they_start_show_an_error(board, to):
    board.click(".custom > summary")
    board.fill("#custom-from", "2026-11-05T00:00")
    board.fill("#custom-to", to)
    with expect_requests(board, []):
        board.click("[data-do=custom]")

    expect(board.get_by_role("alert")).to_have_text("The start must be before the end.")
    assert url_query(board) == LAST_7_DAYS


def test_dates_around_a_clock_change_use_the_orgs_zone(site, page, sign_in):
    berlin = add_org(site.store, factories.scope, "berlin", timezone="Europe/Berlin", now=1)
    factories.add_user(site.store, "kim@example.com", (factories.scope(berlin), Role.OWNER))
    sign_in(f"{site.serve()}/app/berlin/operations", "kim@example.com")
    wait_for_zone(page, "Europe/Berlin")
    page.click(".custom > summary")
    page.fill("#custom-from", "2026-10-24T12:00")
    page.fill("#custom-to", "2026-10-26T12:00")
    with expect_one_refresh(page):
        page.click("[data-do=custom]")

    assert url_query(page) == {"from": ["2026-10-24T10:00:00Z"], "to": ["2026-10-26T11:00:00Z"]}
    page.click(".custom > summary")
    assert page.input_value("#custom-from") == "2026-10-24T12:00"
    assert page.input_value("#custom-to") == "2026-10-26T12:00"


def test_the_range_moves_one_step_earlier_and_later(board):
    earlier = board.get_by_role("button", name="Earlier")
    later = board.get_by_role("button", name="Later")
    expect(later).to_be_disabled()
    with expect_one_refresh(board):
        earlier.click()

    earlier_range = {"time_range": ["7d"], "as_of": ["2026-11-14T00:00:00Z"]}
    assert url_query(board) == earlier_range
    expect(later).to_be_enabled()
    with expect_one_refresh(board):
        later.press("Enter")
    assert url_query(board) == LAST_7_DAYS
    expect(later).to_be_disabled()
    go_back_and_forward(board, earlier_range, LAST_7_DAYS)


def test_choosing_another_range_returns_to_now(board):
    with expect_one_refresh(board):
        board.keyboard.press("[")
    with expect_one_refresh(board):
        board.keyboard.press("5")

    assert url_query(board) == {"time_range": ["14d"]}
    expect(board.locator("#as-of")).to_have_text("Updated 09:30")
