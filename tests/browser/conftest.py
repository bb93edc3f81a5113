"""One Chromium for all browser tests, a server each, on loopback and a free port."""

import os
import shutil
import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright
from werkzeug.serving import make_server

from dashapp.domain.roles import Role
from tests import factories

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--test-third-party-cookie-phaseout",  # cookies of other sites are blocked
]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        assert not os.environ.get("CI"), "CI needs Chromium"
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS, headless=True)
        yield browser
        browser.close()


@pytest.fixture
def sqlite_store(sqlite_url):
    from dashapp.store.engine import Store

    store = Store(sqlite_url)
    yield store
    store.close()


@pytest.fixture
def site(sqlite_store):
    """A running server with Acme's and Rival's events, and people; `serve(**app)` starts it."""
    from dashapp.dashboards.provision import add_org

    owners = []
    for slug, name in (("acme", "Acme"), ("rival", "Rival")):
        org = add_org(sqlite_store, factories.scope, slug, name=name, now=1)
        owners.append(factories.scope(org))
    acme, rival = owners
    factories.add_user(sqlite_store, "ada@example.com", (acme, Role.OWNER))
    factories.add_user(sqlite_store, "bea@example.com", (acme, Role.AUTHOR), (rival, Role.ADMIN))
    servers = []

    class Site:
        store, acme_scope, rival_scope = sqlite_store, acme, rival

        def serve(self, clock=None, **app) -> str:
            server = make_server(
                "127.0.0.1", 0, factories.app(sqlite_store, clock, **app), threaded=True
            )
            threading.Thread(target=server.serve_forever, daemon=True).start()
            servers.append(server)
            return f"http://127.0.0.1:{server.server_port}"

    yield Site()
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def page(chromium):
    """A new page of a new browser profile; its console must stay silent."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.complaints = []
    page.on("console", lambda m: m.type == "error" and page.complaints.append(m.text))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    yield page
    context.close()


@pytest.fixture
def sign_in(page):
    def sign_in(url: str, email: str = "ada@example.com") -> None:
        page.goto(url)
        page.fill("input[name=email]", email)
        page.fill("input[name=password]", factories.PASSWORD)
        page.click("button[type=submit]")

    return sign_in
