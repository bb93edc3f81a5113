"""A vendor's page on another site, with third-party cookies blocked, and the board that it frames."""

from datetime import timedelta

import pytest

from dashapp.domain.time.instant import utc_now
from tests.browser.embed.shop import Shop
from tests.browser.embed.vendor import Vendor
from tests.embedding import Signer, allow
from tests.factories import event, send


@pytest.fixture
def signer(site):
    made = Signer(site.store, site.acme_scope)
    made.now = lambda **more: made.token(now=utc_now().timestamp(), **more)
    return made


@pytest.fixture
def serve(site):
    """A board with the events of four people a minute ago, served as a test says."""

    def serve(**settings) -> str:
        ago = (utc_now() - timedelta(minutes=1)).isoformat()
        send(site.store, site.acme_scope, [
            event("validation_run.created", ago, user=f"u{number}", channel="web" if number else "api")
            for number in range(4)
        ])  # fmt: skip
        return site.serve(**{"clock": utc_now, **settings})

    return serve


@pytest.fixture
def base(serve):
    return serve(embed_page_seconds=900)


@pytest.fixture
def vendor(site, signer):
    """A page that may frame the board; a test may give it other tokens."""
    made = Vendor(lambda: signer.now(session=3600))
    allow(site.store, site.acme_scope, made.origin)
    yield made
    made.close()


@pytest.fixture
def page(chromium):
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.complaints, page.requests = [], []
    page.on("console", lambda m: m.type == "error" and page.complaints.append(m.text))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.on("request", lambda request: page.requests.append(request))  # noqa: PLW0108 - not a builtin
    yield page
    context.close()


@pytest.fixture(scope="session")
def shop_page(chromium):
    """A page that tests of the element share; its console must stay silent."""
    page = chromium.new_context(viewport={"width": 1000, "height": 700}).new_page()
    page.complaints, page.warnings = [], []
    page.on("console", lambda m: m.type == "error" and page.complaints.append(m.text))
    page.on("console", lambda m: m.type == "warning" and page.warnings.append(m.text))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    yield page
    page.context.close()


@pytest.fixture
def shop(shop_page):
    shop_page.unroute_all(behavior="ignoreErrors")
    shop_page.complaints.clear()
    shop_page.warnings.clear()
    yield Shop(shop_page)
    shop_page.goto("about:blank")
