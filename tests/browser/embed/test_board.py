"""An embedded board in a page of another site: what it shows, asks for and looks like."""

import re

import pytest

from dashapp.dashboards.conversations import CONVERSATIONS
from dashapp.dashboards.provision import provision
from tests.browser.embed.vendor import (
    Vendor,
    embed_requests,
    frame_of,
    sent,
    with_script,
    without_script,
)

# Texts behind which there is no colour of the board's own, up to its edge.
BARE_TEXT = """board => {
  const found = [], walk = document.createTreeWalker(board, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    let at = walk.currentNode.parentElement;
    if (!walk.currentNode.textContent.trim() || at.closest(".sr, script, style, .menu") || !at.checkVisibility()) continue;
    while (at && /^rgba\\(.*, 0\\)$|^transparent$/.test(getComputedStyle(at).backgroundColor)) at = at.parentElement;
    if (!at) found.push(walk.currentNode.textContent);
  }
  return found;
}"""


def check_requests(page):
    """Every call carries a bearer; no request of the embed a cookie, or a token in its address."""
    found = embed_requests(page)
    for request in found:
        assert "cookie" not in sent(request)
        assert not re.search(r"eyJ|token=", request.url.split("#")[0])
        assert "ey" not in sent(request).get("referer", "")
    calls = [r for r in found if "_dash-" in r.url or r.url.endswith(("/token", "/theme"))]
    assert calls
    for request in calls:
        assert sent(request)["authorization"].startswith("Bearer ey")


def test_a_page_with_the_script_shows_a_board_without_any_cookie(base, vendor, page):
    vendor.page = with_script(base)
    page.goto(vendor.origin)

    frame = frame_of(page)
    assert frame.locator('[data-panel="total-validations"] .val').text_content() == "4"
    assert frame.locator(".js-plotly-plot .trace").count() > 0
    assert frame.locator("header").count() == 0
    assert page.context.cookies() == []
    check_requests(page)
    assert page.complaints == []


def test_a_page_without_script_shows_it_too_and_the_token_leaves_the_address(
    base, signer, vendor, page
):
    vendor.page = without_script(base, signer.now())
    page.goto(vendor.origin)

    frame_of(page)
    (embedded,) = [f for f in page.frames if "/embed/" in f.url]
    assert "#" not in embedded.evaluate("location.href")
    assert page.context.cookies() == []
    check_requests(page)
    assert page.complaints == []


def test_an_embedded_board_asks_for_eight_things_and_each_once(base, vendor, page):
    vendor.page = with_script(base)
    page.goto(vendor.origin)
    frame_of(page)
    page.wait_for_timeout(300)

    asked = [r.url for r in page.requests if r.url.startswith(base)]
    assert sorted(re.sub(r"-[0-9a-f]{16}|\?.*", "", url.rsplit("/", 1)[1]) for url in asked) == [
        "00-plotly-basic.min.js", "_dash-layout", "bundle.css", "bundle.js", "embed-page.js",
        "embed.js", "operations", "token",
    ]  # fmt: skip


def test_a_page_of_a_foreign_origin_shows_nothing(base, signer, page):
    foreign = Vendor(signer.now)
    foreign.page = without_script(base, signer.now())
    page.goto(foreign.origin)
    page.wait_for_timeout(1_500)

    assert not [r for r in embed_requests(page) if "_dash-" in r.url or r.url.endswith("/token")]
    assert any("frame-ancestors" in text for text in page.complaints)
    foreign.close()


def test_a_frame_is_called_what_its_dashboard_is(base, signer, vendor, page):
    vendor.token = lambda: signer.now(locale="pt-BR")
    vendor.page = with_script(base)
    page.goto(vendor.origin)
    frame = frame_of(page)

    page.wait_for_selector('iframe[title="Operações"]')
    assert frame.locator("h1").text_content() == "Operações"
    assert frame.locator("html").evaluate("node => document.title") == "Operações"


def test_another_address_is_another_board(base, site, signer, vendor, page):
    provision(site.store, site.acme_scope, CONVERSATIONS, now=1)
    vendor.page = with_script(base)
    page.goto(vendor.origin)
    frame_of(page)
    vendor.token = lambda: signer.now(dashboard="conversations")
    page.evaluate("src => document.querySelector('dashapp-board').setAttribute('src', src)", f"{base}/embed/acme/conversations")  # fmt: skip

    page.wait_for_selector('iframe[title="Conversations"]')
    assert page.locator("iframe").count() == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read_whatever_page_lies_behind(base, signer, vendor, chromium, scheme):
    """Transparent, on white and on black, for a viewer who prefers light or dark."""
    vendor.token = lambda: signer.now(theme={"accent": "#ffd400"})
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    for ground in ("#ffffff", "#000000"):
        vendor.page = with_script(base, f"<style>body{{background:{ground}}}</style>")
        page.goto(vendor.origin)
        frame = frame_of(page)
        bare = frame.locator("#board").evaluate(BARE_TEXT)
        assert bare == []
    context.close()
