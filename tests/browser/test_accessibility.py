"""Accessibility: axe finds no violations on any page."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests import factories
from tests.browser.board_page import choose_in_menu, expect_one_refresh, panel, wait_until_ready
from tests.embedding import Signer, allow

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
THEMES = [
    pytest.param({"color_scheme": "light"}, id="light"),
    pytest.param({"color_scheme": "dark"}, id="dark"),
    pytest.param({"viewport": {"width": 390, "height": 844}}, id="phone"),
]


# Faults in Dash's own markup; assets/50-dropdown.js fixes the others.
DASH_FAULTS = [[".dash-dropdown-content label"]]  # an option that wraps the focused input


def violations(page, selector="html") -> list[str]:
    """Return the violations that axe finds, with their elements."""
    results = Axe().run(page, context={"include": [[selector]], "exclude": DASH_FAULTS}, options=RULES)
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

    assert sorted(violation.split(":")[0] for violation in violations(page)) == ["button-name", "color-contrast"]


@pytest.mark.parametrize("address", ["/login", "/app/acme/operations?as_of=yesterday"])
def test_the_login_page_and_an_error_page(themed_page, address):
    if address == "/login":
        themed_page.context.clear_cookies()
    themed_page.goto(f"{themed_page.base}{address}")

    assert violations(themed_page) == []


def test_a_failed_login(themed_page):
    themed_page.context.clear_cookies()
    themed_page.goto(f"{themed_page.base}/login")
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
    themed_page.goto(f"{themed_page.base}/app/acme/{address}")
    themed_page.wait_for_selector("#board, #preview .box")

    assert violations(themed_page) == []


def test_the_menus_of_a_board(themed_page):
    themed_page.goto(f"{themed_page.board_url}?time_range=7d")
    wait_until_ready(themed_page, time_range="7d")
    for opener in (
        "details.user summary",
        ".custom > summary",
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


def test_the_range_control_announces_its_name_and_value(board):
    control = board.get_by_role("combobox", name="Range: Last 7 days")
    expect(control).to_have_attribute("aria-expanded", "false")

    with expect_one_refresh(board):
        board.keyboard.press("6")

    expect(board.get_by_role("combobox", name="Range: Last 30 days")).to_be_attached()


def test_the_views_of_a_panel(themed_page):
    themed_page.goto(f"{themed_page.board_url}?time_range=7d")
    wait_until_ready(themed_page, time_range="7d")
    choose_in_menu(themed_page, "events-time-series", "Show as table")
    assert violations(themed_page) == []
    panel(themed_page, "events-time-series").locator("[data-do=menu]").click()
    assert violations(themed_page, ".panel-menu") == []
    themed_page.get_by_role("menuitem", name="Open large").click()
    assert violations(themed_page) == []
    themed_page.keyboard.press("Escape")
    panel(themed_page, "users-time-series").locator(".cursor").press("End")
    assert violations(themed_page) == []


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


def test_an_org_without_events(site, chromium):
    page = chromium.new_context(bypass_csp=True).new_page()
    page.goto(f"{site.serve()}/login?next=/app/acme/operations")
    page.fill("input[name=email]", "ada@example.com")
    page.fill("input[name=password]", factories.PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_selector(".first-event")

    assert violations(page) == []
    page.context.close()


def test_an_embedded_board(site, chromium):
    token = Signer(site.store, site.acme_scope).token()
    allow(site.store, site.acme_scope, "https://shop.example")
    runs = [factories.event("validation_run.created", "2026-11-20T09:00:00Z")]
    factories.send(site.store, site.acme_scope, runs)
    page = chromium.new_context(bypass_csp=True).new_page()
    page.goto(f"{site.serve()}/embed/acme/operations#token={token}")
    page.wait_for_selector("#board[data-time-range='24h']")

    assert violations(page) == []
    page.context.close()


# -- Focus -------------------------------------------------------------------------------------------


def focus_stops(page, times):
    """Press Tab this many times; return the name, position, and focus ring of each stop."""
    stops = []
    for _ in range(times):
        page.keyboard.press("Tab")
        stops.append(
            page.evaluate("""() => {
          const element = document.activeElement, box = element.getBoundingClientRect();
          const style = getComputedStyle(element);
          const ring = element.closest(".range") ? getComputedStyle(element.closest(".range").querySelector(".dash-dropdown")) : style;
          return {name: element.id || element.dataset.do || element.className || element.tagName, x: box.x, y: box.y,
            ring: parseFloat(ring.outlineWidth) * (ring.outlineStyle === "none" ? 0 : 1), area: box.width * box.height};
        }""")
        )
    return stops


def test_tab_moves_through_the_controls_in_visual_order(board):
    board.locator("details.user summary").focus()
    names = [stop["name"] for stop in focus_stops(board, 8)]

    assert names == [
        "range", "earlier", "btn quiet dates", "compare", "btn quiet zone", "refresh", "btn icon",
        "menu",
    ]  # fmt: skip


def test_focus_order_matches_visual_order(board):
    positions = [(round(stop["y"] / 40), stop["x"]) for stop in focus_stops(board, 11)[4:]]

    assert positions == sorted(positions)


def test_every_focused_element_has_a_focus_ring(board):
    with expect_one_refresh(board):
        board.keyboard.press("c")
    board.locator("body").evaluate("body => { document.activeElement.blur(); }")
    stops = focus_stops(board, 34)

    assert len({stop["name"] for stop in stops}) > 12
    assert [stop["name"] for stop in stops if stop["ring"] < 2 and stop["name"] != "BODY"] == []


def test_closing_a_dialog_returns_the_focus(board):
    button = panel(board, "events-time-series").locator("[data-do=menu]")
    choose_in_menu(board, "events-time-series", "Open large")
    expect(button).to_be_focused()
    board.keyboard.press("Escape")
    expect(button).to_be_focused()

    board.locator("details.user summary").press("Enter")
    board.get_by_role("button", name="Keyboard shortcuts").press("Enter")
    expect(board.get_by_role("dialog")).to_be_visible()
    board.keyboard.press("Escape")
    expect(board.locator("details.user summary")).to_be_focused()


@pytest.mark.parametrize(
    "opener", [".custom > summary", ".zones > summary", ".bar-r .steps summary"]
)
def test_escape_closes_a_menu_and_returns_the_focus(board, opener):
    board.locator(opener).press("Enter")
    expect(board.locator(opener).locator("xpath=..")).to_have_attribute("open", "")
    board.keyboard.press("Tab")
    board.keyboard.press("Escape")

    expect(board.locator(opener)).to_be_focused()
    expect(board.locator("details[open]")).to_have_count(0)


def test_removing_a_chip_moves_the_focus_to_a_remaining_control(board):
    for slug, name in (("users-time-series", "API"), ("warnings-by-code", "noisy")):
        with expect_one_refresh(board):
            panel(board, slug).get_by_role("button", name=name).press("Enter")
    with expect_one_refresh(board):
        board.locator(".chip").last.press("Enter")
    expect(board.locator(".chip")).to_be_focused()
    with expect_one_refresh(board):
        board.locator(".chip").press("Enter")
    expect(board.locator("#main")).to_be_focused()


def test_focus_stays_inside_an_enlarged_panel(board):
    choose_in_menu(board, "events-time-series", "Open large")
    has_focus_inside = "document.activeElement === document.body || !!document.activeElement.closest('[data-large]')"
    for _ in range(6):
        board.keyboard.press("Tab")
        assert board.evaluate(has_focus_inside)


# -- What is said ------------------------------------------------------------------------------------------


def record_announcements(page):
    """Record what the status line announces from now on."""
    page.evaluate("""() => { window.announcements = []; const line = document.getElementById("said");
      new MutationObserver(() => window.announcements.push(line.textContent))
        .observe(line, {childList: true, characterData: true, subtree: true}); }""")


def test_a_new_range_is_announced_once_and_a_tick_is_not(board):
    expect(board.locator("#said")).to_have_attribute("role", "status")
    record_announcements(board)
    with board.expect_response("**/_dash-update-component*"):
        board.evaluate("dash_clientside.set_props('tick', {n_intervals: 5})")
    with expect_one_refresh(board):
        board.get_by_role("button", name="Refresh", exact=True).click()
    assert board.evaluate("window.announcements") == []
    with expect_one_refresh(board):
        board.keyboard.press("5")

    assert board.evaluate("window.announcements") == ["Shown: Last 14 days, 7 – 20 November"]


def test_each_chart_has_a_summary_a_name_and_a_table(board):
    for slug, name in (("events-time-series", "Events"), ("users-time-series", "Users"),
                       ("runs-by-outcome", "Runs by Outcome")):  # fmt: skip
        chart = panel(board, slug)
        expect(chart.get_by_role("slider", name=f"{name}, as a chart")).to_have_count(1)
        expect(chart.locator("p.sr")).to_contain_text("highest")
        choose_in_menu(board, slug, "Show as table")
        expect(chart.get_by_role("table")).to_have_count(1)


# -- What moves ----------------------------------------------------------------------------------------------


MOVING_ELEMENTS = """() => [...document.querySelectorAll("*")].filter((element) => {
  const style = getComputedStyle(element);
  return parseFloat(style.transitionDuration) > 0 ||
    (style.animationName !== "none" && parseFloat(style.animationDuration) > 0);
}).map((element) => element.className || element.tagName)"""


def test_nothing_moves_for_viewers_who_prefer_reduced_motion(open_page):
    page = open_page(reduced_motion="reduce")
    page.goto(f"{page.board_url}?time_range=7d")
    wait_until_ready(page, time_range="7d")
    page.keyboard.press("?")
    page.evaluate("dashappBoard.tell('x')")

    assert page.evaluate(MOVING_ELEMENTS) == []


def test_moving_elements_are_detected(board):
    assert "chart" in board.evaluate(MOVING_ELEMENTS)
