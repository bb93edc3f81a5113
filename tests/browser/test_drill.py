"""The menu of a part of a panel, and the sheets that it opens, with the mouse and by keyboard."""

import pytest
from playwright.sync_api import expect

from tests.browser.board_page import (
    LAST_7_DAYS,
    bucket_point,
    chart_cursor,
    choose_for,
    choose_in_menu,
    expect_one_refresh,
    panel,
    url_query,
    wait_until_ready,
)
from tests.browser.test_accessibility import violations

pytestmark = pytest.mark.browser
USERS = "users-time-series"
ITEMS = ["Only this", "Without this", "Zoom to Tue 17 November", "Break down by", "See the events"]  # fmt: skip


def items(page):
    return page.locator(".floating").last.get_by_role("menuitem")


def sheet(page):
    return page.locator(".sheet")


def noisy(page):
    return panel(page, "warnings-by-code").get_by_role("button", name="noisy")


def test_a_click_on_a_bar_opens_its_menu_and_escape_closes_it(board):
    board.mouse.click(*bucket_point(board, 3, USERS))

    expect(items(board)).to_have_text(ITEMS)
    expect(board.locator(".floating-head")).to_have_text("APITue 17 November · 1")
    expect(panel(board, USERS).locator(".drill-part")).to_be_visible()
    expect(items(board).first).to_be_focused()
    board.keyboard.press("Escape")
    expect(board.locator(".floating, .drill-part")).to_have_count(0)
    expect(chart_cursor(board, USERS)).to_be_focused()


def test_without_this_and_zoom_change_the_url(board):
    with expect_one_refresh(board):
        board.mouse.click(*bucket_point(board, 3, USERS))
        items(board).get_by_text("Without this").click()
    assert url_query(board) == {**LAST_7_DAYS, "filter": ["channel:!api"]}
    expect(board.locator(".chip-is")).to_have_text("not API")
    with expect_one_refresh(board):
        board.mouse.click(*bucket_point(board, 3, USERS))
        items(board).get_by_text("Zoom to").click()
    assert url_query(board)["from"] == ["2026-11-17T00:00:00Z"]
    assert url_query(board)["to"] == ["2026-11-18T00:00:00Z"]


def test_the_keyboard_opens_series_of_a_bucket_and_a_submenu(board):
    chart_cursor(board, USERS).focus()
    board.keyboard.press("Home")
    board.keyboard.press("Enter")
    expect(items(board)).to_have_text(["API · 1", "Web · 2", "Zoom to Sat 14 November", "Break down by", "See the events"])  # fmt: skip
    board.keyboard.press("ArrowRight")
    expect(items(board).first).to_have_text("Only this")
    board.keyboard.press("ArrowLeft")
    expect(items(board).first).to_be_focused()
    board.keyboard.press("End")
    board.keyboard.press("Enter")

    expect(sheet(board).locator("h2")).to_have_text("23 events")
    board.keyboard.press("Escape")
    expect(sheet(board)).to_have_count(0)
    expect(chart_cursor(board, USERS)).to_be_focused()


def test_there_are_as_many_events_as_the_row_says(board):
    count = panel(board, "warnings-by-code").locator("tbody td").first.text_content()
    choose_for(board, noisy(board), f"See the {count} events")

    expect(sheet(board).locator("h2")).to_have_text(f"{count} events")
    expect(sheet(board).locator("h2")).to_be_focused()
    expect(sheet(board).locator("tbody")).to_have_count(int(count))
    with board.expect_download() as download:
        sheet(board).get_by_role("button", name="CSV").click()
    name = "Acme – Warnings by code, noisy, Events, 14 – 20 November 2026.csv"
    assert download.value.suggested_filename == name
    lines = download.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == int(count) + 1
    assert '{""code"":""noisy"",""severity"":""WARNING""}' in lines[1]


