"""When no new numbers come: said once, tried again; when a board is no longer theirs: put away."""

from dataclasses import replace

import pytest
from playwright.sync_api import expect

from dashapp.domain.access.roles import Role
from dashapp.store.orgs import dashboards
from dashapp.store.people import users
from dashapp.widgets.catalog import BUILT_IN, Catalog
from tests import factories
from tests.browser.board_page import UPDATE, menu, panel, wait_ready
from tests.embedding import Signer, allow

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
BOARD = "/app/acme/operations"
REFRESH = "[data-do=refresh]"


def out_of_reach(page):
    page.route(UPDATE, lambda route: route.abort())


def states(page):
    return set(page.evaluate("[...document.querySelectorAll('[data-panel]')].map((one) => one.dataset.state)"))  # fmt: skip


# -- A server that does not answer -----------------------------------------------------------------------


def test_one_line_says_that_the_server_cannot_be_reached_and_numbers_stay_as_they_are(board):
    out_of_reach(board)
    board.click(REFRESH)

    expect(board.locator("#notice")).to_contain_text("Cannot reach the server since ")
    expect(board.locator("#notice")).to_contain_text("Trying again in ")
    assert states(board) == {"stale"}
    expect(board.locator(".old:visible")).to_have_count(0)
    expect(panel(board, "users-time-series").locator(".legend")).to_be_visible()
    expect(board.get_by_role("button", name="Retry")).to_have_count(1)


def test_after_a_minute_each_panel_says_how_old_its_numbers_are(board):
    out_of_reach(board)
    board.click(REFRESH)
    expect(board.locator("#notice")).to_contain_text("Cannot reach")
    board.evaluate("Date.now = (now => () => now() + 130000)(Date.now)")

    expect(panel(board, "total-errors").locator(".old")).to_have_text("Old numbers, 2 min. ago")
    expect(panel(board, "users-time-series").locator(".legend")).to_be_visible()


def test_it_is_tried_again_by_itself_and_later_each_time(open_page):
    page = open_page()
    page.clock.install()
    page.goto(f"{page.at}?time_range=7d")
    wait_ready(page, time_range="7d")
    out_of_reach(page)
    page.click(REFRESH)
    expect(page.locator(".again")).to_contain_text("Trying again in ")
    with page.expect_request(UPDATE):
        page.clock.fast_forward(6_000)
    expect(page.locator(".again")).to_contain_text("Trying again in ")
    page.unroute(UPDATE)
    page.clock.fast_forward(12_000)

    expect(page.locator("#notice")).to_be_empty()
    assert states(page) == {"ready"}
    assert page.evaluate("dashappBoard.isFailing()") is False


HIDE = """(isHidden) => { Object.defineProperty(document, "hidden", {configurable: true, get: () => isHidden});
  document.dispatchEvent(new Event("visibilitychange")); }"""


@pytest.mark.parametrize(
    "back", [f"() => ({HIDE})(false)", "() => window.dispatchEvent(new Event('online'))"]
)
def test_it_is_tried_at_once_when_somebody_looks_or_the_network_is_back(board, back):
    out_of_reach(board)
    board.click(REFRESH)
    expect(board.locator("#notice")).to_contain_text("Cannot reach")
    board.unroute(UPDATE)
    with board.expect_request(UPDATE, timeout=3_000):
        board.evaluate(back)

    expect(board.locator("#notice")).to_be_empty()


def test_a_page_that_nobody_sees_does_not_try(open_page):
    page, asked = open_page(), []
    page.clock.install()
    page.goto(f"{page.at}?time_range=7d")
    wait_ready(page, time_range="7d")
    out_of_reach(page)
    page.click(REFRESH)
    expect(page.locator("#notice")).to_contain_text("Cannot reach")
    page.evaluate(HIDE, True)
    page.on("request", lambda request: asked.append(request.url))
    page.clock.fast_forward(60_000)
    page.wait_for_timeout(200)

    assert asked == []


def test_one_panel_that_fails_has_its_tag_at_once_and_the_others_none(site, page, sign_in):
    fails = []

    def flaky(session, scope, time_range):
        if fails:
            raise RuntimeError("no")
        return BUILT_IN[1].query(session, scope, time_range)

    widgets = Catalog(replace(w, query=flaky) if w.slug == "total-errors" else w for w in BUILT_IN)
    factories.send(site.store, site.acme_scope, [factories.event(at="2026-11-19T08:00:00Z")])
    sign_in(f"{site.serve(catalog=widgets)}{BOARD}?time_range=7d")
    page.wait_for_selector("#board")
    expect(page.locator("#board")).to_have_attribute("aria-busy", "false")
    fails.append(True)
    factories.send(site.store, site.acme_scope, [factories.event(at="2026-11-19T08:00:00Z")])
    page.click(REFRESH)

    expect(page.locator(".old:visible")).to_have_count(1)
    expect(panel(page, "total-errors").locator(".old")).to_contain_text("Old numbers, ")
    expect(panel(page, "total-errors").locator(".dl")).not_to_be_visible()


