"""Chromium, nginx and `dashapp serve`: a server below a path, and on another port."""

import os
import re
from contextlib import ExitStack
from datetime import timedelta
from types import SimpleNamespace

import pytest
from playwright.sync_api import expect

from dashapp.domain.time.instant import utc_now
from tests import nginx
from tests.browser import board_page
from tests.browser.embed.vendor import Vendor, board_frame, with_script
from tests.embedding import Signer, allow
from tests.factories import event, send
from tests.postgresql import free_port
from tests.reliability.kill import Server

pytestmark = pytest.mark.skipif(
    nginx.PROGRAM is None and os.environ.get("CI") != "true", reason="nginx is not installed"
)

TOTAL = '[data-panel="total-validations"] .val'


@pytest.fixture
def portal(site, tmp_path):
    """A server with Acme's events, at a path of nginx."""
    a_minute_ago = (utc_now() - timedelta(minutes=1)).isoformat()
    send(site.store, site.acme_scope, [
        event("validation_run.created", a_minute_ago, user=f"u{number}") for number in range(4)
    ])  # fmt: skip
    port = free_port()
    url = f"http://127.0.0.1:{port}/analytics"
    server = Server(
        site.store.url.render_as_string(), tmp_path,
        DASHAPP_PUBLIC_URL=url, DASHAPP_TRUSTED_PROXIES="1",
    )  # fmt: skip
    with ExitStack() as stack:
        stack.callback(server.close)
        server.start()
        stack.enter_context(nginx.nginx(port, server.port, path="/analytics"))
        yield SimpleNamespace(url=url, site=site, signer=Signer(site.store, site.acme_scope))


def test_a_board_below_a_path(portal, page):
    failures = []
    page.on("response", lambda answer: answer.status >= 400 and failures.append(answer.url))
    page.goto(f"{portal.url}/app/acme/operations?time_range=7d")
    board_page.log_in(page, "ada@example.com")
    expect(page.locator(TOTAL)).to_have_text("4")

    with page.expect_download() as download:
        board_page.choose_in_menu(page, "total-validations", "Download CSV")
    assert download.value.path().read_text().splitlines()[1] == "4,"
    page.goto(f"{portal.url}/app/acme/operations/layout")
    page.get_by_role("link", name="Cancel").click()
    expect(page.locator(TOTAL)).to_have_text("4")
    assert failures == []
    assert page.console_errors == []

    page.context.clear_cookies()
    page.evaluate("document.getElementById('compare').click()")  # `check` waits for a new state
    expect(page).to_have_url(re.compile(r"/analytics/login\?next=%2Fanalytics%2Fapp%2Facme%2F"))
    board_page.log_in(page, "ada@example.com")
    expect(page.locator(TOTAL)).to_have_text("4")
    assert page.url.startswith(f"{portal.url}/app/acme/operations")


def test_an_embedded_board_below_a_path(portal, page):
    vendor = Vendor(lambda: portal.signer.token(now=utc_now().timestamp(), session=3600))
    allow(portal.site.store, portal.site.acme_scope, vendor.origin)
    vendor.page = with_script(portal.url)
    page.goto(vendor.origin)

    frame = board_frame(page)
    assert frame.locator(TOTAL).text_content() == "4"
    assert page.console_errors == []
    vendor.close()
