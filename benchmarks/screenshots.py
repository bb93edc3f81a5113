"""Screenshots for docs/screenshots, of the demo in a real browser: `make screenshots`."""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.serving import free_port, wait_for

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
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        command = [
            sys.executable,
            "-m",
            "dashapp",
            "demo",
            "--port",
            str(port),
            "--data-dir",
            folder,
        ]
        demo = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        try:
            password = _password(demo)
            wait_for(port)
            _take(f"http://127.0.0.1:{port}", password)
        finally:
            demo.terminate()
            demo.wait(30)


def _password(demo: subprocess.Popen[str]) -> str:
    assert demo.stdout is not None
    for line in demo.stdout:
        found = re.match(r"demo@example\.com / (\S+)", line)
        if found:
            return found[1]
    raise RuntimeError("the demo printed no password")


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
    return browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=scheme,
        storage_state=state,
        has_touch=width < 500,
    ).new_page()


def _keep(page: Page, name: str, *, is_whole: bool = False) -> None:
    page.wait_for_timeout(600)  # until fonts and charts stand
    page.screenshot(path=FOLDER / f"{name}.png", full_page=is_whole)


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
