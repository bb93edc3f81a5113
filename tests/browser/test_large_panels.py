"""A large panel: the way back, where the focus goes, and the rows of its list."""

import pytest
from playwright.sync_api import expect

from dashapp.dashboards.provision import provision
from tests.browser.board_page import choose_in_menu, panel
from tests.browser.test_accessibility import violations
from tests.factories import event, send
from tests.templates import TEMPLATES

pytestmark = pytest.mark.browser
TERMS = "conversations.search_term"
BOARD = "/app/acme/conversations?time_range=7d"


def searches(term: str, count: int) -> list:
    at = "2026-11-19T12:00:00Z"
    return [
        event("conversation.search_term", at, user="u", properties={"term": term})
        for _ in range(count)
    ]


@pytest.fixture
def terms(site, page, sign_in):
    """The board of conversations, with sixty terms: `term 0` most often."""
    provision(site.store, site.acme_scope, TEMPLATES["conversations"], now=2)
    events = [sent for n in range(60) for sent in searches(f"term {n}", 61 - n)]
    send(site.store, site.acme_scope, events[:1000])
    send(site.store, site.acme_scope, events[1000:])
    page.base_url = site.serve()
    sign_in(f"{page.base_url}{BOARD}")
    expect(panel(page, TERMS)).to_have_attribute("data-state", "ready")
    return page


def rows(page):
    return panel(page, TERMS).locator(".large-list tbody tr")


def test_the_cross_puts_a_panel_back_and_the_focus_returns(board):
    choose_in_menu(board, "events-time-series", "Expand")
    cross = panel(board, "events-time-series").get_by_role("button", name="Close")
    expect(cross).to_be_focused()

    cross.click()
    expect(board.get_by_role("dialog")).to_have_count(0)
    expect(cross).to_have_count(0)
    expect(panel(board, "events-time-series").locator("[data-do=menu]")).to_be_focused()


def test_a_large_chart_has_more_grid_lines(board):
    labels = panel(board, "events-time-series").locator(".ytick text")
    small = labels.all_text_contents()
    choose_in_menu(board, "events-time-series", "Expand")
    expect(labels).not_to_have_count(len(small))
    assert set(small) < set(labels.all_text_contents())
    board.keyboard.press("Escape")

    expect(labels).to_have_text(small)


def test_a_list_says_what_it_counts_and_one_click_turns_it_around(terms):
    choose_in_menu(terms, TERMS, "Expand")
    sorted_by = panel(terms, TERMS).locator(".large-list [aria-sort]")
    expect(sorted_by).to_have_text("Searches")
    expect(sorted_by).to_have_attribute("aria-sort", "descending")
    sorted_by.get_by_role("button").click()

    expect(sorted_by).to_have_attribute("aria-sort", "ascending")


def test_escape_returns_the_focus_to_what_opened_the_panel(board):
    menu = panel(board, "total-errors").locator("[data-do=menu]")
    menu.focus()
    board.keyboard.press("Enter")
    board.keyboard.press("Enter")
    expect(board.get_by_role("dialog", name="Number of errors")).to_be_visible()
    board.keyboard.press("Escape")

    expect(menu).to_be_focused()
    expect(board.locator(".shrink")).to_have_count(0)


def test_a_large_list_has_fifty_rows_to_search_and_sort(terms):
    choose_in_menu(terms, TERMS, "Expand")
    expect(rows(terms)).to_have_count(50)
    expect(panel(terms, TERMS).locator(".body")).to_be_hidden()
    expect(panel(terms, TERMS).locator(".large-list-foot")).to_contain_text("Other: 65")

    terms.get_by_role("searchbox").fill("term 4")
    expect(rows(terms)).to_have_count(11)
    terms.get_by_role("button", name="Searches").click()
    expect(rows(terms).first.locator("th")).to_have_text("term 49")

    terms.keyboard.press("Escape")
    expect(panel(terms, TERMS).locator(".large-list")).to_have_count(0)
    expect(panel(terms, TERMS).locator(".body")).to_be_visible()


def test_new_numbers_keep_the_search(terms, site):
    choose_in_menu(terms, TERMS, "Expand")
    terms.get_by_role("searchbox").fill("rice")
    expect(panel(terms, TERMS).locator(".large-list")).to_contain_text("Nothing matches “rice”.")
    send(site.store, site.acme_scope, searches("rice", 70))
    terms.evaluate("document.querySelector('[data-do=refresh]').click()")  # as the timer does

    expect(rows(terms)).to_have_count(1)
    expect(terms.get_by_role("searchbox")).to_have_value("rice")


@pytest.mark.parametrize("button", ["Searches", "term 5"])
def test_new_numbers_keep_the_focus_in_a_list(terms, site, button):
    choose_in_menu(terms, TERMS, "Expand")
    list_box = panel(terms, TERMS).locator(".large-list")
    list_box.get_by_role("button", name=button, exact=True).focus()
    send(site.store, site.acme_scope, searches("rice", 70))
    terms.evaluate("document.querySelector('[data-do=refresh]').click()")  # as the timer does

    expect(list_box).to_contain_text("rice")
    expect(list_box.get_by_role("button", name=button, exact=True)).to_be_focused()


@pytest.mark.parametrize("width", [390, 320])
def test_on_touch_screens_the_cross_is_large_enough(open_page, width):
    page = open_page(viewport={"width": width, "height": 800}, has_touch=True, bypass_csp=True)
    page.goto(f"{page.board_url}?time_range=7d&panel=warnings-by-code")
    cross = panel(page, "warnings-by-code").get_by_role("button", name="Close")
    expect(rows_of_large(page)).not_to_have_count(0)

    box = cross.bounding_box()
    assert (box["width"], box["height"]) == (44, 44)
    assert violations(page, "[data-large]") == []


def rows_of_large(page):
    return page.locator(".large-list tbody tr")
