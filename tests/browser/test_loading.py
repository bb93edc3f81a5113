"""A board is there at once: few requests, nothing from elsewhere, and whatever else a widget draws."""

import re
from dataclasses import replace

import pytest
from dash import dcc
from playwright.sync_api import expect

from dashapp.widgets.catalog import BUILT_IN, Catalog
from dashapp.widgets.widget import Drawing, Painted
from tests.factories import event, send

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
BOARD = "/app/acme/operations?time_range=7d"
# As JSON: the class warns that a later Dash will not have it.
TABLE = {
    "namespace": "dash_table",
    "type": "DataTable",
    "props": {"data": [{"a": "drawn"}], "columns": [{"name": "A", "id": "a"}]},
}
READY = '[data-panel="users-time-series"][data-state="ready"]'


@pytest.fixture
def filled(site):
    at = "2026-11-18T08:15:00Z"
    send(site.store, site.acme_scope, [event("validation_run.created", at, user="u1")])
    return site


def drawing(component) -> Catalog:
    """The built-in widgets, the first of which draws this in the place of its number."""
    draw = Drawing(lambda *_: Painted([component]), lambda _rows: False, has_figure=False)
    return Catalog(replace(one, draw=draw) if one is BUILT_IN[0] else one for one in BUILT_IN)


@pytest.fixture
def cold(page, sign_in):
    """A page of somebody signed in, in a browser that has kept nothing."""
    opened = []

    def open_page(base):
        sign_in(f"{base}/login")
        context = page.context.browser.new_context()
        context.add_cookies(page.context.cookies())
        opened.append(context)
        return context.new_page()

    yield open_page
    for context in opened:
        context.close()


def stands(page, address):
    page.goto(address)
    page.wait_for_selector(READY)
    page.wait_for_timeout(500)


def name_of(url):
    return re.sub(r"-[0-9a-f]{16}", "", url.partition("?")[0].rsplit("/", 1)[1])


def test_a_cold_board_asks_for_six_things_and_each_once(filled, cold):
    base, asked = filled.serve(), []
    page = cold(base)
    page.on("request", lambda request: asked.append(request.url))

    stands(page, f"{base}{BOARD}")

    asked = [url for url in asked if not url.startswith("data:")]
    assert all(url.startswith(f"{base}/") for url in asked)
    assert sorted(name_of(url) for url in asked if "favicon" not in url) == [
        "00-plotly-basic.min.js", "_dash-layout", "bundle.css", "bundle.js", "operations",
    ]  # fmt: skip
    assert len(asked) <= 6


def test_fewer_than_600_kilobytes_cold(filled, cold):
    base, sizes = filled.serve(), []
    page = cold(base)
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.on("Network.loadingFinished", lambda done: sizes.append(done["encodedDataLength"]))

    stands(page, f"{base}{BOARD}")

    assert 300_000 < sum(sizes) < 600_000


def test_it_is_silent_and_breaks_no_rule(filled, page, sign_in):
    base = filled.serve()
    violations = []
    page.on("console", lambda m: "Content Security Policy" in m.text and violations.append(m.text))

    sign_in(f"{base}{BOARD}")
    page.wait_for_selector(READY)

    assert violations == []
    assert page.complaints == []


@pytest.mark.parametrize(
    ("component", "drawn"),
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
def test_a_third_partys_widget_draws_what_is_not_in_the_script(
    filled, page, sign_in, component, drawn
):
    base = filled.serve(catalog=drawing(component))
    sign_in(f"{base}{BOARD}")
    page.wait_for_selector(READY)

    panel = page.locator('[data-panel="total-validations"]')
    expect(panel.locator(drawn).first).to_be_visible()
    page.evaluate("dash_clientside.set_props('tick', {n_intervals: 7})")
    page.wait_for_timeout(500)
    expect(panel.locator(drawn).first).to_be_visible()
    assert page.complaints == []


@pytest.mark.parametrize(
    ("stored", "theme", "kept"),
    [("dark", "dark", "dark"), ("light", "light", "light"), ("<b>", None, None)],
)
def test_the_theme_of_before_is_there_before_the_first_paint(filled, page, stored, theme, kept):
    base = filled.serve()
    page.add_init_script(f"localStorage.getItem('seen') || (localStorage.setItem('seen', 1), localStorage.setItem('dashapp-theme', '{stored}'))")  # fmt: skip

    page.goto(f"{base}/login")

    assert page.evaluate("document.documentElement.dataset.theme || null") == theme
    assert page.evaluate("localStorage.getItem('dashapp-theme')") == kept
    assert page.complaints == []


def test_a_session_that_ended_while_the_page_loads_leads_to_login(filled, page, sign_in):
    base = filled.serve()
    sign_in(f"{base}{BOARD}")
    page.wait_for_selector(READY)

    def end_session(route):
        page.context.clear_cookies()
        route.fulfill(status=401, body="{}")

    page.route("**/_dash-layout*", end_session)
    page.goto(f"{base}{BOARD}")

    expect(page).to_have_url(re.compile(r"/login\?next="), timeout=10_000)


def test_a_layout_that_did_not_arrive_is_asked_for_again(filled, page, sign_in):
    base = filled.serve()
    sign_in(f"{base}/login")
    refused = []

    def refuse_once(route):
        if refused:
            return route.continue_()
        refused.append(route.request.url)
        return route.fulfill(status=503, body="{}")

    page.route("**/_dash-layout*", refuse_once)
    page.goto(f"{base}{BOARD}")

    page.wait_for_selector(READY)
    assert len(refused) == 1