# -- A board that is no longer theirs ------------------------------------------------------------------------


@pytest.fixture
def opened(site, page, sign_in):
    """Acme's board, opened by bea, who is also in another org."""
    runs = [factories.event("validation_run.created", "2026-11-20T08:00:00Z")]
    factories.send(site.store, site.acme_scope, runs)
    page.base = site.serve()
    sign_in(f"{page.base}{BOARD}?time_range=7d", "bea@example.com")
    page.wait_for_selector("#board")
    expect(panel(page, "total-validations").locator(".val")).to_have_text("1")
    return page


def lose_role(site):
    with site.store.changing() as session:
        bea = users.find_user(session, "bea@example.com")
        users.set_membership(session, bea.id, site.acme_scope.org_id, Role.MEMBER, now=2)


def lose_dashboard(site):
    with site.store.writing(site.acme_scope) as session:
        dashboards.set_dashboard(session, site.acme_scope, "operations", is_deletable=True)
        dashboards.delete_dashboard(session, site.acme_scope, "operations")


def tick(page):
    page.evaluate("dash_clientside.set_props('tick', {n_intervals: 5})")


def choose(page):
    page.keyboard.press("5")


def download(page):
    menu(page, "total-validations", "Download CSV")


@pytest.mark.parametrize(
    ("do", "lose", "why"),
    [
        (tick, lose_role, "members do not see its dashboards"),
        (choose, lose_dashboard, "not yours to see"),
        (download, lose_role, "members do not see its dashboards"),
    ],
)
def test_numbers_are_put_away_and_the_board_says_why(opened, site, do, lose, why):
    lose(site)
    do(opened)

    expect(opened.get_by_role("alert")).to_contain_text("You can no longer see this board.")
    expect(opened.get_by_role("alert")).to_contain_text(why)
    expect(opened.locator("#board")).not_to_be_visible()
    expect(opened.locator(".val")).to_have_count(0)
    asked = []
    opened.on("request", lambda request: asked.append(request.url))
    tick(opened)
    opened.wait_for_timeout(200)
    assert asked == []
    opened.get_by_role("link", name="Go to my dashboards").click()
    opened.wait_for_selector("#board")


def test_an_embedded_board_that_is_gone_ends_calmly(site, page):
    token = Signer(site.store, site.acme_scope).token()
    allow(site.store, site.acme_scope, "https://shop.example")
    runs = [factories.event("validation_run.created", "2026-11-20T09:00:00Z")]
    factories.send(site.store, site.acme_scope, runs)
    page.goto(f"{site.serve()}/embed/acme/operations#token={token}")
    expect(panel(page, "total-validations").locator(".val")).to_be_visible()
    lose_dashboard(site)
    tick(page)

    expect(page.locator("#ended")).to_contain_text("This view has ended.")
    expect(page.locator("#board")).not_to_be_visible()


# -- Nothing to show --------------------------------------------------------------------------------------------


def test_an_empty_board_says_so_once_and_offers_one_way_out(open_page):
    page = open_page()
    page.goto(f"{page.at}?time_range=7d&as_of=2026-10-01T00:00:00Z")
    page.wait_for_selector("[data-state=empty]")

    expect(page.get_by_role("link", name="Show: ")).to_have_count(1)
    assert panel(page, "events-time-series").bounding_box()["height"] < 200
    assert panel(page, "warnings-by-code").bounding_box()["height"] < 130


@pytest.mark.parametrize(
    ("role", "said"), [(Role.ADMIN, "Send the first event"), (Role.AUTHOR, "No events yet")]
)
def test_only_who_can_make_a_key_is_told_how(site, page, sign_in, role, said):
    factories.add_user(site.store, "kim@example.com", (site.acme_scope, role))
    sign_in(f"{site.serve()}{BOARD}", "kim@example.com")
    page.wait_for_selector("#board")

    expect(page.locator(".first-event strong")).to_have_text(said)
    expect(page.locator("code")).to_have_count(2 if role is Role.ADMIN else 0)
    expect(page.locator("#board .grid")).not_to_be_visible()
