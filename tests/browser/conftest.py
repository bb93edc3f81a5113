"""One Chromium for all browser tests, a server each, on loopback and a free port."""

import json
import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import closing
from types import SimpleNamespace

import pytest
from playwright.sync_api import Browser, sync_playwright
from werkzeug.serving import make_server

from dashapp.domain.access.roles import Role
from tests import factories
from tests.browser import board_page

BOARD = "/app/acme/operations"
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
        board_page.log_in(page, email)

    return sign_in


@pytest.fixture(scope="session")
def busy(sqlite_template, tmp_path_factory, chromium):
    """A server that tests only look at: every panel of Acme has something to show.

    `signed_in` is the browser profile of its owner.
    """
    from dashapp.dashboards.provision import add_org, provision
    from dashapp.dashboards.templates import TEMPLATES
    from dashapp.store.engine import Store

    path = tmp_path_factory.mktemp("busy") / "dashapp.db"
    shutil.copy(sqlite_template, path)
    with closing(Store(f"sqlite:///{path}")) as store:
        acme = factories.scope(add_org(store, factories.scope, "acme", name="Acme", now=1))
        for template in TEMPLATES.values():
            provision(store, acme, template, now=2)
        factories.add_user(store, "ada@example.com", (acme, Role.OWNER))
        factories.send(store, acme, [made for day in range(1, 21) for made in _busy(day)])
        server = make_server("127.0.0.1", 0, factories.app(store), threaded=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        base = f"http://127.0.0.1:{server.server_port}"
        yield SimpleNamespace(base=base, at=f"{base}{BOARD}", signed_in=_signed_in(chromium, base))
        server.shutdown()
        server.server_close()


def _signed_in(chromium, base):
    context = chromium.new_context()
    page = context.new_page()
    page.goto(f"{base}/login")
    board_page.log_in(page, "ada@example.com")
    page.wait_for_selector("#board")
    profile = context.storage_state()
    context.close()
    return profile


def _busy(day):
    """On the first of November ten events, one more on each day after."""
    at = f"2026-11-{day:02d}T08:15:00Z"
    user, api = {"at": at, "user": "u-1"}, {"at": at, "user": "u-2", "channel": "api"}
    warned = {"severity": "WARNING", "code": "noisy"}
    return [
        *(factories.event("page.viewed", **user) for _ in range(day)),
        factories.event("validation_run.created", **user),
        factories.event("validation_run.succeeded", **api),
        factories.event("validation_run.failed", **user),
        factories.event("finding.recorded", **api, properties={"severity": "ERROR"}),
        factories.event("finding.recorded", **api, properties=warned),
        factories.event("workflow.updated", at=at, user="u-3"),
        factories.event("conversation.search_term", **user, properties={"term": "rice"}),
        factories.event("conversation.search_term", **user, properties={"term": "beans"}),
        factories.event(
            "conversation.product_added_to_cart", **user, properties={"product": "Rice"}
        ),
    ]


@pytest.fixture(scope="session")
def kept_pages(busy):
    """Pages that were used, by the options of their profile: the next load of one is a warm one."""
    kept = {}
    yield kept
    for page in kept.values():
        page.context.close()


@pytest.fixture
def open_page(busy, chromium, kept_pages):
    """A page of somebody signed in, whose console must stay silent; `options` of the profile."""
    opened = []

    def open_page(**options):
        name = json.dumps(options, sort_keys=True)
        page = kept_pages.pop(name, None) or _new_page(chromium, busy, options)
        page.complaints = []
        opened.append((name, page))
        return page

    yield open_page
    for name, page in opened:
        if _is_as_new(page, busy):
            kept_pages[name] = page


def _new_page(chromium, busy, options):
    profile = {"viewport": {"width": 1280, "height": 900}, "storage_state": busy.signed_in}
    page = chromium.new_context(**{**profile, **options}).new_page()
    page.base, page.at = busy.base, busy.at
    page.on("console", lambda m: m.type == "error" and page.complaints.append(m.text))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    return page


def _is_as_new(page, busy) -> bool:
    """Whether nothing is left of a test: no routes, no rights, no storage, its first cookies."""
    if page.is_closed():
        return False
    page.unroute_all(behavior="ignoreErrors")
    page.goto(f"{busy.base}/livez")
    page.evaluate("localStorage.clear()")
    page.context.clear_permissions()
    page.context.clear_cookies()
    page.context.add_cookies(busy.signed_in["cookies"])
    return True


@pytest.fixture
def board(open_page):
    """Acme's board of operations over seven days, opened by its owner."""
    page = open_page()
    page.goto(f"{page.at}?time_range=7d")
    board_page.wait_ready(page, time_range="7d")
    return page
