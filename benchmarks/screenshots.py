"""Screenshots for docs/, of the demo in a real browser: `make screenshots`."""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.serving import free_port, wait_for

DOCS = Path(__file__).resolve().parent.parent / "docs"
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
SIZES = {"1440": (1440, 620), "390": (390, 960)}
BOARD = "/app/acme/operations?time_range=30d"
PAGES = {"operations": BOARD, "conversations": "/app/acme/conversations?time_range=30d"}
ARRANGE = "/app/acme/operations/layout"
LANGUAGES = ("en", "es", "pt-BR")


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
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        for scheme in ("light", "dark"):
            for name, (width, height) in SIZES.items():
                page = browser.new_page(
                    viewport={"width": width, "height": height}, color_scheme=scheme
                )
                page.goto(f"{base}{BOARD}")
                if name == "1440" and scheme == "light":
                    page.screenshot(path=DOCS / "login-1440-light.png")
                _sign_in(page, password)
                page.screenshot(path=DOCS / f"board-{name}-{scheme}.png", full_page=True)
                page.close()
        _take_languages(browser, base, password)
        browser.close()


def _take_languages(browser: Browser, base: str, password: str) -> None:
    """Both boards in every language; and the page on which one is arranged."""
    page = browser.new_page(viewport={"width": 1440, "height": 620})
    page.goto(f"{base}{BOARD}")
    _sign_in(page, password)
    for language in LANGUAGES:
        page.click("details.user summary")
        page.click(f'button[name=language][value="{language}"]')
        page.wait_for_selector(f'html[lang="{language}"]')
        for name, path in PAGES.items():
            page.goto(f"{base}{path}")
            page.wait_for_selector('[data-state="ready"]')
            page.wait_for_timeout(1200)
            page.screenshot(path=DOCS / f"{name}-{language}.png", full_page=True)
    page.click("details.user summary")
    page.click('button[name=language][value="en"]')
    page.goto(f"{base}{ARRANGE}")
    page.wait_for_selector("#preview .box")
    page.screenshot(path=DOCS / "arrange-1440-light.png")
    page.close()


def _sign_in(page: Page, password: str) -> None:
    page.fill("input[name=email]", "demo@example.com")
    page.fill("input[name=password]", password)
    page.click("button[type=submit]")
    page.wait_for_selector('[data-panel="users-time-series"][data-state="ready"]')
    page.wait_for_timeout(800)
    page.mouse.move(0, 0)


if __name__ == "__main__":
    main()
