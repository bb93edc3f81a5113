"""The menu of a panel: enlarge, show as table, download, and copy a link."""

import json

import pytest
from playwright.sync_api import expect

from tests import factories
from tests.browser.board_page import (
    LAST_7_DAYS,
    cell_texts,
    chart_cursor,
    choose_in_menu,
    expect_one_refresh,
    expect_requests,
    panel,
    url_query,
)

pytestmark = pytest.mark.browser


def test_a_panel_enlarges_without_a_request_and_from_its_link(board):
    with expect_requests(board, []):
        choose_in_menu(board, "events-time-series", "Expand")
    dialog = board.get_by_role("dialog", name="Events")
    expect(dialog).to_be_visible()
    assert dialog.bounding_box()["width"] > 1200
    assert url_query(board) == {"time_range": ["7d"], "panel": ["events-time-series"]}
    with expect_requests(board, []):
        board.keyboard.press("Escape")
    assert url_query(board) == LAST_7_DAYS

    board.goto(f"{board.board_url}?time_range=7d&panel=total-errors")
    expect(board.get_by_role("dialog", name="Number of errors")).to_be_visible()


def test_a_panel_menu_works_by_keyboard(board):
    button = panel(board, "events-time-series").locator("[data-do=menu]")
    button.focus()
    board.keyboard.press("Enter")
    expect(board.get_by_role("menuitem", name="Expand")).to_be_focused()
    board.keyboard.press("ArrowDown")
    expect(board.get_by_role("menuitem", name="Show as table")).to_be_focused()
    board.keyboard.press("End")
    expect(board.get_by_role("menuitem", name="Copy link")).to_be_focused()
    board.keyboard.press("Escape")

    expect(board.get_by_role("menu")).to_have_count(0)
    expect(button).to_be_focused()
    expect(button).to_have_attribute("aria-expanded", "false")


def test_the_table_shows_the_same_numbers_as_the_cards_and_follows_the_range(board):
    choose_in_menu(board, "events-time-series", "Show as table")
    table = panel(board, "events-time-series").locator(".table-of")
    expect(table).to_be_focused()
    assert cell_texts(table.locator("tbody tr").nth(1).locator("th, td")) == [
        "Thu 19 November",
        "28",
    ]
    assert table.locator("tbody tr").count() == 7
    assert cell_texts(table.locator("tfoot").locator("th, td")) == ["Total", "182"]
    with expect_one_refresh(board):
        board.click("#range")
        board.get_by_role("option", name="Last 14 days", exact=True).click()

    expect(table.locator("tbody tr")).to_have_count(14)
    assert cell_texts(table.locator("tbody tr").last.locator("th, td"))[1] == "16"
    choose_in_menu(board, "events-time-series", "Show as chart")
    expect(table).to_have_count(0)
    expect(chart_cursor(board)).to_be_visible()


def test_a_table_is_as_high_as_its_chart_and_sorted_by_any_column(board):
    height = panel(board, "events-time-series").bounding_box()["height"]
    choose_in_menu(board, "events-time-series", "Show as table")
    table = panel(board, "events-time-series").locator(".table-of")
    assert panel(board, "events-time-series").bounding_box()["height"] == height
    expect(table.locator("[aria-sort=descending]")).to_have_text("When")

    table.get_by_role("button", name="When").click()
    expect(table.locator("tbody th").first).to_have_text("Sat 14 November")
    expect(table.get_by_role("button", name="When")).to_be_focused()
    table.get_by_role("button", name="Events").click()
    expect(table.locator("[aria-sort=descending]")).to_have_text("Events")
    assert cell_texts(table.locator("tbody td")) == ["29", "28", "27", "26", "25", "24", "23"]
    with expect_one_refresh(board):
        board.click("[data-do=refresh]")
    expect(table.locator("[aria-sort=descending]")).to_have_text("Events")


