"""An embedded board on paper: in the page around it, and the frame alone."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.embed.vendor import frame_of, with_script
from tests.browser.paper import print_page
from tests.browser.test_print import TITLES, check

PAPER = [{"format": "Letter", "landscape": True}, {"format": "A4"}, {"format": "Letter"}]


@pytest.fixture
def shop(base, vendor, page):
    """The page around a board, which has told how high it is on paper."""
    vendor.page = with_script(base)
    page.goto(vendor.origin)
    frame_of(page)
    expect(page.locator("iframe")).to_have_attribute("style", re.compile("--wide"))
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_board_is_one_page_with_what_is_around_it(shop, scheme):
    shop.emulate_media(color_scheme=scheme)
    for width in (390, 1024, 1440, 2560):
        shop.set_viewport_size({"width": width, "height": 900})
        (sheet,) = print_page(shop)

        check([sheet], TITLES)
        assert sheet.text.startswith("Shop")


def test_no_paper_cuts_a_board(shop):
    height = shop.locator("iframe").evaluate("(frame) => frame.style.height")
    for paper in PAPER:
        check(print_page(shop, **paper), TITLES)

    expect(shop.locator("iframe")).to_have_css("height", height)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_frame_that_is_printed_alone_is_one_page_and_light(base, signer, vendor, page, theme):
    token = signer.now(theme=theme)
    page.goto(f"{base}/embed/acme/operations?time_range=7d#token={token}")
    expect(page.locator('[data-panel="users-time-series"]')).to_have_attribute("data-state", "ready")  # fmt: skip
    check(print_page(page), TITLES)
