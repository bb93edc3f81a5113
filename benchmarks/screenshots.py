"""Take the screenshots in docs/screenshots from the demo: `make screenshots`.

The clock is fixed at an afternoon, so that taking them again gives the same images.
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
SETTINGS = f"{APP}/settings"
BOARD = f"{APP}/operations?time_range=30d"
PAGES = {
    "operations": f"{BOARD}&compare=previous",
    "conversations": f"{APP}/conversations?time_range=30d",
}
SHOP = "/app/bistro/shop"
ALL_PAGES = {**PAGES, "shop": f"{SHOP}?time_range=month"}
NO_EVENTS = "from=2001-01-01T00:00:00Z&to=2001-01-05T00:00:00Z"
LANGUAGES = ("en", "es", "pt-BR")
REFRESHES = "**/_dash-update-component*"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/dashapp.db"
        migrate.upgrade(url)
        with closing(Store(url)) as store:
            password = make_demo(store, NOW)
            with _running_server(store, url) as base:
                _take_all(base, password)


@contextmanager
def _running_server(store: Store, url: str) -> Iterator[str]:
    """Yield the URL of a server with a fixed clock."""
    settings = Settings(secret_key=secrets.token_urlsafe(48), database_url=url)
    app = create_app(settings, store=store, clock=lambda: NOW)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()


def _take_all(base: str, password: str) -> None:
    FOLDER.mkdir(exist_ok=True)
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        page = _page(browser)
        page.goto(f"{base}{BOARD}")
        _save(page, "login")
        _sign_in(page, password)
        state = page.context.storage_state()
        page.context.close()
        for scheme in ("light", "dark"):
            for name, size in SIZES.items():
                _take_boards(_page(browser, size, scheme, state), base, f"{name}-{scheme}")
        _take_languages(_page(browser, state=state), base)
        _take_settings(_page(browser, state=state), base)
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
    page.clock.set_fixed_time(NOW)  # so that the age of the numbers matches the server's clock
    return page


def _save(page: Page, name: str, *, is_full_page: bool = False) -> None:
    page.wait_for_timeout(600)  # until fonts and charts are drawn
    page.screenshot(path=FOLDER / f"{name}.png", full_page=is_full_page, animations="disabled")


def _open(page: Page, url: str) -> None:
    page.goto(url)
    page.wait_for_selector("#board")
    page.wait_for_timeout(600)


def _take_boards(page: Page, base: str, name: str) -> None:
    """Take the boards as full pages."""
    for board, path in ALL_PAGES.items():
        _open(page, f"{base}{path}")
        _save(page, f"{board}-{name}", is_full_page=True)
    page.context.close()


def _take_settings(page: Page, base: str) -> None:
    """Take the settings pages, with a key and an invitation."""
    page.goto(f"{base}{SETTINGS}/keys")
    page.fill("#name", "Shop backend")
    page.click("main button.primary")
    page.wait_for_selector("#once")
    page.goto(f"{base}{SETTINGS}/members")
    page.fill("#email", "mia@acme.example")
    page.click("main button.primary")
    page.wait_for_selector("#once")
    for name in ("general", "members", "keys", "audit"):
        page.goto(f"{base}{SETTINGS}/{name}")
        _save(page, f"settings-{name}")
    page.context.close()


def _take_languages(page: Page, base: str) -> None:
    """Take both boards in every language, and the page that arranges a board."""
    _open(page, f"{base}{BOARD}")
    for language in LANGUAGES:
        page.click("details.user summary")
        page.click(f'button[name=language][value="{language}"]')
        page.wait_for_selector(f'html[lang="{language}"]')
        for board, path in PAGES.items():
            _open(page, f"{base}{path}")
            if board == "operations":
                _point_at_a_change(page)
            _save(page, f"{board}-{language}")
    page.click("details.user summary")
    page.click('button[name=language][value="en"]')
    page.goto(f"{base}{APP}/operations/layout")
    page.wait_for_selector("#preview .box")
    _save(page, "arrange")
    page.context.close()


def _point_at_a_change(page: Page) -> None:
    """Open the card of a bucket in which a workflow changed."""
    page.locator('[data-panel="events-time-series"] .cursor').focus()
    page.keyboard.press("End")
    for _ in range(30):
        if page.locator(".card-of:visible .card-mark").count():
            return
        page.keyboard.press("ArrowLeft")


def _take_moments(page: Page, base: str) -> None:
    """Take what opens: dates, menus, shortcuts; and a filter, a table, an enlarged panel."""
    _open(page, f"{base}{BOARD}&filter=channel:api")
    _save(page, "filtered")
    for name, summary in (("dates", ".custom > summary"), ("account", "details.user summary")):
        page.click(summary)
        _save(page, name)
        page.keyboard.press("Escape")
    page.hover('[data-panel="users-time-series"]')
    page.click('[data-panel="users-time-series"] .more')
    _save(page, "menu")
    page.click("text=Show as table")
    _save(page, "table")
    page.keyboard.press("?")
    _save(page, "keys")
    _open(page, f"{base}{BOARD}&compare=previous&panel=events-time-series")
    _save(page, "large")
    page.context.close()


def _take_states(page: Page, base: str) -> None:
    """Take the loading, empty, stale and error states of two boards, and the shop on paper."""
    for prefix, board, range_ in (("", f"{APP}/operations", "30d"), ("shop-", SHOP, "month")):
        url = f"{base}{board}?time_range={range_}"
        page.route("**/_dash-layout*", lambda _route: None)
        page.goto(url, wait_until="commit")
        _save(page, f"{prefix}loading", is_full_page=bool(prefix))
        page.unroute("**/_dash-layout*")
        _open(page, f"{base}{board}?{NO_EVENTS}")
        _save(page, f"{prefix}empty", is_full_page=bool(prefix))
        _open(page, url)
        page.route(REFRESHES, lambda route: route.abort())
        page.click("[data-do=refresh]")
        _save(page, f"{prefix}stale", is_full_page=bool(prefix))
        page.evaluate("dash_clientside.set_props('range', {value: '7d'})")
        _save(page, f"{prefix}error", is_full_page=bool(prefix))
        page.unroute(REFRESHES)
    _open(page, f"{base}{ALL_PAGES['shop']}")
    page.emulate_media(media="print")
    _save(page, "shop-print", is_full_page=True)
    page.context.close()


def _sign_in(page: Page, password: str) -> None:
    page.fill("input[name=email]", "demo@example.com")
    page.fill("input[name=password]", password)
    page.click("button[type=submit]")
    page.wait_for_selector("#board")


if __name__ == "__main__":
    main()
