"""Printing a board: every panel is printed whole, and the screen does not change."""

import pytest
from playwright.sync_api import expect

from tests.browser.board_page import choose_in_menu, expect_one_refresh, panel, wait_until_ready
from tests.browser.paper import TITLES, check_panels, print_page

SCREEN_STATE = """() => [scrollY, document.documentElement.className, ...[...document.querySelectorAll(".main-svg")]
  .map((svg) => ["width", "height", "viewBox"].map((name) => svg.getAttribute(name)).join(" "))]"""


@pytest.fixture
def wide_board(open_page):
    page = open_page(viewport={"width": 1440, "height": 900})
    page.goto(f"{page.board_url}?time_range=14d&compare=previous")
    wait_until_ready(page, time_range="14d")
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1024, 1440, 2560])
def test_eight_panels_are_one_landscape_page(wide_board, width, scheme):
    wide_board.emulate_media(color_scheme=scheme)
    wide_board.set_viewport_size({"width": width, "height": 900})
    (sheet,) = print_page(wide_board)

    check_panels([sheet], TITLES)
    assert sheet.width > sheet.height
    assert "Last 14 days" in sheet.text
    assert "Updated 20 November 2026, 09:30" in sheet.text
    assert wide_board.console_errors == []


@pytest.mark.parametrize("paper", [{"format": "Letter", "landscape": True}, {"format": "A4"}, {"prefer_css_page_size": True}])  # fmt: skip
def test_nothing_is_cut_on_other_paper_sizes(wide_board, paper):
    check_panels(print_page(wide_board, **paper), TITLES)


@pytest.fixture
def compared_board(open_page):
    """Operations over seven days, compared with the seven days before, which have numbers."""
    page = open_page(viewport={"width": 1440, "height": 900})
    page.goto(f"{page.board_url}?time_range=7d&compare=previous")
    wait_until_ready(page, time_range="7d")
    return page


@pytest.mark.parametrize("width", [390, 1024, 1440])
def test_paper_says_the_year_and_the_comparison(compared_board, width):
    compared_board.set_viewport_size({"width": width, "height": 900})
    expect(compared_board.locator("#dates")).to_have_text("14 – 20 November")
    (sheet,) = print_page(compared_board)

    check_panels([sheet], TITLES)
    dates = "14 – 20 November 2026", "with 7 – 13 November 2026"
    for text in (*dates, "Updated 20 November 2026, 09:30"):
        assert sheet.text.count(text) == 1


def test_a_board_without_comparison_prints_none(compared_board):
    with expect_one_refresh(compared_board):
        compared_board.keyboard.press("c")
    (sheet,) = print_page(compared_board)

    assert "Compare" not in sheet.text
    assert "comparison" not in sheet.text


def test_the_sentence_over_the_panels_is_printed(compared_board):
    sentence = compared_board.locator(".insight").text_content()
    (sheet,) = print_page(compared_board)

    assert sentence
    assert sentence in sheet.text


def test_lists_are_printed_with_their_changes(compared_board):
    (sheet,) = print_page(compared_board)

    (text,) = [text for _box, text in sheet.panels if "Warnings by code" in text]
    assert "Change" in text
    assert "no change" in text


def test_the_screen_is_restored_after_printing(wide_board):
    wide_board.evaluate("scrollTo({ top: 120, behavior: 'instant' })")
    before = wide_board.evaluate(SCREEN_STATE)
    print_page(wide_board)

    assert wide_board.evaluate(SCREEN_STATE) == before


def test_two_beforeprint_events_need_one_afterprint_event(wide_board):
    before = wide_board.evaluate(SCREEN_STATE)
    wide_board.evaluate("['beforeprint', 'beforeprint'].forEach((name) => dispatchEvent(new Event(name)))")  # fmt: skip
    on_paper = wide_board.evaluate(SCREEN_STATE)
    wide_board.evaluate("dispatchEvent(new Event('afterprint'))")

    assert "printing" in on_paper[1]
    assert wide_board.evaluate(SCREEN_STATE) == before


def test_numbers_that_arrive_while_printing_are_drawn_for_paper(wide_board):
    before = wide_board.evaluate(SCREEN_STATE)
    wide_board.evaluate("dispatchEvent(new Event('beforeprint'))")
    on_paper = wide_board.evaluate(SCREEN_STATE)
    with expect_one_refresh(wide_board):
        wide_board.evaluate("document.querySelector('[data-do=refresh]').click()")

    assert wide_board.evaluate(SCREEN_STATE) == on_paper
    check_panels(print_page(wide_board), TITLES)
    assert wide_board.evaluate(SCREEN_STATE) == before


def test_open_menus_and_cards_are_not_printed(wide_board):
    panel(wide_board, "events-time-series").locator(".cursor").focus()
    wide_board.keyboard.press("End")
    wide_board.click(".custom > summary")
    panel(wide_board, "users-time-series").hover(position={"x": 20, "y": 10})
    panel(wide_board, "users-time-series").locator("[data-do=menu]").click()
    (sheet,) = print_page(wide_board)

    check_panels([sheet], TITLES)
    for text in ("Expand", "Choose dates", "so far"):
        assert text not in sheet.text
    expect(wide_board.get_by_role("menu")).to_be_visible()


def test_an_enlarged_panel_is_printed_alone(wide_board):
    choose_in_menu(wide_board, "users-time-series", "Expand")
    (sheet,) = print_page(wide_board)

    check_panels([sheet], ["Users"])
    assert panel(wide_board, "users-time-series").get_attribute("data-large") == "true"


def test_a_table_is_printed_to_its_last_row(wide_board):
    choose_in_menu(wide_board, "users-time-series", "Show as table")
    expect(panel(wide_board, "users-time-series").locator(".table-of")).to_be_visible()
    sheets = print_page(wide_board)
    text = " ".join(sheet.text for sheet in sheets)

    days = ("Sat 7 November", "Thu 19 November", "Fri 20 November")
    assert [text.count(day) for day in days] == [1, 1, 1]
    assert all(sheet.outside == [] for sheet in sheets)


def test_a_chart_outside_its_panel_is_detected(wide_board):
    """A planted fault: charts keep the width that they have on the screen."""
    wide_board.add_style_tag(content=".printing .plot .main-svg.main-svg{width:940px!important}")
    (sheet,) = print_page(wide_board)

    assert sheet.outside