def test_new_numbers_keep_the_focus_in_a_table(site, page, sign_in):
    site_url = site.serve()
    factories.send(site.store, site.acme_scope, [factories.event("a.b", "2026-11-19T09:00:00Z")])
    sign_in(f"{site_url}/app/acme/operations?time_range=7d")
    choose_in_menu(page, "events-time-series", "Show as table")
    table = panel(page, "events-time-series").locator(".table-of")
    expect(table.locator("tfoot td")).to_have_text("1")
    table.get_by_role("button", name="Events").focus()
    factories.send(site.store, site.acme_scope, [factories.event("a.b", "2026-11-19T10:00:00Z")])
    page.evaluate("document.querySelector('[data-do=refresh]').click()")  # as the timer does

    expect(table.locator("tfoot td")).to_have_text("2")
    expect(table.get_by_role("button", name="Events")).to_be_focused()


def test_an_open_table_shows_the_compared_numbers(board):
    choose_in_menu(board, "events-time-series", "Show as table")
    choose_in_menu(board, "users-time-series", "Show as table")
    with expect_one_refresh(board):
        board.check("#compare")

    row = panel(board, "events-time-series").locator(".table-of tbody tr").nth(1)
    expect(row.locator("th, td")).to_have_text(["Thu 19 November", "28", "21", "+33.3%"])
    users = panel(board, "users-time-series").locator(".table-of")
    expect(users.locator("[scope=colgroup]")).to_have_text(["API", "Web"])
    expect(users.locator("tfoot")).to_have_count(0)  # one user can be there on several days
    expect(users).to_have_class("table-of cut")
    users.evaluate("table => table.scrollTo(1000, 0)")
    expect(users).to_have_class("table-of")


def test_csv_and_json_contain_the_numbers_on_screen(board):
    with board.expect_download() as csv_file:
        choose_in_menu(board, "events-time-series", "Download CSV")
    with board.expect_download() as json_file:
        choose_in_menu(board, "warnings-by-code", "Download JSON")

    assert csv_file.value.suggested_filename == "Acme – Events, 14 – 20 November 2026.csv"
    lines = csv_file.value.path().read_text().splitlines()
    assert lines[0] == "\ufeffstart,local,series,value,complete"
    assert [line.split(",")[3] for line in lines[1:]] == [
        "23", "24", "25", "26", "27", "28", "29",
    ]  # fmt: skip
    rows = json.loads(json_file.value.path().read_text())
    assert json_file.value.suggested_filename.endswith(".json")
    assert '"label": "noisy"' in json.dumps(rows)


def test_the_image_of_a_chart_is_a_large_png(board):
    with board.expect_download() as image:
        choose_in_menu(board, "events-time-series", "Download image")

    content = image.value.path().read_bytes()
    assert content[:8] == b"\x89PNG\r\n\x1a\n"
    assert int.from_bytes(content[16:20], "big") > 500
    assert image.value.suggested_filename == "Events.png"
    assert board.console_errors == []


WRITTEN = """() => {
  window.written = [];
  const write = CanvasRenderingContext2D.prototype.fillText;
  CanvasRenderingContext2D.prototype.fillText = function (text, ...place) {
    window.written.push(text);
    return write.call(this, text, ...place);
  };
}"""


def test_the_image_of_a_chart_says_the_year(board):
    board.evaluate(WRITTEN)
    with board.expect_download():
        choose_in_menu(board, "events-time-series", "Download image")

    assert "14 – 20 November 2026 · UTC" in board.evaluate("window.written")


def test_links_can_be_copied(board):
    board.context.grant_permissions(["clipboard-read", "clipboard-write"])
    choose_in_menu(board, "total-errors", "Copy link")
    expect(board.locator("#toast")).to_have_text("Copied")
    copied = board.evaluate("navigator.clipboard.readText()")
    assert copied == f"{board.board_url}?time_range=7d&panel=total-errors"

    board.click("details.user summary")
    board.get_by_role("button", name="Copy link").click()
    board.wait_for_timeout(50)
    assert board.evaluate("navigator.clipboard.readText()") == f"{board.board_url}?time_range=7d"
