"""Wildcard origins: all hosts below a name may embed the board, and no others."""

import pytest
from playwright.sync_api import expect

from tests.browser.embed.vendor import board_frame, with_script
from tests.embedding import allow

DASH = "https://dash.example"


@pytest.fixture
def open_shop(serve, site, signer, page):
    """Open a vendor's page at an origin, whose referrer policy hides its name."""
    base_url = serve(public_url=DASH)
    allow(site.store, site.acme_scope, "https://*.shop.example")

    def pass_on(route):
        response = route.fetch(url=base_url + route.request.url.removeprefix(DASH))
        if "embed-page" in route.request.url:
            script = response.text().replace("ancestorOrigins", ancestors)
            route.fulfill(body=script, content_type="text/javascript")
        else:
            route.fulfill(response=response)

    def answer(route):
        is_token = route.request.url.endswith("/token")
        body = signer.now(session=3600) if is_token else with_script(DASH)
        kind = "text/plain" if is_token else "text/html"
        route.fulfill(body=body, content_type=kind, headers={"Referrer-Policy": "no-referrer"})

    ancestors = "ancestorOrigins"

    def open_shop(origin, *, is_named=True):
        nonlocal ancestors
        ancestors = "ancestorOrigins" if is_named else "noOrigins"
        page.route(f"{origin}/**", answer)
        page.route(f"{DASH}/**", pass_on)
        page.goto(f"{origin}/")

    return open_shop


@pytest.mark.parametrize("origin", ["https://a.shop.example", "https://eu.a.shop.example"])
@pytest.mark.parametrize("is_named", [True, False])
def test_a_host_below_the_name_embeds_the_board(open_shop, page, origin, is_named):
    open_shop(origin, is_named=is_named)  # older browsers do not name the parent

    frame = board_frame(page)
    assert frame.locator('[data-panel="total-validations"] .val').text_content() == "4"
    assert page.console_errors == []


@pytest.mark.parametrize("origin", ["https://shop.example", "https://shop.example.evil.example"])
def test_other_hosts_do_not(open_shop, page, origin):
    open_shop(origin)

    expect(page.locator("iframe")).to_be_attached()
    page.wait_for_timeout(500)
    assert any("frame-ancestors" in error for error in page.console_errors)
    assert not page.locator("iframe").is_visible()