def test_a_row_opens_to_its_fields(board):
    choose_in_menu(board, "events-time-series", "See the events")
    row = sheet(board).locator(".open-row").first
    row.press("Enter")
    expect(row).to_have_attribute("aria-expanded", "true")
    fields = sheet(board).locator(".event-fields dt")
    expect(fields.first).to_have_text("Time")
    expect(fields.last).to_have_text("ID")
    row.press("Enter")
    expect(fields).to_have_count(0)


def test_events_come_fifty_at_a_time(board):
    choose_in_menu(board, "events-time-series", "See the events")
    rows = sheet(board).locator("tbody")
    expect(rows).to_have_count(50)
    expect(sheet(board).locator(".sheet-foot span").first).to_have_text("50 / 182, newest first")
    sheet(board).get_by_role("button", name="Show 50 more").click()

    expect(rows).to_have_count(100)
    expect(rows.nth(50).locator("button")).to_be_focused()
    assert len({*rows.locator(".at").all_text_contents()}) == 4


def test_a_part_is_broken_down_into_a_list_that_is_searched_and_sorted(board):
    board.mouse.click(*bucket_point(board, 6, "events-time-series"))
    items(board).get_by_text("Break down by").hover()
    items(board).get_by_text("Channel", exact=True).click()

    names = sheet(board).locator("tbody th")
    expect(names).to_have_text(["web", "api"])
    sheet(board).get_by_role("button", name="Channel").press("Enter")
    expect(names).to_have_text(["api", "web"])
    expect(sheet(board).locator("[aria-sort]")).to_have_attribute("aria-sort", "ascending")
    expect(sheet(board).get_by_role("button", name="Channel")).to_be_focused()
    sheet(board).get_by_role("searchbox").fill("WE")
    expect(names).to_have_text(["web"])
    sheet(board).get_by_role("searchbox").fill("nothing")
    expect(sheet(board).locator(".state")).to_have_text("Nothing matches “nothing”.")


def test_another_view_closes_the_sheet(board):
    choose_in_menu(board, "events-time-series", "See the events")
    expect(sheet(board).locator("tbody").first).to_be_visible()
    with expect_one_refresh(board):
        board.keyboard.press("c")

    expect(sheet(board)).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_menus_and_sheets(open_page, scheme):
    page = open_page(bypass_csp=True, color_scheme=scheme)
    page.goto(f"{page.board_url}?time_range=7d&compare=previous")
    wait_until_ready(page, time_range="7d")
    page.mouse.click(*bucket_point(page, 3, USERS))
    items(page).filter(has_text="Break down by").press("ArrowRight")
    expect(page.locator(".floating")).to_have_count(2)
    assert violations(page) == []
    items(page).first.click()
    expect(sheet(page).locator("tbody th").first).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("Escape")
    choose_for(page, noisy(page), "See the 7 events")
    sheet(page).locator(".open-row").first.click()
    assert violations(page) == []


def test_menus_and_sheets_rise_from_the_bottom_on_phones(open_page):
    phone = open_page(viewport={"width": 390, "height": 844}, has_touch=True)
    phone.goto(f"{phone.board_url}?time_range=7d")
    wait_until_ready(phone, time_range="7d")
    phone.touchscreen.tap(*bucket_point(phone, 3, USERS))
    menu = phone.locator(".floating")
    expect(menu).to_be_visible()
    phone.wait_for_timeout(250)
    assert menu.bounding_box()["y"] + menu.bounding_box()["height"] == 844
    assert min(item.bounding_box()["height"] for item in items(phone).all()) >= 44
    items(phone).get_by_text("Break down by").tap()
    items(phone).get_by_text("Back").tap()
    items(phone).get_by_text("See the events").tap()
    phone.wait_for_timeout(250)

    box = sheet(phone).bounding_box()
    assert (box["x"], box["width"], box["y"] + box["height"]) == (0, 390, 844)
    assert phone.evaluate("document.documentElement.scrollWidth") == 390
