"""Charts: zooming, selecting by keyboard, and the card with the numbers of a bucket."""

import pytest
from playwright.sync_api import expect

from tests.browser.board_page import (
    LAST_7_DAYS,
    bucket_point,
    cell_texts,
    chart_cursor,
    choose_in_menu,
    expect_one_refresh,
    go_back_and_forward,
    hover_card,
    panel,
    url_query,
    wait_until_ready,
)

pytestmark = pytest.mark.browser


def drag_across(page, start, end):
    page.mouse.move(*bucket_point(page, start))
    page.mouse.down()
    page.mouse.move(*bucket_point(page, end), steps=4)
    page.mouse.up()


def test_a_drag_zooms_the_whole_board_to_bucket_edges(board):
    with expect_one_refresh(board):
        drag_across(board, 2, 4)

    zoomed = {"from": ["2026-11-16T00:00:00Z"], "to": ["2026-11-19T00:00:00Z"]}
    assert url_query(board) == zoomed
    expect(panel(board, "total-validations").locator(".val")).to_have_text("3")
    go_back_and_forward(board, LAST_7_DAYS, zoomed)


def test_a_drag_out_of_the_chart_to_the_left_zooms_too(board):
    with expect_one_refresh(board):
        board.mouse.move(*bucket_point(board, 6))
        board.mouse.down()
        board.mouse.move(2, 500, steps=4)
        board.mouse.up()

    assert url_query(board) == {"from": ["2026-11-14T00:00:00Z"], "to": ["2026-11-20T09:30:00Z"]}


def test_keys_select_buckets_and_zoom_to_them(board):
    chart_cursor(board).focus()
    board.keyboard.press("Home")
    board.keyboard.press("ArrowRight")
    board.keyboard.press("Shift+ArrowRight")
    board.keyboard.press("Shift+ArrowRight")
    expect(board.locator(".cursor-part")).to_have_count(1)
    with expect_one_refresh(board):
        board.keyboard.press("Enter")

    assert url_query(board) == {"from": ["2026-11-15T00:00:00Z"], "to": ["2026-11-18T00:00:00Z"]}
    expect(chart_cursor(board)).to_be_focused()


def test_arrow_keys_announce_each_bucket(board):
    chart = chart_cursor(board, "runs-by-outcome")
    chart.focus()
    announcements = []
    for key in ("End", "ArrowLeft", "ArrowRight", "Home", "ArrowLeft"):
        board.keyboard.press(key)
        announcements.append(chart.get_attribute("aria-valuetext"))

    assert [text.split(":")[0] for text in announcements] == [
        "Fri 20 November, so far", "Thu 19 November", "Fri 20 November, so far",
        "Sat 14 November", "Sat 14 November",
    ]  # fmt: skip
    assert announcements[0].endswith(": Succeeded 1; Failed 1")
    assert chart.get_attribute("aria-valuemax") == "6"
    board.keyboard.press("Escape")
    expect(hover_card(board)).to_have_count(0)


def test_the_card_shows_the_bucket_and_its_numbers(board):
    board.mouse.move(*bucket_point(board, 5))

    expect(hover_card(board).locator("strong")).to_have_text("Thu 19 November")
    assert cell_texts(hover_card(board).locator("th, td")) == ["Events", "28"]
    expect(hover_card(board).locator(".card-mark")).to_have_text("Workflow updated, 08:15, u-3")
    expect(hover_card(board).locator(".card-zone")).to_have_count(0)  # a day is a day
    assert chart_cursor(board).get_attribute("aria-valuetext") == (
        "Thu 19 November: Events 28; Workflow updated, 08:15, u-3"
    )
    board.mouse.move(*bucket_point(board, 0, "users-time-series"))
    assert cell_texts(hover_card(board).locator("th, td")) == ["API", "1", "Web", "2"]


def test_in_a_narrow_panel_the_card_hides_no_bars(board):
    board.mouse.move(*bucket_point(board, 3, "users-time-series"))
    card = hover_card(board).bounding_box()
    chart = panel(board, "users-time-series").locator(".chart").bounding_box()
    assert card["y"] >= 0
    assert card["y"] + card["height"] <= chart["y"]
    assert chart["x"] - 16 <= card["x"]
    assert card["x"] + card["width"] <= chart["x"] + chart["width"] + 16


def test_the_card_of_an_hour_says_its_zone(board):
    board.goto(f"{board.board_url}?time_range=24h")
    wait_until_ready(board, time_range="24h")
    board.mouse.move(*bucket_point(board, 3, bucket_count=25))

    expect(hover_card(board).locator(".card-zone")).to_have_text("UTC")


def test_the_card_compares_with_the_previous_bucket(board):
    with expect_one_refresh(board):
        board.check("#compare")
    board.mouse.move(*bucket_point(board, 5))

    expect(hover_card(board).locator(".card-head span")).to_have_text("vs Thu 12 November")
    assert cell_texts(hover_card(board).locator("th, td")) == [
        "Events",
        "28",
        "21",
        "+33.3%",
    ]


def test_a_tap_shows_the_card_below_the_chart(open_page):
    phone = open_page(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    phone.goto(f"{phone.board_url}?time_range=7d")
    wait_until_ready(phone, time_range="7d")
    phone.touchscreen.tap(*bucket_point(phone, 5))

    expect(hover_card(phone).locator("strong")).to_have_text("Thu 19 November")
    chart = panel(phone, "events-time-series").locator(".chart").bounding_box()
    assert hover_card(phone).bounding_box()["y"] >= chart["y"] + chart["height"] - 8
    assert url_query(phone) == LAST_7_DAYS


def test_a_table_is_as_high_as_the_chart_that_it_replaces(board):
    users = panel(board, "users-time-series")
    height = users.bounding_box()["height"]
    choose_in_menu(board, "users-time-series", "Show as table")
    expect(users.locator(".table-of")).to_be_visible()

    assert users.bounding_box()["height"] == pytest.approx(height, abs=0.5)
