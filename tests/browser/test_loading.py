"""Loading a board: few requests, none to other servers, and components that load later."""

import re

import pytest
from dash import dcc
from playwright.sync_api import expect

from dashapp.widgets.catalog import Catalog
from dashapp.widgets.widget import Drawing, Painted
from tests.factories import event, place, send
from tests.panels import OPERATIONS, catalog_with

pytestmark = pytest.mark.browser
BOARD = "/app/acme/operations?time_range=7d"
# As JSON, because the DataTable class emits a deprecation warning.
TABLE = {
    "namespace": "dash_table",
    "type": "DataTable",
    "props": {"data": [{"a": "drawn"}], "columns": [{"name": "A", "id": "a"}]},
}
READY = '[data-panel="users-time-series"][data-state="ready"]'


@pytest.fixture
def site_with_events(site):
    occurred_at = "2026-11-18T08:15:00Z"
    send(site.store, site.acme_scope, [event("validation_run.created", occurred_at, user="u1")])
    return site


def catalog_drawing(component) -> Catalog:
    """Return a widget for the first panel, which draws this component instead of its number."""
    draw = Drawing(lambda *_: Painted([component]), lambda _rows: False, has_figure=False)
    return catalog_with("total-validations", draw=draw)


@pytest.fixture
def open_cold_page(page, sign_in):
    """Return a signed-in page in a browser with an empty cache."""
    contexts = []

    def open_page(base_url):
        sign_in(f"{base_url}/login")
        context = page.context.browser.new_context()
        context.add_cookies(page.context.cookies())
        contexts.append(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()


def load_board(page, url):
    page.goto(url)
    page.wait_for_selector(READY)
    page.wait_for_timeout(500)


def file_name(url):
    return re.sub(r"-[0-9a-f]{16}", "", url.partition("?")[0].rsplit("/", 1)[1])


def test_a_cold_board_makes_at_most_six_requests(site_with_events, open_cold_page):
    base_url, urls = site_with_events.serve(), []
    page = open_cold_page(base_url)
    page.on("request", lambda request: urls.append(request.url))

    load_board(page, f"{base_url}{BOARD}")

    urls = [url for url in urls if not url.startswith("data:")]
    assert all(url.startswith(f"{base_url}/") for url in urls)
    assert sorted(file_name(url) for url in urls if "favicon" not in url) == [
        "_dash-layout", "bundle.css", "bundle.js", "operations", "plotly-basic.min.js",
    ]  # fmt: skip
    assert len(urls) <= 6


def test_a_cold_board_loads_less_than_600_kilobytes(site_with_events, open_cold_page):
    base_url, sizes = site_with_events.serve(), []
    page = open_cold_page(base_url)
    devtools = page.context.new_cdp_session(page)
    devtools.send("Network.enable")
    devtools.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))

    load_board(page, f"{base_url}{BOARD}")

    assert 300_000 < sum(sizes) < 600_000


def test_a_board_causes_no_console_errors_and_no_policy_violations(site_with_events, page, sign_in):
    base_url = site_with_events.serve()
    violations = []
    page.on(
        "console",
        lambda message: (
            "Content Security Policy" in message.text and violations.append(message.text)
        ),
    )

    sign_in(f"{base_url}{BOARD}")
    page.wait_for_selector(READY)

    assert violations == []
    assert page.console_errors == []


@pytest.mark.parametrize(
    ("component", "selector"),
    [
        (dcc.Slider(0, 10, value=5), ".dash-slider-container"),
        (dcc.Markdown("**drawn**"), "strong:has-text('drawn')"),
        (
            TABLE,
            "td:has-text('drawn')",
        ),
    ],
    ids=["slider", "markdown", "table"],
)
def test_a_third_party_widget_can_draw_components_outside_the_bundle(
    site_with_events, page, sign_in, component, selector
):
    place(site_with_events.store, site_with_events.acme_scope, OPERATIONS)
    base_url = site_with_events.serve(catalog=catalog_drawing(component))
    sign_in(f"{base_url}{BOARD}")
    page.wait_for_selector(READY)

    panel = page.locator('[data-panel="total-validations"]')
    expect(panel.locator(selector).first).to_be_visible()
    page.evaluate("dash_clientside.set_props('tick', {n_intervals: 7})")
    page.wait_for_timeout(500)
    expect(panel.locator(selector).first).to_be_visible()
    assert page.console_errors == []


@pytest.mark.parametrize(
    ("stored", "theme", "stored_afterwards"),
    [("dark", "dark", "dark"), ("light", "light", "light"), ("<b>", None, None)],
)
def test_the_stored_theme_is_applied_before_the_first_paint(
    site_with_events, page, stored, theme, stored_afterwards
):
    base_url = site_with_events.serve()
    page.add_init_script(f"localStorage.getItem('seen') || (localStorage.setItem('seen', 1), localStorage.setItem('dashapp-theme', '{stored}'))")  # fmt: skip

    page.goto(f"{base_url}/login")

    assert page.evaluate("document.documentElement.dataset.theme || null") == theme
    assert page.evaluate("localStorage.getItem('dashapp-theme')") == stored_afterwards
    assert page.console_errors == []


def test_a_session_that_ends_while_the_page_loads_leads_to_login(site_with_events, page, sign_in):
    base_url = site_with_events.serve()
    sign_in(f"{base_url}{BOARD}")
    page.wait_for_selector(READY)

    def end_session(route):
        page.context.clear_cookies()
        route.fulfill(status=401, body="{}")

    page.route("**/_dash-layout*", end_session)
    page.goto(f"{base_url}{BOARD}")

    expect(page).to_have_url(re.compile(r"/login\?next="), timeout=10_000)


def test_a_layout_that_fails_to_load_is_requested_again(site_with_events, page, sign_in):
    base_url = site_with_events.serve()
    sign_in(f"{base_url}/login")
    refused = []

    def refuse_once(route):
        if refused:
            return route.continue_()
        refused.append(route.request.url)
        return route.fulfill(status=503, body="{}")

    page.route("**/_dash-layout*", refuse_once)
    page.goto(f"{base_url}{BOARD}")

    page.wait_for_selector(READY)
    assert len(refused) == 1
