"""Overlays of a board open in the visible part of its frame, wherever the page is scrolled."""

import pytest

from tests.browser.board_page import serve_modules
from tests.browser.embed.vendor import board_frame, with_script, without_script

WINDOW_SIZE = {"width": 520, "height": 560}
VISIBLE_PART_KNOWN = 'html[style*="--seen-top"]:not([style*="--seen-top: 0px"])'
SPACER = "<div style='height:1500px'></div>"


@pytest.fixture
def scrolled_frame(base_url, vendor, page):
    """The frame in a narrow page: it is several screens high, and scrolled to its middle."""
    page.set_viewport_size(WINDOW_SIZE)
    vendor.page = with_script(base_url, SPACER)
    page.goto(vendor.origin)
    frame = board_frame(page)
    page.wait_for_function("document.querySelector('dashapp-board').shadowRoot.querySelector('iframe').offsetHeight > 1200")  # fmt: skip
    page.evaluate("scrollTo(0, 500)")
    frame.locator(VISIBLE_PART_KNOWN).wait_for()
    return frame


def becomes_visible(locator) -> bool:
    """Check that the whole element is inside the window, waiting up to three seconds."""
    for _ in range(100):
        box = locator.bounding_box()
        if box and box["y"] >= 0 and box["y"] + box["height"] <= WINDOW_SIZE["height"]:
            return True
        locator.page.wait_for_timeout(30)
    return False


def test_an_enlarged_panel_fills_the_visible_part_and_follows_scrolling(scrolled_frame, page):
    panel = scrolled_frame.locator('[data-panel="users-time-series"]')
    panel.locator("[data-do=menu]").evaluate("button => button.click()")
    panel.get_by_role("menuitem", name="Expand").evaluate("item => item.click()")

    assert becomes_visible(panel)
    assert panel.bounding_box()["height"] > 500
    height = page.locator("iframe").bounding_box()["height"]
    page.evaluate("scrollBy(0, 200)")
    assert becomes_visible(panel)
    page.keyboard.press("Escape")
    assert page.locator("iframe").bounding_box()["height"] == height


def test_a_panel_can_be_enlarged_by_keyboard(scrolled_frame, page):
    button = scrolled_frame.locator('[data-panel="users-time-series"] [data-do=menu]')
    button.evaluate("button => button.focus({preventScroll: true})")
    page.keyboard.press("Enter")
    menu = scrolled_frame.get_by_role("menu")
    menu.wait_for()
    page.keyboard.press("Enter")

    assert becomes_visible(scrolled_frame.locator("[data-large]"))


def test_a_message_is_visible(scrolled_frame, page):
    serve_modules(page)
    scrolled_frame.locator("html").evaluate(
        "() => import('/modules/board/page/toast.js').then((module) => module.toast('Copied'))"
    )

    assert becomes_visible(scrolled_frame.locator(".toast"))


def test_the_list_of_shortcuts_is_visible(scrolled_frame, page):
    scrolled_frame.locator('[data-panel="users-time-series"] [data-do=menu]').evaluate(
        "button => button.focus({preventScroll: true})"
    )
    page.keyboard.press("?")

    assert becomes_visible(scrolled_frame.locator("dialog.keys"))


def test_the_palette_is_visible_and_the_page_scrolls_to_a_panel(scrolled_frame, page):
    scrolled_frame.locator('[data-panel="users-time-series"] [data-do=menu]').evaluate(
        "button => button.focus({preventScroll: true})"
    )
    page.keyboard.press("ControlOrMeta+k")
    assert becomes_visible(scrolled_frame.locator(".palette"))
    page.keyboard.type("number of errors")
    page.keyboard.press("Enter")

    assert becomes_visible(scrolled_frame.locator('[data-panel="total-errors"]'))


def test_a_menu_at_the_lower_edge_moves_up(scrolled_frame, page):
    panel = scrolled_frame.locator('[data-panel="users-time-series"]')
    top = panel.evaluate("node => node.getBoundingClientRect().top")
    page.evaluate("top => scrollTo(0, top + document.querySelector('dashapp-board').getBoundingClientRect().top + scrollY - 480)", top)  # fmt: skip
    panel.locator("[data-do=menu]").click()

    scrolled_frame.get_by_role("menu").wait_for()
    assert becomes_visible(scrolled_frame.get_by_role("menu"))


def test_a_plain_iframe_uses_its_whole_height(base_url, signer, vendor, page):
    vendor.page = without_script(base_url, signer.now())
    page.goto(vendor.origin)
    frame = board_frame(page)
    panel = frame.locator('[data-panel="users-time-series"]')
    panel.locator("[data-do=menu]").evaluate("button => button.click()")
    panel.get_by_role("menuitem", name="Expand").click()

    assert frame.locator("html").get_attribute("data-seen") is None
    assert panel.evaluate("node => node.getBoundingClientRect().height") == 900 - 48
