"""Accessibility: axe finds no violations on any page."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests import factories
from tests.browser.board_page import choose_in_menu, open_as, panel, wait_until_ready
from tests.embedding import Signer, allow

pytestmark = pytest.mark.browser
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
THEMES = [
    pytest.param({"color_scheme": "light"}, id="light"),
    pytest.param({"color_scheme": "dark"}, id="dark"),
    pytest.param({"viewport": {"width": 390, "height": 844}}, id="phone"),
]
# Faults in Dash's own markup; assets/board/view/dropdown.js fixes the others.
DASH_FAULTS = [[".dash-dropdown-content label"]]  # an option that wraps the focused input


_STILL = """document.getAnimations().every(({ playState, effect }) =>
  playState !== "running" || effect.getTiming().iterations === Infinity)"""


def violations(page, selector="html") -> list[str]:
    """Return the violations that axe finds, with their elements, when nothing moves or fades."""
    page.wait_for_function(_STILL)
    results = Axe().run(
        page, context={"include": [[selector]], "exclude": DASH_FAULTS}, options=RULES
    )
    return [
        f"{violation['id']}: {node['html'][:160]} {node.get('failureSummary', '')[:300]}"
        for violation in results.response["violations"]
        for node in violation["nodes"]
    ]


@pytest.fixture(params=THEMES)
def themed_page(request, open_page):
    """A page without the Content-Security-Policy, which would block axe's script."""
    return open_page(bypass_csp=True, **request.param)


def test_axe_finds_planted_violations(open_page):
    page = open_page(bypass_csp=True)
    page.goto(f"{page.board_url}?time_range=7d")
    wait_until_ready(page, time_range="7d")
    page.evaluate("""() => { const button = document.querySelector("[data-do=refresh]");
      button.removeAttribute("aria-label"); button.removeAttribute("title");
      document.querySelector(".ph h2").style.color = "#ccc"; }""")

    assert sorted(violation.split(":")[0] for violation in violations(page)) == [
        "button-name",
        "color-contrast",
    ]


@pytest.mark.parametrize("address", ["/login", "/app/acme/operations?as_of=yesterday"])
def test_the_login_page_and_an_error_page(themed_page, address):
    if address == "/login":
        themed_page.context.clear_cookies()
    themed_page.goto(f"{themed_page.base_url}{address}")

    assert violations(themed_page) == []


def test_a_failed_login(themed_page):
    themed_page.context.clear_cookies()
    themed_page.goto(f"{themed_page.base_url}/login")
    themed_page.fill("input[name=email]", "ada@example.com")
    themed_page.fill("input[name=password]", "wrong")
    themed_page.click("button[type=submit]")

    expect(themed_page.get_by_role("alert")).to_be_visible()
    assert violations(themed_page) == []


@pytest.mark.parametrize(
    "address",
    [
        "operations?time_range=7d",
        "operations?time_range=7d&compare=previous&filter=channel:web&filter=channel:api",
        "conversations?time_range=7d&compare=previous",
        "operations?from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z",
        "operations/layout",
    ],
)
def test_boards_and_the_layout_page(themed_page, address):
    themed_page.goto(f"{themed_page.base_url}/app/acme/{address}")
    themed_page.wait_for_selector("#board, #preview .box")

    assert violations(themed_page) == []


def test_the_menus_of_a_board(themed_page):
    themed_page.goto(f"{themed_page.board_url}?time_range=7d")
    wait_until_ready(themed_page, time_range="7d")
    for opener in (
        "details.user summary",
        ".custom > summary",
        ".comparing > summary",
        ".zones > summary",
        ".bar-r .steps summary",
    ):
        themed_page.click(opener)
        assert violations(themed_page, "details[open]") == []
        themed_page.keyboard.press("Escape")
    themed_page.click("#range")
    expect(themed_page.get_by_role("dialog", name="Range")).to_be_visible()
    assert violations(themed_page, ".dash-dropdown-content") == []
    themed_page.keyboard.press("Escape")
    themed_page.keyboard.press("?")
    assert violations(themed_page) == []


