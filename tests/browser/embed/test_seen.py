"""What is laid over a board lies in the part of its frame that is seen, wherever the page is scrolled."""

import pytest

from tests.browser.embed.vendor import frame_of, with_script, without_script

SIZE = {"width": 520, "height": 560}
SEEN = 'html[style*="--seen-top"]:not([style*="--seen-top: 0px"])'
SPACE = "<div style='height:1500px'></div>"


@pytest.fixture
def middle(base, vendor, page):
    """A narrow page, and so a frame of several screens, scrolled to the frame's middle."""
    page.set_viewport_size(SIZE)
    vendor.page = with_script(base, SPACE)
    page.goto(vendor.origin)
    frame = frame_of(page)
    page.wait_for_function("document.querySelector('dashapp-board').shadowRoot.querySelector('iframe').offsetHeight > 1200")  # fmt: skip
    page.evaluate("scrollTo(0, 500)")
    frame.locator(SEEN).wait_for()
    return frame


def is_seen(locator) -> bool:
    """The whole of it is in what the page shows, by now or soon."""
    for _ in range(100):
        box = locator.bounding_box()
        if box and box["y"] >= 0 and box["y"] + box["height"] <= SIZE["height"]:
            return True
        locator.page.wait_for_timeout(30)
    return False


def test_a_panel_opens_large_in_what_is_seen_and_follows_the_page(middle, page):
    panel = middle.locator('[data-panel="users-time-series"]')
    panel.locator("[data-do=menu]").evaluate("button => button.click()")
    panel.get_by_role("menuitem", name="Open large").evaluate("item => item.click()")

    assert is_seen(panel)
    assert panel.bounding_box()["height"] > 500
    height = page.locator("iframe").bounding_box()["height"]
    page.evaluate("scrollBy(0, 200)")
    assert is_seen(panel)
    page.keyboard.press("Escape")
    assert page.locator("iframe").bounding_box()["height"] == height


def test_a_panel_opens_large_by_keys_too(middle, page):
    button = middle.locator('[data-panel="users-time-series"] [data-do=menu]')
    button.evaluate("button => button.focus({preventScroll: true})")
    page.keyboard.press("Enter")
    menu = middle.get_by_role("menu")
    menu.wait_for()
    page.keyboard.press("Enter")

    assert is_seen(middle.locator("[data-large]"))


def test_a_message_is_seen(middle, page):
    middle.locator("html").evaluate("() => dashappBoard.tell('Copied')")

    assert is_seen(middle.locator(".toast"))


def test_the_list_of_keys_is_seen(middle, page):
    middle.locator('[data-panel="users-time-series"] [data-do=menu]').evaluate(
        "button => button.focus({preventScroll: true})"
    )
    page.keyboard.press("?")

    assert is_seen(middle.locator("dialog.keys"))


def test_a_menu_at_the_lower_edge_is_moved_up(middle, page):
    panel = middle.locator('[data-panel="users-time-series"]')
    top = panel.evaluate("node => node.getBoundingClientRect().top")
    page.evaluate("top => scrollTo(0, top + document.querySelector('dashapp-board').getBoundingClientRect().top + scrollY - 480)", top)  # fmt: skip
    panel.locator("[data-do=menu]").click()

    middle.get_by_role("menu").wait_for()
    assert is_seen(middle.get_by_role("menu"))


def test_a_plain_frame_is_as_it_was(base, signer, vendor, page):
    vendor.page = without_script(base, signer.now())
    page.goto(vendor.origin)
    frame = frame_of(page)
    panel = frame.locator('[data-panel="users-time-series"]')
    panel.locator("[data-do=menu]").evaluate("button => button.click()")
    panel.get_by_role("menuitem", name="Open large").click()

    assert frame.locator("html").get_attribute("data-seen") is None
    assert panel.evaluate("node => node.getBoundingClientRect().height") == 900 - 48
