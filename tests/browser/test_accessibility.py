"""Everybody can use it: what axe finds, where the focus goes, what is said aloud, what moves."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests import factories
from tests.browser.board_page import menu, one_refresh, panel, wait_ready
from tests.embedding import Signer, allow

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
LOOKS = [
    pytest.param({"color_scheme": "light"}, id="light"),
    pytest.param({"color_scheme": "dark"}, id="dark"),
    pytest.param({"viewport": {"width": 390, "height": 844}}, id="phone"),
]


# Of what Dash draws (assets/50-dropdown.js mends the rest):
OF_DASH = [[".dash-dropdown-content label"]]  # an option around the input that has the focus


def found(page, inside="html") -> list[str]:
    """What axe finds against the rules, and where."""
    results = Axe().run(page, context={"include": [[inside]], "exclude": OF_DASH}, options=RULES)
    return [
        f"{fault['id']}: {node['html'][:160]} {node.get('failureSummary', '')[:300]}"
        for fault in results.response["violations"]
        for node in fault["nodes"]
    ]


@pytest.fixture(params=LOOKS)
def look(request, open_page):
    """A page on which axe may put its script, which the policy of ours refuses."""
    return open_page(bypass_csp=True, **request.param)


def test_axe_finds_what_is_planted(open_page):
    page = open_page(bypass_csp=True)
    page.goto(f"{page.at}?time_range=7d")
    wait_ready(page, time_range="7d")
    page.evaluate("""() => { const button = document.querySelector("[data-do=refresh]");
      button.removeAttribute("aria-label"); button.removeAttribute("title");
      document.querySelector(".ph h2").style.color = "#ccc"; }""")

    assert sorted(fault.split(":")[0] for fault in found(page)) == ["button-name", "color-contrast"]


@pytest.mark.parametrize("address", ["/login", "/app/acme/operations?as_of=yesterday"])
def test_pages_before_and_beside_the_board(look, address):
    if address == "/login":
        look.context.clear_cookies()
    look.goto(f"{look.base}{address}")

    assert found(look) == []


def test_a_login_that_failed(look):
    look.context.clear_cookies()
    look.goto(f"{look.base}/login")
    look.fill("input[name=email]", "ada@example.com")
    look.fill("input[name=password]", "wrong")
    look.click("button[type=submit]")

    expect(look.get_by_role("alert")).to_be_visible()
    assert found(look) == []


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
def test_boards_and_the_page_that_arranges_them(look, address):
    look.goto(f"{look.base}/app/acme/{address}")
    look.wait_for_selector("#board, #preview .box")

    assert found(look) == []


def test_what_opens_on_a_board(look):
    look.goto(f"{look.at}?time_range=7d")
    wait_ready(look, time_range="7d")
    for opener in (
        "details.user summary",
        ".custom > summary",
        ".zones > summary",
        ".bar-r .steps summary",
    ):
        look.click(opener)
        assert found(look, "details[open]") == []
        look.keyboard.press("Escape")
    look.click("#range")
    expect(look.get_by_role("dialog", name="Range")).to_be_visible()
    assert found(look, ".dash-dropdown-content") == []
    look.keyboard.press("Escape")
    look.keyboard.press("?")
    assert found(look) == []


def test_the_range_control_says_its_name_and_what_is_chosen(board):
    control = board.get_by_role("combobox", name="Range: Last 7 days")
    expect(control).to_have_attribute("aria-expanded", "false")

    with one_refresh(board):
        board.keyboard.press("6")

    expect(board.get_by_role("combobox", name="Range: Last 30 days")).to_be_attached()


def test_what_opens_on_a_panel(look):
    look.goto(f"{look.at}?time_range=7d")
    wait_ready(look, time_range="7d")
    menu(look, "events-time-series", "Show as table")
    assert found(look) == []
    panel(look, "events-time-series").locator("[data-do=menu]").click()
    assert found(look, ".panel-menu") == []
    look.get_by_role("menuitem", name="Open large").click()
    assert found(look) == []
    look.keyboard.press("Escape")
    panel(look, "users-time-series").locator(".cursor").press("End")
    assert found(look) == []


def test_old_numbers_and_panels_that_failed(look):
    look.goto(f"{look.at}?time_range=7d")
    wait_ready(look, time_range="7d")
    look.route("**/_dash-update-component*", lambda route: route.abort())
    look.keyboard.press("r")
    expect(panel(look, "total-errors")).to_have_attribute("data-state", "stale")
    assert found(look) == []
    look.keyboard.press("c")
    expect(panel(look, "total-errors")).to_have_attribute("data-state", "error")
    assert found(look) == []


def test_an_org_that_has_no_events_yet(site, chromium):
    page = chromium.new_context(bypass_csp=True).new_page()
    page.goto(f"{site.serve()}/login?next=/app/acme/operations")
    page.fill("input[name=email]", "ada@example.com")
    page.fill("input[name=password]", factories.PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_selector(".first-event")

    assert found(page) == []
    page.context.close()


def test_an_embedded_board(site, chromium):
    token = Signer(site.store, site.acme_scope).token()
    allow(site.store, site.acme_scope, "https://shop.example")
    runs = [factories.event("validation_run.created", "2026-11-20T09:00:00Z")]
    factories.send(site.store, site.acme_scope, runs)
    page = chromium.new_context(bypass_csp=True).new_page()
    page.goto(f"{site.serve()}/embed/acme/operations#token={token}")
    page.wait_for_selector("#board[data-time-range='24h']")

    assert found(page) == []
    page.context.close()


# -- Focus -------------------------------------------------------------------------------------------


def tabbed(page, times):
    """What Tab reaches: a word for each, and where it is."""
    found = []
    for _ in range(times):
        page.keyboard.press("Tab")
        found.append(
            page.evaluate("""() => {
          const here = document.activeElement, box = here.getBoundingClientRect();
          const style = getComputedStyle(here);
          const ring = here.closest(".range") ? getComputedStyle(here.closest(".range").querySelector(".dash-dropdown")) : style;
          return {name: here.id || here.dataset.do || here.className || here.tagName, x: box.x, y: box.y,
            ring: parseFloat(ring.outlineWidth) * (ring.outlineStyle === "none" ? 0 : 1), area: box.width * box.height};
        }""")
        )
    return found


def test_tab_goes_through_the_controls_as_they_stand(board):
    board.locator("details.user summary").focus()
    names = [here["name"] for here in tabbed(board, 8)]

    assert names == [
        "range", "earlier", "btn quiet dates", "compare", "btn quiet zone", "refresh", "btn icon",
        "menu",
    ]  # fmt: skip


def test_the_order_of_the_focus_is_the_one_that_is_seen(board):
    places = [(round(here["y"] / 40), here["x"]) for here in tabbed(board, 11)[4:]]

    assert places == sorted(places)


def test_everything_that_has_the_focus_has_a_ring(board):
    with one_refresh(board):
        board.keyboard.press("c")
    board.locator("body").evaluate("body => { document.activeElement.blur(); }")
    reached = tabbed(board, 34)

    assert len({here["name"] for here in reached}) > 12
    assert [here["name"] for here in reached if here["ring"] < 2 and here["name"] != "BODY"] == []


def test_the_focus_comes_back_from_what_was_open(board):
    button = panel(board, "events-time-series").locator("[data-do=menu]")
    menu(board, "events-time-series", "Open large")
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
def test_escape_closes_a_menu_and_gives_the_focus_back(board, opener):
    board.locator(opener).press("Enter")
    expect(board.locator(opener).locator("xpath=..")).to_have_attribute("open", "")
    board.keyboard.press("Tab")
    board.keyboard.press("Escape")

    expect(board.locator(opener)).to_be_focused()
    expect(board.locator("details[open]")).to_have_count(0)


def test_the_focus_is_not_lost_with_a_chip_that_was_removed(board):
    for slug, name in (("users-time-series", "API"), ("warnings-by-code", "noisy")):
        with one_refresh(board):
            panel(board, slug).get_by_role("button", name=name).press("Enter")
    with one_refresh(board):
        board.locator(".chip").last.press("Enter")
    expect(board.locator(".chip")).to_be_focused()
    with one_refresh(board):
        board.locator(".chip").press("Enter")
    expect(board.locator("#main")).to_be_focused()


def test_a_large_panel_keeps_the_focus_inside(board):
    menu(board, "events-time-series", "Open large")
    inside = "document.activeElement === document.body || !!document.activeElement.closest('[data-large]')"
    for _ in range(6):
        board.keyboard.press("Tab")
        assert board.evaluate(inside)


# -- What is said ------------------------------------------------------------------------------------------


def said(page):
    """What the status line says from now on."""
    page.evaluate("""() => { window.said = []; const line = document.getElementById("said");
      new MutationObserver(() => window.said.push(line.textContent))
        .observe(line, {childList: true, characterData: true, subtree: true}); }""")


def test_a_new_range_is_said_once_and_a_tick_says_nothing(board):
    expect(board.locator("#said")).to_have_attribute("role", "status")
    said(board)
    with board.expect_response("**/_dash-update-component*"):
        board.evaluate("dash_clientside.set_props('tick', {n_intervals: 5})")
    with one_refresh(board):
        board.get_by_role("button", name="Refresh", exact=True).click()
    assert board.evaluate("window.said") == []
    with one_refresh(board):
        board.keyboard.press("5")

    assert board.evaluate("window.said") == ["Shown: Last 14 days, 7 – 20 November"]


def test_each_chart_has_a_sentence_a_name_and_a_table(board):
    for slug, name in (("events-time-series", "Events"), ("users-time-series", "Users"),
                       ("runs-by-outcome", "Runs by Outcome")):  # fmt: skip
        chart = panel(board, slug)
        expect(chart.get_by_role("slider", name=f"{name}, as a chart")).to_have_count(1)
        expect(chart.locator("p.sr")).to_contain_text("highest")
        menu(board, slug, "Show as table")
        expect(chart.get_by_role("table")).to_have_count(1)


# -- What moves ----------------------------------------------------------------------------------------------


MOVING = """() => [...document.querySelectorAll("*")].filter((one) => {
  const style = getComputedStyle(one);
  return parseFloat(style.transitionDuration) > 0 ||
    (style.animationName !== "none" && parseFloat(style.animationDuration) > 0);
}).map((one) => one.className || one.tagName)"""


def test_nothing_moves_for_those_who_asked_for_that(open_page):
    page = open_page(reduced_motion="reduce")
    page.goto(f"{page.at}?time_range=7d")
    wait_ready(page, time_range="7d")
    page.keyboard.press("?")
    page.evaluate("dashappBoard.tell('x')")

    assert page.evaluate(MOVING) == []


def test_what_would_move_is_found(board):
    assert "chart" in board.evaluate(MOVING)
