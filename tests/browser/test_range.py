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

pytestmark = pytest.mark.browser


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

    for opener in (
        ".custom > summary",
        ".comparing > summary",
        ".zones > summary",
        ".bar-r .steps summary",
    ):
        page.click(opener)
        box = page.locator("details[open] > .menu").bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 320
        page.keyboard.press("Escape")


def test_dates_can_be_chosen_in_the_form(board):
    board.click(".custom > summary")
    assert board.input_value("#custom-from") == "14 Nov 2026"
    assert board.input_value("#custom-to") == "20 Nov 2026"
    board.fill("#custom-from", "2 november")
    board.fill("#custom-to", "2026-11-07")
    with expect_one_refresh(board):
        board.click("[data-do=custom]")

    chosen_dates = {"from": ["2026-11-02T00:00:00Z"], "to": ["2026-11-08T00:00:00Z"]}
    assert url_query(board) == chosen_dates
    expect(board.locator("#dates")).to_have_text("2 – 7 November")
    expect(board.locator("#range")).to_contain_text("Custom range")
    go_back_and_forward(board, LAST_7_DAYS, chosen_dates)


@pytest.mark.parametrize("how", ["clicked", "typed"])
def test_a_day_is_a_whole_day_whatever_was_shown_before(board, how):
    """The times of the last 24 hours are not those of another day."""
    board.goto(f"{board.board_url}?time_range=24h")
    wait_until_ready(board, time_range="24h")
    board.click(".custom > summary")
    expect(board.locator("#custom-from-time")).to_have_value("09:30")
    if how == "clicked":
        board.get_by_role("button", name="Tuesday, November 17, 2026").click()
    else:
        board.fill("#custom-from", "17 nov")
        board.fill("#custom-to", "17 nov")
    with expect_one_refresh(board):
        board.click("[data-do=custom]")

    assert url_query(board) == {"from": ["2026-11-17T00:00:00Z"], "to": ["2026-11-18T00:00:00Z"]}


def test_times_that_were_set_stay_with_another_day(board):
    board.click(".custom > summary")
    board.click("[data-do=times]")
    board.fill("#custom-from-time", "14:00")
    board.fill("#custom-to-time", "18:00")
    board.get_by_role("button", name="Tuesday, November 17, 2026").click()
    with expect_one_refresh(board):
        board.click("[data-do=custom]")

    assert url_query(board) == {"from": ["2026-11-17T14:00:00Z"], "to": ["2026-11-17T18:00:00Z"]}


def test_dates_can_be_typed_without_a_mouse(board):
    board.keyboard.press("d")
    expect(board.locator("#custom-from")).to_be_focused()
    board.keyboard.type("2.11. 14:30")
    board.keyboard.press("Tab")
    expect(board.locator("#custom-from-time")).to_have_value("14:30")
    board.fill("#custom-to", "yesterday")
    with expect_one_refresh(board):
        board.keyboard.press("Enter")

    assert url_query(board) == {"from": ["2026-11-02T14:30:00Z"], "to": ["2026-11-20T00:00:00Z"]}
    expect(board.locator(".custom > summary")).to_be_focused()


@pytest.mark.parametrize(
    ("from_", "to", "fault"),
    [
        ("2026-11-05", "2026-11-05 00:00", "The start must be before the end."),
        ("2026-11-05", "2026-11-04", "The start must be before the end."),
        ("2026-11-05", "21 nov 2026", "This day is in the future."),
        ("1.1.1900", "today", "This range is too long. Choose a shorter one."),
        (
            "soon",
            "today",
            "“soon” is not a date. Use a format such as 1 June 2026 or 2026-06-01.",
        ),
    ],
)
def test_impossible_dates_show_an_error(board, from_, to, fault):
    board.click(".custom > summary")
    board.fill("#custom-from", from_)
    board.fill("#custom-to", to)
    with expect_requests(board, []):
        board.click("[data-do=custom]")

    expect(board.locator("[data-fault]")).to_have_text(fault)
    assert url_query(board) == LAST_7_DAYS


def test_two_clicks_in_the_calendar_choose_a_range(board):
    board.click("#range")
    board.get_by_role("option", name="Custom…").click()
    expect(board.locator("#custom-from")).to_be_focused()
    expect(board.locator("#range")).to_contain_text("Last 7 days")
    expect(board.get_by_role("button", name="Saturday, November 21, 2026")).to_be_disabled()
    board.get_by_role("button", name="Thursday, November 5, 2026").click()
    board.get_by_role("button", name="Wednesday, October 28, 2026").hover()
    selected = board.locator('.when [role=gridcell][aria-selected="true"]')
    expect(selected).to_have_count(9)
    board.get_by_role("button", name="Wednesday, October 28, 2026").click()
    with expect_one_refresh(board):
        board.get_by_role("button", name="Apply").first.click()

    assert url_query(board) == {"from": ["2026-10-28T00:00:00Z"], "to": ["2026-11-06T00:00:00Z"]}
    expect(board.locator("#dates")).to_have_text("28 October – 5 November")


def test_the_calendar_works_by_keys(board):
    board.click(".custom > summary")
    board.locator('.day[tabindex="0"]').focus()
    for key in ("ArrowRight", "PageUp", "PageUp", "Home", "ArrowUp"):
        board.keyboard.press(key)
    expect(board.get_by_role("button", name="Sunday, September 13, 2026")).to_be_focused()
    board.keyboard.press("Enter")
    board.keyboard.press("End")
    board.keyboard.press("Enter")
    expect(board.locator("#custom-from")).to_have_value("13 Sep 2026")
    expect(board.locator("#custom-to")).to_have_value("19 Sep 2026")
    board.keyboard.press("Escape")
    expect(board.locator(".custom > summary")).to_be_focused()


def test_presets_next_to_the_calendar_include_calendar_periods(board):
    board.click(".custom > summary")
    with expect_one_refresh(board):
        board.locator(".presets").get_by_role("button", name="This month").click()

    assert url_query(board) == {"time_range": ["month"]}
    expect(board.locator("#range")).to_contain_text("This month")
    expect(board.locator("#dates")).to_have_text("1 – 20 November")


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
    fields = ("#custom-from", "#custom-from-time", "#custom-to", "#custom-to-time")
    shown = [page.input_value(field) for field in fields]
    assert shown == ["24 Oct 2026", "12:00", "26 Oct 2026", "12:00"]


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