def test_the_views_of_a_panel(themed_page):
    themed_page.goto(f"{themed_page.board_url}?time_range=7d")
    wait_until_ready(themed_page, time_range="7d")
    choose_in_menu(themed_page, "events-time-series", "Show as table")
    expect(panel(themed_page, "events-time-series").locator(".table-of")).to_be_visible()
    assert violations(themed_page) == []
    panel(themed_page, "events-time-series").locator("[data-do=menu]").click()
    assert violations(themed_page, ".panel-menu") == []
    themed_page.get_by_role("menuitem", name="Expand").click()
    assert violations(themed_page) == []
    themed_page.keyboard.press("Escape")
    panel(themed_page, "users-time-series").locator(".cursor").press("End")
    assert violations(themed_page) == []


def test_a_compared_table_and_a_large_number(themed_page):
    themed_page.goto(f"{themed_page.board_url}?time_range=7d&compare=previous")
    wait_until_ready(themed_page, time_range="7d")
    choose_in_menu(themed_page, "users-time-series", "Show as table")
    expect(panel(themed_page, "users-time-series").locator("tbody th")).to_have_count(7)
    assert violations(themed_page, "[data-panel=users-time-series]") == []
    choose_in_menu(themed_page, "total-errors", "Expand")
    expect(themed_page.locator("[data-large] .large-number")).to_be_visible()
    assert violations(themed_page, "[data-large]") == []


def test_stale_and_failed_panels(themed_page):
    themed_page.goto(f"{themed_page.board_url}?time_range=7d")
    wait_until_ready(themed_page, time_range="7d")
    themed_page.route("**/_dash-update-component*", lambda route: route.abort())
    themed_page.keyboard.press("r")
    expect(panel(themed_page, "total-errors")).to_have_attribute("data-state", "stale")
    assert violations(themed_page) == []
    themed_page.keyboard.press("c")
    expect(panel(themed_page, "total-errors")).to_have_attribute("data-state", "error")
    assert violations(themed_page) == []


def test_an_org_without_events(site, open_tab):
    page = open_tab(bypass_csp=True)
    open_as(page, f"{site.serve()}/app/acme/operations")
    page.wait_for_selector(".first-event")

    assert violations(page) == []


def test_an_embedded_board(site, open_tab):
    token = Signer(site.store, site.acme_scope).token()
    allow(site.store, site.acme_scope, "https://shop.example")
    runs = [factories.event("validation_run.created", "2026-11-20T09:00:00Z")]
    factories.send(site.store, site.acme_scope, runs)
    page = open_tab(bypass_csp=True)
    page.goto(f"{site.serve()}/embed/acme/operations#token={token}")
    page.wait_for_selector("#board[data-time-range='24h']")

    assert violations(page) == []


def test_the_editor_and_what_adds_panels(themed_page):
    page = themed_page
    page.goto(f"{page.board_url}?time_range=7d")
    wait_until_ready(page, time_range="7d")
    page.locator("[data-do=edit]").click()
    page.locator(".edit-grip").first.press("Delete")
    page.locator(".edit-toast").wait_for()
    assert violations(page) == []

    page.locator("[data-act=add]").click()
    page.locator(".gallery-card .val").first.wait_for()
    page.locator(".gallery-card").nth(3).click()
    assert violations(page, "dialog") == []
    page.get_by_role("button", name="New metric").click()
    page.get_by_role("button", name="Add a condition").click()
    page.locator(".metric-picture .panel").wait_for()
    assert violations(page, "dialog") == []
    page.get_by_role("button", name="Close").click()
    question = page.get_by_role("dialog", name="Discard your changes?")
    assert violations(page, "dialog.small") == []
    question.get_by_role("button", name="Discard").click()
    page.locator("[data-act=discard]").click()
    assert violations(page, "dialog") == []
    page.get_by_role("button", name="Discard").last.click()
    assert violations(page) == []
