"""Take the screenshots in docs/screenshots from the demo: `make screenshots`.

The clock is fixed at an afternoon, so that taking them again gives the same images. Tests take them
again and compare: tests/browser/test_pictures.py.
"""

import re
import secrets
import tempfile
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, Literal, NamedTuple

from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from benchmarks.visits import chromium
from dashapp.app import create_app
from dashapp.cli.serving.demo import make_demo
from dashapp.settings import Settings
from dashapp.store import migrate
from dashapp.store.engine import Store

NOW = datetime(2026, 11, 24, 14, 20, tzinfo=UTC)  # a Tuesday, 15:20 in Berlin
FOLDER = Path(__file__).resolve().parent.parent / "docs" / "screenshots"
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
_DRAWING_MS = 350
_KEY, _HINT = "kV3mQ8sT2xWz", "r7Lq"  # shown instead of random ones
_REPLACE = """words => {
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    for (const [random, fixed] of Object.entries(words)) {
      walk.currentNode.data = walk.currentNode.data.replaceAll(random, fixed);
    }
  }
}"""
_COUNTDOWN = "#notice .again { visibility: hidden }"  # until the next try, which is random
REFRESHES = "**/_dash-update-component*"


def main() -> None:
    with chromium() as browser:
        take_all(FOLDER, browser)


def take_all(pictures: Path, browser: Browser) -> None:
    """Take all screenshots into a folder."""
    pictures.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/dashapp.db"
        migrate.upgrade(url)
        with closing(Store(url)) as store:
            password = make_demo(store, NOW)
            with _running_server(store, url) as base:
                _take(_Camera(base, pictures), browser, password)


@contextmanager
def _running_server(store: Store, url: str) -> Iterator[str]:
    """Yield the URL of a server whose clock stands still, but for what keeps entries in order."""
    ticks = count()
    settings = Settings(secret_key=secrets.token_urlsafe(48), database_url=url)
    app = create_app(settings, store=store, clock=lambda: NOW + timedelta(microseconds=next(ticks)))
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()


class _Camera(NamedTuple):
    """Opens pages of a server, and saves pictures of them."""

    base: str
    folder: Path

    def open(self, page: Page, path: str) -> None:
        page.goto(f"{self.base}{path}")
        page.wait_for_selector("#board")
        _wait(page)

    def save(self, page: Page, name: str, *, is_full_page: bool = False) -> None:
        _wait(page)
        picture = self.folder / f"{name}.png"
        page.screenshot(
            path=picture,
            full_page=is_full_page,
            animations="disabled",
            caret="hide",
            style=_COUNTDOWN,
        )


def _wait(page: Page) -> None:
    """Wait until fonts and charts are drawn."""
    page.evaluate("document.fonts.ready.then(() => null)")
    page.wait_for_timeout(_DRAWING_MS)


def _take(camera: _Camera, browser: Browser, password: str) -> None:
    page = _page(browser)
    page.goto(f"{camera.base}{BOARD}")
    camera.save(page, "login")
    _sign_in(page, password)
    state = page.context.storage_state()
    page.context.close()
    for scheme in ("light", "dark"):
        for name, size in SIZES.items():
            _take_boards(camera, _page(browser, size, scheme, state), f"{name}-{scheme}")
    for take in (_take_languages, _take_settings, _take_moments, _take_states):
        take(camera, _page(browser, state=state))


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


def _take_boards(camera: _Camera, page: Page, name: str) -> None:
    """Take the boards as full pages."""
    for board, path in ALL_PAGES.items():
        camera.open(page, f"{path}")
        camera.save(page, f"{board}-{name}", is_full_page=True)
    page.context.close()


def _take_settings(camera: _Camera, page: Page) -> None:
    """Take the settings pages, with a key and an invitation."""
    page.goto(f"{camera.base}{SETTINGS}/keys")
    page.fill("#name", "Shop backend")
    page.click("main button.primary")
    page.wait_for_selector("#once")
    page.goto(f"{camera.base}{SETTINGS}/members")
    page.fill("#email", "mia@acme.example")
    page.click("main button.primary")
    page.wait_for_selector("#once")
    page.goto(f"{camera.base}{SETTINGS}/keys")
    key, hint = re.findall(r"\S+", page.locator("td small.mono, small.mono").first.inner_text())[
        ::4
    ]
    for name in ("general", "members", "keys", "audit"):
        page.goto(f"{camera.base}{SETTINGS}/{name}")
        page.evaluate(_REPLACE, {key: _KEY, hint: _HINT})
        camera.save(page, f"settings-{name}")
    page.context.close()


