"""Pages built with frameworks from npm show one board, and keep working themselves."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.browser.embed.shop import BOARD, ELEMENT, JWT, SCRIPT, is_gone, wait_for_board

pytestmark = pytest.mark.xdist_group("frameworks")  # bundle the scripts only once
FRAMEWORKS = Path(__file__).parent / "frameworks"
ROOT_FOLDER = FRAMEWORKS.parents[3]
ESBUILD = ROOT_FOLDER / "node_modules" / ".bin" / "esbuild"
FLAGS = ["--bundle", "--minify", "--format=iife", '--define:process.env.NODE_ENV="development"',
         "--define:__VUE_OPTIONS_API__=true", "--define:__VUE_PROD_DEVTOOLS__=false",
         "--define:__VUE_PROD_HYDRATION_MISMATCH_DETAILS__=false"]  # fmt: skip
ALIASES = {"react18": ["--alias:react=react18", "--alias:react-dom=react-dom18"]}
ROOT = '<div id="root"></div><script src="/app.js"></script>'
RIVAL = BOARD.replace("acme", "rival")


@pytest.fixture(scope="session")
def esbuild():
    for folder in (ROOT_FOLDER, FRAMEWORKS):
        if not (folder / "node_modules").exists():
            npm = shutil.which("npm")
            if npm is None:
                assert not os.environ.get("CI"), "CI needs npm"
                pytest.skip("npm is not installed")
            subprocess.run([npm, "ci", "--prefix", folder, "--ignore-scripts"], check=True)
    return ESBUILD


@pytest.fixture(scope="session")
def bundle(esbuild, tmp_path_factory):
    """Bundle the script of a page, once per framework."""
    folder = tmp_path_factory.mktemp("frameworks")

    def bundle(name: str) -> Path:
        target = folder / f"{name}.js"
        if not target.exists():
            source = FRAMEWORKS / f"{'react' if name == 'react18' else name}.js"
            command = [esbuild, source, *FLAGS, *ALIASES.get(name, []), f"--outfile={target}"]
            subprocess.run(command, check=True, capture_output=True, cwd=FRAMEWORKS)
        return target

    return bundle


@pytest.fixture
def open_app(shop, bundle):
    def open_app(name: str, body: str = ROOT, **pages: str):
        shop.scripts["/app.js"] = bundle(name)
        for path, content in pages.items():
            shop.pages[f"/{path}"] = f"<!doctype html><html><head>{SCRIPT}<script src=/app.js></script></head><body>{content}</body></html>"  # fmt: skip
        shop.open(body)
        return shop.page

    return open_app


@pytest.mark.parametrize("name", ["react18", "react"])
def test_react_can_set_attributes_late_and_unmount_the_board(shop, open_app, name):
    page = open_app(name)
    page.evaluate("src => change({src})", BOARD)
    page.evaluate("change({token: '/token'})")
    wait_for_board(page)
    page.evaluate("change({note: 'two'})")
    page.locator("footer", has_text="two").wait_for()
    assert page.locator("dashapp-board").inner_html() == "<b>two</b><em>more</em>"
    page.evaluate("src => change({src})", RIVAL)
    page.wait_for_function("src => document.querySelector('dashapp-board').shadowRoot.querySelector('iframe')?.src.startsWith(src)", arg=RIVAL)  # fmt: skip
    page.evaluate("change({show: false, note: 'three'})")
    page.locator("footer", has_text="three").wait_for()
    assert is_gone(page)
    page.evaluate("unmount()")

    assert page.locator("#root").inner_html() == ""
    assert len(shop.token_requests) == 2
    assert page.console_errors == []


def test_react_19_can_pass_a_token_function_and_handle_events(shop, open_app):
    page = open_app("react19", f"<script>window.SRC = {BOARD!r}</script>{ROOT}")
    page.evaluate("change()")
    page.locator("footer", has_text="ready").wait_for()
    page.evaluate("change()")
    page.locator("b", has_text="2").wait_for(state="attached")

    assert len(shop.token_requests) == 1
    assert shop.token_requests[0].headers["x-csrf"] == "1"
    assert page.console_errors == []


def test_vue_can_set_properties_in_any_order(shop, open_app):
    page = open_app("vue")
    page.evaluate("change({token: '/token'})")
    page.evaluate("src => change({src})", BOARD)
    page.locator("footer", has_text="ready").wait_for()
    page.evaluate("change({note: 'two', src: undefined})")
    page.locator("h1", has_text="two").wait_for()
    assert is_gone(page)
    assert page.locator("dashapp-board b").text_content() == "two"
    page.evaluate("src => change({src})", RIVAL)
    wait_for_board(page)
    page.evaluate("unmount()")

    assert page.locator("#root").inner_html() == ""
    assert is_gone(page)
    assert page.console_errors == []


def test_an_angular_element_can_have_a_board_in_its_template(shop, open_app):
    page = open_app("angular")
    page.locator("shop-numbers h1", has_text="one").wait_for()
    assert (shop.token_requests, shop.frame_urls) == ([], [])
    page.evaluate("src => change({src, token: '/token'})", BOARD)
    page.locator("shop-numbers h1", has_text="ready").wait_for()
    page.locator("dashapp-board b", has_text="ready").wait_for(state="attached")
    page.evaluate("document.querySelector('shop-numbers').remove()")

    assert is_gone(page)
    assert len(shop.token_requests) == 1
    assert page.console_errors == []


LINKS = "<a href=/numbers>Numbers</a><a href=/other>Other</a>"


def test_turbo_shows_the_board_on_each_visit_also_from_its_cache(shop, open_app):
    page = open_app("turbo", f"{LINKS}<script src=/app.js></script>", numbers=f"{LINKS}<h1>Numbers</h1>{ELEMENT}", other=f"{LINKS}<h1>Other</h1>")  # fmt: skip
    page.goto("https://shop.example/other")
    for _ in range(2):
        page.get_by_text("Numbers", exact=True).first.click()
        page.locator("h1", has_text="Numbers").wait_for()
        wait_for_board(page)
        page.get_by_role("link", name="Other").click()
        page.locator("h1", has_text="Other").wait_for()
        assert is_gone(page)
    page.go_back()

    assert wait_for_board(page).evaluate("location.hash") == f"#token={JWT}"
    assert page.locator("dashapp-board").evaluate("node => node.innerHTML") == ""
    assert page.console_errors == []


def test_a_turbo_frame_can_contain_a_board(shop, open_app):
    page = open_app("turbo", "<script src=/app.js></script><turbo-frame id=f src=/part></turbo-frame>", part=f"<turbo-frame id=f>{ELEMENT}</turbo-frame>")  # fmt: skip

    assert wait_for_board(page)
    assert len(shop.token_requests) == 1
    assert page.console_errors == []


def test_htmx_can_swap_a_board_in_and_out(shop, open_app):
    parts = "<button hx-get=/numbers hx-target='#at' hx-swap=outerHTML hx-push-url=true>In</button><button hx-get=/other hx-target='#at' hx-swap=outerHTML hx-push-url=true>Out</button><div id=at></div>"  # fmt: skip
    page = open_app("htmx", f"<script src=/app.js></script>{parts}")
    shop.pages["/numbers"] = f"<div id=at><h1>Numbers</h1>{ELEMENT}</div>"
    shop.pages["/other"] = "<div id=at><h1>Other</h1></div>"
    for _ in range(2):
        page.get_by_text("In", exact=True).click()
        wait_for_board(page)
        page.get_by_text("Out", exact=True).click()
        page.locator("h1", has_text="Other").wait_for()
        assert is_gone(page)
    page.evaluate("history.back()")

    assert wait_for_board(page).evaluate("location.hash") == f"#token={JWT}"
    assert page.console_errors == []


def test_an_htmx_boosted_page_shows_the_board(shop, open_app):
    page = open_app("htmx", f"<script src=/app.js></script><div hx-boost=true>{LINKS}</div>", numbers=f"<h1>Numbers</h1>{ELEMENT}")  # fmt: skip
    page.get_by_role("link", name="Numbers").click()
    page.locator("h1", has_text="Numbers").wait_for()

    assert wait_for_board(page)
    assert page.console_errors == []
