"""An embedded board on another site: what it shows, which requests it makes, how it looks."""

import re

import pytest
from playwright.sync_api import expect

from dashapp.dashboards.provision import provision
from tests.browser.embed.vendor import (
    Vendor,
    board_frame,
    embed_requests,
    sent_headers,
    with_script,
    without_script,
)
from tests.templates import CONVERSATIONS

# Texts without a background color from the board behind them.
TEXTS_WITHOUT_BACKGROUND = """board => {
  const texts = [], walk = document.createTreeWalker(board, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    let element = walk.currentNode.parentElement;
    if (!walk.currentNode.textContent.trim() || element.closest(".sr, script, style, .menu") || !element.checkVisibility()) continue;
    while (element && /^rgba\\(.*, 0\\)$|^transparent$/.test(getComputedStyle(element).backgroundColor)) element = element.parentElement;
    if (!element) texts.push(walk.currentNode.textContent);
  }
  return texts;
}"""


def check_requests(page):
    """Check that no request has a cookie or a token in its URL, and that each call has a bearer token."""
    requests = embed_requests(page)
    for request in requests:
        assert "cookie" not in sent_headers(request)
        assert not re.search(r"eyJ|token=", request.url.split("#")[0])
        assert "ey" not in sent_headers(request).get("referer", "")
    calls = [
        request
        for request in requests
        if "_dash-" in request.url or request.url.endswith(("/token", "/theme"))
    ]
    assert calls
    for request in calls:
        assert sent_headers(request)["authorization"].startswith("Bearer ey")


def test_a_page_with_the_script_shows_a_board_without_cookies(base_url, vendor, page):
    vendor.page = with_script(base_url)
    page.goto(vendor.origin)

    frame = board_frame(page)
    assert frame.locator('[data-panel="total-validations"] .val').text_content() == "4"
    expect(frame.locator(".js-plotly-plot .trace").first).to_be_attached()
    assert frame.locator("header").count() == 0
    assert page.context.cookies() == []
    check_requests(page)
    assert page.console_errors == []


def test_a_plain_iframe_shows_a_board_and_removes_the_token_from_the_url(
    base_url, signer, vendor, page
):
    vendor.page = without_script(base_url, signer.now())
    page.goto(vendor.origin)

    board_frame(page)
    (embed_frame,) = [frame for frame in page.frames if "/embed/" in frame.url]
    assert "#" not in embed_frame.evaluate("location.href")
    assert page.context.cookies() == []
    check_requests(page)
    assert page.console_errors == []


def test_an_embedded_board_makes_eight_requests(base_url, vendor, page):
    vendor.page = with_script(base_url)
    page.goto(vendor.origin)
    board_frame(page)
    page.wait_for_timeout(300)

    urls = [request.url for request in page.requests if request.url.startswith(base_url)]
    assert sorted(re.sub(r"-[0-9a-f]{16}|\?.*", "", url.rsplit("/", 1)[1]) for url in urls) == [
        "_dash-layout", "bundle.css", "bundle.js", "embed-page.js",
        "embed.js", "operations", "plotly-basic.min.js", "token",
    ]  # fmt: skip


def test_a_page_of_another_origin_cannot_embed_the_board(base_url, signer, page):
    foreign = Vendor(signer.now)
    foreign.page = without_script(base_url, signer.now())
    page.goto(foreign.origin)
    page.wait_for_timeout(1_500)

    assert not [
        request
        for request in embed_requests(page)
        if "_dash-" in request.url or request.url.endswith("/token")
    ]
    assert any("frame-ancestors" in text for text in page.console_errors)
    foreign.close()


def test_the_frame_has_the_title_of_its_dashboard(base_url, signer, vendor, page):
    vendor.token = lambda: signer.now(locale="pt-BR")
    vendor.page = with_script(base_url)
    page.goto(vendor.origin)
    frame = board_frame(page)

    page.wait_for_selector('iframe[title="Operações"]')
    assert frame.locator("h1").text_content() == "Operações"
    assert frame.locator("html").evaluate("node => document.title") == "Operações"


def test_a_new_src_shows_another_board(base_url, site, signer, vendor, page):
    provision(site.store, site.acme_scope, CONVERSATIONS, now=1)
    vendor.page = with_script(base_url)
    page.goto(vendor.origin)
    board_frame(page)
    vendor.token = lambda: signer.now(dashboard="conversations")
    page.evaluate("src => document.querySelector('dashapp-board').setAttribute('src', src)", f"{base_url}/embed/acme/conversations")  # fmt: skip

    page.wait_for_selector('iframe[title="Conversations"]')
    assert page.locator("iframe").count() == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_is_readable_on_any_page_background(base_url, signer, vendor, open_tab, scheme):
    """A transparent board on white and on black, for viewers who prefer light or dark."""
    vendor.token = lambda: signer.now(theme={"accent": "#ffd400"})
    page = open_tab(color_scheme=scheme)
    for background in ("#ffffff", "#000000"):
        vendor.page = with_script(base_url, f"<style>body{{background:{background}}}</style>")
        page.goto(vendor.origin)
        frame = board_frame(page)
        unreadable = frame.locator("#board").evaluate(TEXTS_WITHOUT_BACKGROUND)
        assert unreadable == []
