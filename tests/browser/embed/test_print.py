"""An embedded board on paper: the frame alone."""

import pytest
from playwright.sync_api import expect

from tests.browser.paper import print_page
from tests.browser.test_print import TITLES, check


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_frame_that_is_printed_alone_is_one_page_and_light(base, signer, vendor, page, theme):
    token = signer.now(theme=theme)
    page.goto(f"{base}/embed/acme/operations?time_range=7d#token={token}")
    expect(page.locator('[data-panel="users-time-series"]')).to_have_attribute("data-state", "ready")  # fmt: skip
    check(print_page(page), TITLES)
