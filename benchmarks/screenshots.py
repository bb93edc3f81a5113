"""Screenshots for docs/screenshots, of the demo in a real browser: `make screenshots`.

At a fixed moment of a day that is well under way: made twice, they show the same.
"""

import secrets
import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from dashapp.app import create_app
from dashapp.cli.serving.demo import make_demo
from dashapp.settings import Settings
from dashapp.store import migrate
from dashapp.store.engine import Store

NOW = datetime(2026, 11, 24, 14, 20, tzinfo=UTC)  # a Tuesday, 15:20 in Berlin
FOLDER = Path(__file__).resolve().parent.parent / "docs" / "screenshots"
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
SIZES = {"1440": (1440, 900), "768": (768, 1024), "390": (390, 844)}
APP = "/app/acme"
BOARD = f"{APP}/operations?time_range=30d"
PAGES = {"operations": f"{BOARD}&compare=previous", "conversations": f"{APP}/conversations?time_range=30d"}  # fmt: skip
LANGUAGES = ("en", "es", "pt-BR")
REFRESHES = "**/_dash-update-component*"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/dashapp.db"
        migrate.upgrade(url)
        with closing(Store(url)) as store:
            password = make_demo(store, NOW)
            with _served(store, url) as base:
                _take(base, password)


@contextmanager
def _served(store: Store, url: str) -> Iterator[str]:
    """The address of a server whose clock stands still."""
    settings = Settings(secret_key=secrets.token_urlsafe(48), database_url=url)
    app = create_app(settings, store=store, clock=lambda: NOW)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()


def _take(base: str, password: str) -> None:
    FOLDER.mkdir(exist_ok=True)
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        page = _page(browser)
        page.goto(f"{base}{BOARD}")
        _keep(page, "login")
        _sign_in(page, password)
        state = page.context.storage_state()
        page.context.close()
        for scheme in ("light", "dark"):
            for name, size in SIZES.items():
                _take_boards(_page(browser, size, scheme, state), base, f"{name}-{scheme}")
        _take_languages(_page(browser, state=state), base)
        _take_moments(_page(browser, state=state), base)
        _take_states(_page(browser, state=state), base)
        browser.close()


def _page(
    browser: Browser,
    size: tuple[int, int] = SIZES["1440"],
    scheme: Literal["light", "dark"] = "light",
    state: Any = None,
) -> Page:
    width, height = size
    page = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=scheme,
        storage_state=state,
        has_touch=width < 500,
    ).new_page()
    page.clock.set_fixed_time(NOW)  # numbers are as old as they say
    return page


def _keep(page: Page, name: str, *, is_whole: bool = False) -> None:
    page.wait_for_timeout(600)  # until fonts and charts stand
    page.screenshot(path=FOLDER / f"{name}.png", full_page=is_whole, animations="disabled")


def _open(page: Page, address: str) -> None:
    page.goto(address)
    page.wait_for_selector("#board")
    page.wait_for_timeout(600)


def _take_boards(page: Page, base: str, name: str) -> None:
    """Both boards, each as one whole page."""
    for board, address in PAGES.items():
        _open(page, f"{base}{address}")
        _keep(page, f"{board}-{name}", is_whole=True)
    page.context.close()


def _take_languages(page: Page, base: str) -> None:
    """Both boards in every language, with a card; and the page on which one is arranged."""
    _open(page, f"{base}{BOARD}")
    for language in LANGUAGES:
        page.click("details.user summary")
        page.click(f'button[name=language][value="{language}"]')
        page.wait_for_selector(f'html[lang="{language}"]')
        for board, address in PAGES.items():
            _open(page, f"{base}{address}")
            if board == "operations":
                _point_at_a_change(page)
            _keep(page, f"{board}-{language}")
    page.click("details.user summary")
    page.click('button[name=language][value="en"]')
    page.goto(f"{base}{APP}/operations/layout")
    page.wait_for_selector("#preview .box")
    _keep(page, "arrange")
    page.context.close()


def _point_at_a_change(page: Page) -> None:
    """The card of a step in which a workflow was changed."""
    page.locator('[data-panel="events-time-series"] .cursor').focus()
    page.keyboard.press("End")
    for _ in range(30):
        if page.locator(".card-of:visible .card-mark").count():
            return
        page.keyboard.press("ArrowLeft")


def _take_moments(page: Page, base: str) -> None:
    """What opens: dates, zones, a panel's menu, the list of keys; a filter, a table, a large panel."""
    _open(page, f"{base}{BOARD}&filter=channel:api")
    _keep(page, "filtered")
    for name, summary in (("dates", ".custom > summary"), ("account", "details.user summary")):
        page.click(summary)
        _keep(page, name)
        page.keyboard.press("Escape")
    page.hover('[data-panel="users-time-series"]')
    page.click('[data-panel="users-time-series"] .more')
    _keep(page, "menu")
    page.click("text=Show as table")
    _keep(page, "table")
    page.keyboard.press("?")
    _keep(page, "keys")
    _open(page, f"{base}{BOARD}&compare=previous&panel=events-time-series")
    _keep(page, "large")
    page.context.close()


def _take_states(page: Page, base: str) -> None:
    """Loading, empty, old numbers, and none at all."""
    page.route("**/_dash-layout*", lambda _route: None)
    page.goto(f"{base}{BOARD}", wait_until="commit")
    _keep(page, "loading")
    page.unroute("**/_dash-layout*")
    _open(page, f"{base}{APP}/operations?from=2001-01-01T00:00:00Z&to=2001-01-05T00:00:00Z")
    _keep(page, "empty")
    _open(page, f"{base}{BOARD}")
    page.route(REFRESHES, lambda route: route.abort())
    page.click("[data-do=refresh]")
    _keep(page, "stale")
    page.evaluate("dash_clientside.set_props('range', {value: '7d'})")
    _keep(page, "error")
    page.context.close()


def _sign_in(page: Page, password: str) -> None:
    page.fill("input[name=email]", "demo@example.com")
    page.fill("input[name=password]", password)
    page.click("button[type=submit]")
    page.wait_for_selector("#board")


if __name__ == "__main__":
    main()
