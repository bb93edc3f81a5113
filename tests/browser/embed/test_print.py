"""Printing an embedded board: within its page, and the frame alone."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.embed.vendor import board_frame, with_script
from tests.browser.paper import TITLES, check_panels, print_page

PAPER_SIZES = [{"format": "Letter", "landscape": True}, {"format": "A4"}, {"format": "Letter"}]


@pytest.fixture
def vendor_page(base_url, vendor, page):
    """A vendor's page whose board has sent the height that it has on paper."""
    vendor.page = with_script(base_url)
    page.goto(vendor.origin)
    board_frame(page)
    expect(page.locator("iframe")).to_have_attribute("style", re.compile("--wide"))
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_board_and_its_page_are_printed_on_one_page(vendor_page, scheme):
    vendor_page.emulate_media(color_scheme=scheme)
    for width in (390, 1024, 1440, 2560):
        vendor_page.set_viewport_size({"width": width, "height": 900})
        (sheet,) = print_page(vendor_page)

        check_panels([sheet], TITLES)
        assert sheet.text.startswith("Shop")


def test_a_board_is_not_cut_on_any_paper_size(vendor_page):
    height = vendor_page.locator("iframe").evaluate("(frame) => frame.style.height")
    for paper in PAPER_SIZES:
        check_panels(print_page(vendor_page, **paper), TITLES)

    expect(vendor_page.locator("iframe")).to_have_css("height", height)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_frame_printed_alone_is_one_page_in_light_colors(base_url, signer, vendor, page, theme):
    token = signer.now(theme=theme)
    page.goto(f"{base_url}/embed/acme/operations?time_range=7d#token={token}")
    expect(page.locator('[data-panel="users-time-series"]')).to_have_attribute("data-state", "ready")  # fmt: skip
    check_panels(print_page(page), TITLES)
