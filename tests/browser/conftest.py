"""One Chromium for all browser tests; servers run on loopback, each on a free port."""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, closing
from functools import partial
from types import SimpleNamespace

import pytest
from playwright.sync_api import Browser, sync_playwright

from dashapp.domain.access.roles import Role
from tests import factories
from tests.browser import board_page
from tests.browser.servers import base_url_of, not_found, serving
from tests.browser.tabs import Tabs, collect_errors

BOARD = "/app/acme/operations"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--renderer-process-limit=1",  # tabs of a profile share a process: see tabs.py
    "--test-third-party-cookie-phaseout",  # cookies of other sites are blocked
]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    executable = shutil.which("chromium") or shutil.which("chromium-browser")
    if executable is None:
        assert not os.environ.get("CI"), "CI needs Chromium"
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS, headless=True)
        yield browser
        browser.close()


@pytest.fixture
def sqlite_store(sqlite_url):
    from dashapp.store.engine import Store

    store = Store(sqlite_url)
    yield store
    store.close()


@pytest.fixture(scope="session")
def first_server():
    """A server for the first app of each test: a browser keeps the scripts of its one origin."""
    with serving(not_found) as server:
        yield server


@pytest.fixture
def site(sqlite_store, first_server):
    """The orgs Acme and Rival with their users; `serve(**app)` starts a server."""
    from dashapp.dashboards.provision import add_org

    owners = []
    for slug, name in (("acme", "Acme"), ("rival", "Rival")):
        org = add_org(sqlite_store, factories.scope, slug, name=name, now=1)
        owners.append(factories.scope(org))
    acme, rival = owners
    factories.add_user(sqlite_store, "ada@example.com", (acme, Role.OWNER))
    factories.add_user(sqlite_store, "bea@example.com", (acme, Role.AUTHOR), (rival, Role.ADMIN))

    class Site:
        store, acme_scope, rival_scope = sqlite_store, acme, rival

        def serve(self, clock=None, **settings) -> str:
            app = factories.app(sqlite_store, clock, **settings)
            if first_server.app is not_found:
                first_server.app = app
                return base_url_of(first_server)
            server = servers.enter_context(serving(app))
            return base_url_of(server)

    with ExitStack() as servers:
        yield Site()
    first_server.app = not_found


@pytest.fixture(scope="session")
def tabs(chromium, first_server):
    tabs = Tabs(chromium, f"{base_url_of(first_server)}/livez")
    yield tabs
    tabs.close()


@pytest.fixture
def open_tab(tabs):
    """Return a new tab with an empty profile, whose options these are."""
    yield tabs.open
    tabs.empty_profiles()


@pytest.fixture
def page(open_tab):
    return open_tab()


@pytest.fixture
def sign_in(page):
    return partial(board_page.open_as, page)


@pytest.fixture(scope="session")
def shared_site(sqlite_template, tmp_path_factory, chromium):
    """A server that tests only read from; every panel of Acme has data.

    `signed_in` is the storage state of a browser in which the owner is signed in.
    """
    from dashapp.dashboards.provision import add_org, provision
    from dashapp.store.engine import Store
    from tests.templates import TEMPLATES

    path = tmp_path_factory.mktemp("busy") / "dashapp.db"
    shutil.copy(sqlite_template, path)
    with closing(Store(f"sqlite:///{path}")) as store:
        acme = factories.scope(add_org(store, factories.scope, "acme", name="Acme", now=1))
        for template in TEMPLATES.values():
            provision(store, acme, template, now=2)
        factories.add_user(store, "ada@example.com", (acme, Role.OWNER))
        factories.send(
            store, acme, [event for day in range(1, 21) for event in _day_of_events(day)]
        )
        with serving(factories.app(store)) as server:
            base_url = base_url_of(server)
            yield SimpleNamespace(
                base_url=base_url,
                board_url=f"{base_url}{BOARD}",
                signed_in=_signed_in_profile(chromium, base_url),
            )


def _signed_in_profile(chromium, base_url):
    context = chromium.new_context()
    board_page.open_as(context.new_page(), f"{base_url}/account")
    profile = context.storage_state()
    context.close()
    return profile


def _day_of_events(day):
    """Return ten events for the first of November, and one more for each later day."""
    occurred_at = f"2026-11-{day:02d}T08:15:00Z"
    from_web, from_api = (
        {"at": occurred_at, "user": "u-1"},
        {"at": occurred_at, "user": "u-2", "channel": "api"},
    )
    warning = {"severity": "WARNING", "code": "noisy"}
    return [
        *(factories.event("page.viewed", **from_web) for _ in range(day)),
        factories.event("validation_run.created", **from_web),
        factories.event("validation_run.succeeded", **from_api),
        factories.event("validation_run.failed", **from_web),
        factories.event("finding.recorded", **from_api, properties={"severity": "ERROR"}),
        factories.event("finding.recorded", **from_api, properties=warning),
        factories.event("workflow.updated", at=occurred_at, user="u-3"),
        factories.event("conversation.search_term", **from_web, properties={"term": "rice"}),
        factories.event("conversation.search_term", **from_web, properties={"term": "beans"}),
        factories.event(
            "conversation.product_added_to_cart", **from_web, properties={"product": "Rice"}
        ),
    ]


@pytest.fixture(scope="session")
def page_pool(shared_site):
    """Used pages by their profile's options: reusing one makes the next load a warm one."""
    pages = {}
    yield pages
    for page in pages.values():
        page.context.close()


@pytest.fixture
def open_page(shared_site, chromium, page_pool):
    """Return a page in which the owner is signed in; `options` are those of the browser profile."""
    used = []

    def open_page(**options):
        name = json.dumps(options, sort_keys=True)
        page = page_pool.pop(name, None) or _new_page(chromium, shared_site, options)
        page.console_errors = []
        used.append((name, page))
        return page

    yield open_page
    for name, page in used:
        if _reset(page, shared_site):
            page_pool[name] = page


def _new_page(chromium, shared_site, options):
    profile = {"viewport": {"width": 1280, "height": 900}, "storage_state": shared_site.signed_in}
    page = chromium.new_context(**{**profile, **options}).new_page()
    page.base_url, page.board_url = shared_site.base_url, shared_site.board_url
    page.opened_size = page.viewport_size
    collect_errors(page)
    return page


def _reset(page, shared_site) -> bool:
    """Undo what a test left in a page; return False if the page is closed."""
    if page.is_closed():
        return False
    page.unroute_all(behavior="ignoreErrors")
    page.set_viewport_size(page.opened_size)
    page.emulate_media(media="null")  # not paper
    page.goto(f"{shared_site.base_url}/livez")
    page.evaluate("localStorage.clear()")
    page.context.clear_permissions()
    page.context.clear_cookies()
    page.context.add_cookies(shared_site.signed_in["cookies"])
    return True


@pytest.fixture
def board(open_page):
    """Acme's Operations board over seven days, opened by its owner."""
    page = open_page()
    page.goto(f"{page.board_url}?time_range=7d")
    board_page.wait_until_ready(page, time_range="7d")
    return page
