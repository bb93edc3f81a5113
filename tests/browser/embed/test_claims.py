"""The controls of an embedded board offer only what the claims of its token allow."""

import pytest
from playwright.sync_api import expect

from dashapp.domain.time.instant import utc_now
from tests import factories
from tests.browser.embed.vendor import Vendor, with_script
from tests.embedding import Signer, allow

pytestmark = pytest.mark.browser


@pytest.fixture
def embed_board(site, page):
    """Open the board in a vendor's page, with these claims in its token."""
    vendors = []

    def embed_board(**claims):
        signer = Signer(site.store, site.acme_scope)
        vendor = Vendor(lambda: signer.token(now=utc_now().timestamp(), **claims))
        vendors.append(vendor)
        allow(site.store, site.acme_scope, vendor.origin)
        runs = [factories.event("validation_run.created", utc_now().isoformat(), user="u")]
        factories.send(site.store, site.acme_scope, runs)
        vendor.page = with_script(site.serve(clock=utc_now))
        page.goto(vendor.origin)
        frame = page.frame_locator("iframe")
        frame.locator('[data-panel="users-time-series"][data-state="ready"]').wait_for()
        return frame

    yield embed_board
    for vendor in vendors:
        vendor.close()


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
