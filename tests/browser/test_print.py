"""A board on paper, as the browser prints it: every panel whole, and the screen as it was before."""

import pytest
from playwright.sync_api import expect

from tests.browser.board_page import menu, one_refresh, panel, wait_ready
from tests.browser.paper import print_page

TITLES = [
    "Number of Validations", "Number of Errors", "Success Rate", "Number of Warnings",
    "Events", "Users", "Runs by Outcome", "Warnings by Code",
]  # fmt: skip
DRAWN = """() => [scrollY, document.documentElement.className, ...[...document.querySelectorAll(".main-svg")]
  .map((one) => ["width", "height", "viewBox"].map((name) => one.getAttribute(name)).join(" "))]"""


def check(sheets, titles):
    """Each panel on one page, in one piece, with its title and whatever is drawn in it."""
    printed = [text for sheet in sheets for _box, text in sheet.panels]
    assert len(printed) == len(titles)
    for title, text in zip(titles, printed, strict=True):
        assert title in text
    assert [sheet.astray for sheet in sheets] == [[]] * len(sheets)


@pytest.fixture
def at_1440(open_page):
    page = open_page(viewport={"width": 1440, "height": 900})
    page.goto(f"{page.at}?time_range=14d&compare=previous")
    wait_ready(page, time_range="14d")
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1024, 1440, 2560])
def test_eight_panels_are_one_landscape_page(at_1440, width, scheme):
    at_1440.emulate_media(color_scheme=scheme)
    at_1440.set_viewport_size({"width": width, "height": 900})
    (sheet,) = print_page(at_1440)

    check([sheet], TITLES)
    assert sheet.width > sheet.height
    assert "Last 14 days" in sheet.text
    assert at_1440.complaints == []


@pytest.mark.parametrize("paper", [{"format": "Letter", "landscape": True}, {"format": "A4"}, {"prefer_css_page_size": True}])  # fmt: skip
def test_on_other_paper_nothing_is_cut(at_1440, paper):
    check(print_page(at_1440, **paper), TITLES)


def test_afterwards_everything_is_as_it_was(at_1440):
    at_1440.evaluate("scrollTo({ top: 120, behavior: 'instant' })")
    before = at_1440.evaluate(DRAWN)
    print_page(at_1440)

    assert at_1440.evaluate(DRAWN) == before


def test_a_print_that_is_announced_twice_ends_once(at_1440):
    before = at_1440.evaluate(DRAWN)
    at_1440.evaluate("['beforeprint', 'beforeprint'].forEach((name) => dispatchEvent(new Event(name)))")  # fmt: skip
    on_paper = at_1440.evaluate(DRAWN)
    at_1440.evaluate("dispatchEvent(new Event('afterprint'))")

    assert "printing" in on_paper[1]
    assert at_1440.evaluate(DRAWN) == before


def test_numbers_that_come_while_it_prints_are_drawn_for_paper(at_1440):
    before = at_1440.evaluate(DRAWN)
    at_1440.evaluate("dispatchEvent(new Event('beforeprint'))")
    on_paper = at_1440.evaluate(DRAWN)
    with one_refresh(at_1440):
        at_1440.evaluate("dashappBoard.refresh()")

    assert at_1440.evaluate(DRAWN) == on_paper
    check(print_page(at_1440), TITLES)
    assert at_1440.evaluate(DRAWN) == before


def test_open_menus_and_cards_are_not_printed(at_1440):
    panel(at_1440, "events-time-series").locator(".cursor").focus()
    at_1440.keyboard.press("End")
    at_1440.click(".custom > summary")
    panel(at_1440, "users-time-series").hover(position={"x": 20, "y": 10})
    panel(at_1440, "users-time-series").locator("[data-do=menu]").click()
    (sheet,) = print_page(at_1440)

    check([sheet], TITLES)
    for text in ("Open large", "Choose dates", "so far"):
        assert text not in sheet.text
    expect(at_1440.get_by_role("menu")).to_be_visible()


def test_a_panel_that_is_open_large_is_printed_alone(at_1440):
    menu(at_1440, "users-time-series", "Open large")
    (sheet,) = print_page(at_1440)

    check([sheet], ["Users"])
    assert panel(at_1440, "users-time-series").get_attribute("data-large") == "true"


def test_a_table_is_printed_to_its_last_row(at_1440):
    menu(at_1440, "users-time-series", "Show as table")
    sheets = print_page(at_1440)
    text = " ".join(sheet.text for sheet in sheets)

    days = ("Sat 7 November", "Thu 19 November", "Fri 20 November")
    assert [text.count(f"{day} 2026") for day in days] == [1, 1, 1]
    assert all(sheet.astray == [] for sheet in sheets)


def test_what_lies_outside_its_panel_is_seen(at_1440):
    """Charts as wide as on the screen: the fault that the other tests look for."""
    at_1440.add_style_tag(content=".printing .plot .main-svg.main-svg{width:940px!important}")
    (sheet,) = print_page(at_1440)

    assert sheet.astray
