"""A vendor's page on another site that embeds a board; third-party cookies are blocked."""

from datetime import timedelta

import pytest

from dashapp.domain.time.instant import utc_now
from tests.browser.embed.shop import Shop
from tests.browser.embed.vendor import Vendor, with_script
from tests.embedding import Signer, allow
from tests.factories import event, send


@pytest.fixture
def signer(site):
    signer = Signer(site.store, site.acme_scope)
    signer.now = lambda **claims: signer.token(now=utc_now().timestamp(), **claims)
    return signer


@pytest.fixture
def serve(site):
    """Serve a board with events of four users from a minute ago; return the base URL."""

    def serve(**settings) -> str:
        a_minute_ago = (utc_now() - timedelta(minutes=1)).isoformat()
        send(site.store, site.acme_scope, [
            event("validation_run.created", a_minute_ago, user=f"u{number}", channel="web" if number else "api")
            for number in range(4)
        ])  # fmt: skip
        return site.serve(**{"clock": utc_now, **settings})

    return serve


@pytest.fixture
def base_url(serve):
    return serve(embed_page_seconds=900)


@pytest.fixture
def vendor(site, signer):
    """A page that may embed the board; a test can replace the function that makes its tokens."""
    vendor = Vendor(lambda: signer.now(session=3600))
    allow(site.store, site.acme_scope, vendor.origin)
    yield vendor
    vendor.close()


@pytest.fixture
def page(open_tab):
    """A tab; `requests` collects what it requests."""
    page = open_tab()
    page.requests = []
    page.on("request", lambda request: page.requests.append(request))  # noqa: PLW0108 - not a builtin
    return page


@pytest.fixture
def embed_board(site, page):
    """Open the board in a vendor's page, with these claims in its token."""
    vendors = []

    def embed_board(**claims):
        signer = Signer(site.store, site.acme_scope)
        vendor = Vendor(lambda: signer.token(now=utc_now().timestamp(), **claims))
        vendors.append(vendor)
        allow(site.store, site.acme_scope, vendor.origin)
        runs = [event("validation_run.created", utc_now().isoformat(), user="u")]
        send(site.store, site.acme_scope, runs)
        vendor.page = with_script(site.serve(clock=utc_now))
        page.goto(vendor.origin)
        frame = page.frame_locator("iframe")
        frame.locator('[data-panel="users-time-series"][data-state="ready"]').wait_for()
        return frame

    yield embed_board
    for vendor in vendors:
        vendor.close()


@pytest.fixture(scope="session")
def shop_page(chromium):
    """A page that tests of the element share; it collects console errors and warnings."""
    page = chromium.new_context(viewport={"width": 1000, "height": 700}).new_page()
    page.console_errors, page.warnings = [], []
    page.on(
        "console",
        lambda message: message.type == "error" and page.console_errors.append(message.text),
    )
    page.on(
        "console", lambda message: message.type == "warning" and page.warnings.append(message.text)
    )
    page.on("pageerror", lambda error: page.console_errors.append(str(error)))
    yield page
    page.context.close()


@pytest.fixture
def shop(shop_page):
    shop_page.unroute_all(behavior="ignoreErrors")
    shop_page.console_errors.clear()
    shop_page.warnings.clear()
    yield Shop(shop_page)
    shop_page.goto("about:blank")