def _take_languages(camera: _Camera, page: Page) -> None:
    """Take both boards in every language, and the page that arranges a board."""
    camera.open(page, f"{BOARD}")
    for language in LANGUAGES:
        page.click("details.user summary")
        page.click(f'button[name=language][value="{language}"]')
        page.wait_for_selector(f'html[lang="{language}"]')
        for board, path in PAGES.items():
            camera.open(page, f"{path}")
            if board == "operations":
                _point_at_a_change(page)
            camera.save(page, f"{board}-{language}")
    page.click("details.user summary")
    page.click('button[name=language][value="en"]')
    page.goto(f"{camera.base}{APP}/operations/layout")
    page.wait_for_selector("#preview .box")
    camera.save(page, "arrange")
    page.context.close()


def _point_at_a_change(page: Page) -> None:
    """Open the card of a bucket in which a workflow changed."""
    page.locator('[data-panel="events-time-series"] .cursor').focus()
    page.keyboard.press("End")
    for _ in range(30):
        if page.locator(".card-of:visible .card-mark").count():
            return
        page.keyboard.press("ArrowLeft")


def _take_moments(camera: _Camera, page: Page) -> None:
    """Take what opens: dates, menus, shortcuts; and a filter, a table, an enlarged panel."""
    camera.open(page, f"{BOARD}&filter=channel:api")
    camera.save(page, "filtered")
    for name, summary in (("dates", ".custom > summary"), ("account", "details.user summary")):
        page.click(summary)
        camera.save(page, name)
        page.keyboard.press("Escape")
    page.hover('[data-panel="users-time-series"]')
    page.click('[data-panel="users-time-series"] .more')
    camera.save(page, "menu")
    page.click("text=Show as table")
    page.wait_for_selector(".table-of")
    camera.save(page, "table")
    page.keyboard.press("?")
    page.wait_for_selector("dialog[open]")
    camera.save(page, "keys")
    camera.open(page, f"{BOARD}&compare=previous&panel=events-time-series")
    camera.save(page, "large")
    page.context.close()


def _take_states(camera: _Camera, page: Page) -> None:
    """Take the loading, empty, stale and error states of two boards, and the shop on paper."""
    for prefix, board, range_ in (("", f"{APP}/operations", "30d"), ("shop-", SHOP, "month")):
        url = f"{board}?time_range={range_}"
        page.route("**/_dash-layout*", lambda _route: None)
        page.goto(f"{camera.base}{url}", wait_until="commit")
        camera.save(page, f"{prefix}loading", is_full_page=bool(prefix))
        page.unroute("**/_dash-layout*")
        camera.open(page, f"{board}?{NO_EVENTS}")
        camera.save(page, f"{prefix}empty", is_full_page=bool(prefix))
        camera.open(page, url)
        page.route(REFRESHES, lambda route: route.abort())
        page.click("[data-do=refresh]")
        page.wait_for_selector(".panel[data-state=stale]")
        camera.save(page, f"{prefix}stale", is_full_page=bool(prefix))
        page.evaluate("dash_clientside.set_props('range', {value: '7d'})")
        page.wait_for_selector(".panel[data-state=error]")
        camera.save(page, f"{prefix}error", is_full_page=bool(prefix))
        page.unroute(REFRESHES)
    camera.open(page, ALL_PAGES["shop"])
    page.emulate_media(media="print")
    camera.save(page, "shop-print", is_full_page=True)
    page.context.close()


def _sign_in(page: Page, password: str) -> None:
    page.fill("input[name=email]", "demo@example.com")
    page.fill("input[name=password]", password)
    page.click("button[type=submit]")
    page.wait_for_selector("#board")


if __name__ == "__main__":
    main()
