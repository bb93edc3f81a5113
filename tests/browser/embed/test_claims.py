"""The controls of an embedded board offer only what the claims of its token allow."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_a_token_with_allowed_ranges_offers_no_others(embed_board, page):
    frame = embed_board(time={"allowed": ["7d", "30d"]})

    expect(
        frame.locator("[data-do=earlier], [data-do=later], .custom, #custom-from")
    ).to_have_count(0)
    frame.locator("#range").click()
    expect(frame.get_by_role("option")).to_have_text(["Last 7 days", "Last 30 days"])
    page.keyboard.press("Escape")
    chart = frame.locator('[data-panel="events-time-series"] .cursor')
    box = chart.bounding_box()
    page.mouse.move(box["x"] + 100, box["y"] + 100)
    page.mouse.down()
    page.mouse.move(box["x"] + 400, box["y"] + 100, steps=4)
    page.mouse.up()
    chart.press("Enter")
    page.wait_for_timeout(300)
    assert frame.locator("#board").get_attribute("data-time-range") in {"7d", "30d"}
    assert page.console_errors == []


def test_a_token_with_a_zone_offers_no_other_zone(embed_board):
    frame = embed_board(tz="Asia/Tokyo")

    expect(frame.locator("#zone")).to_have_text("Asia/Tokyo, UTC+9")
    expect(frame.locator("#zone-of, .zones")).to_have_count(0)


def test_a_token_with_a_locked_range_disables_the_range_control(embed_board):
    frame = embed_board(time={"default": "7d", "locked": True})

    expect(frame.locator("#range")).to_be_disabled()
    expect(frame.locator("#range")).to_contain_text("Last 7 days")
