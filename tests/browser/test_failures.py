"""Boards that cannot refresh, boards the viewer has lost access to, and empty boards."""

import re

import pytest
from playwright.sync_api import expect

from dashapp.domain.access.roles import Role
from dashapp.store.orgs import dashboards
from dashapp.store.people import users
from tests import factories
from tests.browser.board_page import UPDATE_URL, choose_in_menu, panel, wait_until_ready
from tests.embedding import Signer, allow
from tests.panels import OPERATIONS, catalog_with
from tests.panels import panel as panel_query

pytestmark = pytest.mark.browser
BOARD = "/app/acme/operations"
REFRESH_BUTTON = "[data-do=refresh]"


def block_refreshes(page):
    page.route(UPDATE_URL, lambda route: route.abort())


def panel_states(page):
    return set(page.evaluate("[...document.querySelectorAll('[data-panel]')].map((panel) => panel.dataset.state)"))  # fmt: skip


# -- A server that does not answer -----------------------------------------------------------------------


def test_one_notice_says_that_the_server_cannot_be_reached_and_the_numbers_stay(board):
    block_refreshes(board)
    board.click(REFRESH_BUTTON)

    expect(board.locator("#notice")).to_contain_text("The server has been unreachable since ")
    expect(board.locator("#notice")).to_contain_text("Retrying in ")
    assert panel_states(board) == {"stale"}
    expect(board.locator(".old:visible")).to_have_count(0)
    expect(panel(board, "users-time-series").locator(".legend")).to_be_visible()
    expect(board.get_by_role("button", name="Retry")).to_have_count(1)


def test_after_a_minute_each_panel_shows_the_age_of_its_numbers(board):
    block_refreshes(board)
    board.click(REFRESH_BUTTON)
    expect(board.locator("#notice")).to_contain_text("unreachable")
    board.evaluate("Date.now = (now => () => now() + 130000)(Date.now)")

    expect(panel(board, "total-errors").locator(".old")).to_have_text(
        "Out of date · updated 2 min. ago"
    )
    expect(panel(board, "users-time-series").locator(".legend")).to_be_visible()


def test_the_board_retries_at_growing_intervals(open_page):
    page = open_page()
    page.clock.install()
    page.goto(f"{page.board_url}?time_range=7d")
    wait_until_ready(page, time_range="7d")
    block_refreshes(page)
    page.click(REFRESH_BUTTON)
    expect(page.locator(".again")).to_contain_text("Retrying in ")
    with page.expect_request(UPDATE_URL):
        page.clock.fast_forward(6_000)
    expect(page.locator(".again")).to_contain_text("Retrying in ")
    page.unroute(UPDATE_URL)
    page.clock.fast_forward(12_000)

    expect(page.locator("#notice")).to_be_empty()
    assert panel_states(page) == {"ready"}
    expect(page.locator(".live.off")).to_have_count(0)


SET_HIDDEN = """(isHidden) => { Object.defineProperty(document, "hidden", {configurable: true, get: () => isHidden});
  document.dispatchEvent(new Event("visibilitychange")); }"""


@pytest.mark.parametrize(
    "trigger", [f"() => ({SET_HIDDEN})(false)", "() => window.dispatchEvent(new Event('online'))"]
)
def test_the_board_retries_at_once_when_it_becomes_visible_or_online(board, trigger):
    block_refreshes(board)
    board.click(REFRESH_BUTTON)
    expect(board.locator("#notice")).to_contain_text("unreachable")
    board.unroute(UPDATE_URL)
    with board.expect_request(UPDATE_URL, timeout=3_000):
        board.evaluate(trigger)

    expect(board.locator("#notice")).to_be_empty()


def test_a_hidden_page_does_not_retry(open_page):
    page, urls = open_page(), []
    page.clock.install()
    page.goto(f"{page.board_url}?time_range=7d")
    wait_until_ready(page, time_range="7d")
    block_refreshes(page)
    page.click(REFRESH_BUTTON)
    expect(page.locator("#notice")).to_contain_text("unreachable")
    page.evaluate(SET_HIDDEN, True)
    page.on("request", lambda request: urls.append(request.url))
    page.clock.fast_forward(60_000)
    page.wait_for_timeout(200)

    assert urls == []


def test_only_the_panel_that_fails_is_marked_as_old(site, page, sign_in):
    is_failing = []

    def flaky(session, scope, time_range):
        if is_failing:
            raise RuntimeError("no")
        return query(session, scope, time_range)

    query, catalog = panel_query("total-errors"), catalog_with("total-errors", query=flaky)
    factories.place(site.store, site.acme_scope, OPERATIONS)
    factories.send(site.store, site.acme_scope, [factories.event(at="2026-11-19T08:00:00Z")])
    sign_in(f"{site.serve(catalog=catalog)}{BOARD}?time_range=7d")
    page.wait_for_selector("#board")
    expect(page.locator("#board")).to_have_attribute("aria-busy", "false")
    is_failing.append(True)
    factories.send(site.store, site.acme_scope, [factories.event(at="2026-11-19T08:00:00Z")])
    page.click(REFRESH_BUTTON)

    expect(page.locator(".old:visible")).to_have_count(1)
    expect(panel(page, "total-errors").locator(".old")).to_contain_text("Out of date · updated ")
    expect(panel(page, "total-errors").locator(".dl")).not_to_be_visible()


# -- Lost access ------------------------------------------------------------------------


@pytest.fixture
def bea_board(site, page, sign_in):
    """Acme's board, opened by Bea, who is also in another org."""
    runs = [factories.event("validation_run.created", "2026-11-20T08:00:00Z")]
    factories.send(site.store, site.acme_scope, runs)
    page.base_url = site.serve()
    sign_in(f"{page.base_url}{BOARD}?time_range=7d", "bea@example.com")
    page.wait_for_selector("#board")
    expect(panel(page, "total-validations").locator(".val")).to_have_text("1")
    return page


def demote_bea(site):
    with site.store.write_shared() as session:
        bea = users.find_user(session, "bea@example.com")
        users.set_membership(session, site.acme_scope, bea.id, Role.MEMBER, now=2)


def delete_dashboard(site):
    with site.store.write(site.acme_scope) as session:
        dashboards.set_dashboard(session, site.acme_scope, "operations", is_deletable=True)
        dashboards.delete_dashboard(session, site.acme_scope, "operations")


def tick(page):
    page.evaluate("dash_clientside.set_props('tick', {n_intervals: 5})")


def choose(page):
    page.keyboard.press("5")


def download(page):
    choose_in_menu(page, "total-validations", "Download CSV")


@pytest.mark.parametrize(
    ("act", "remove_access", "reason"),
    [
        (tick, demote_bea, "cannot view dashboards"),
        (choose, delete_dashboard, "doesn't exist, or you don't have access"),
        (download, demote_bea, "cannot view dashboards"),
    ],
)
def test_a_board_without_access_hides_its_numbers_and_says_why(
    bea_board, site, act, remove_access, reason
):
    remove_access(site)
    act(bea_board)

    expect(bea_board.get_by_role("alert")).to_contain_text(
        "You no longer have access to this dashboard."
    )
    expect(bea_board.get_by_role("alert")).to_contain_text(reason)
    expect(bea_board.locator("#board")).not_to_be_visible()
    expect(bea_board.locator(".val")).to_have_count(0)
    urls = []
    bea_board.on("request", lambda request: urls.append(request.url))
    tick(bea_board)
    bea_board.wait_for_timeout(200)
    assert urls == []
    bea_board.get_by_role("link", name="Go to my dashboards").click()
    bea_board.wait_for_selector("#board")


def test_an_embedded_board_that_was_deleted_says_that_the_view_has_ended(site, page):
    token = Signer(site.store, site.acme_scope).token()
    allow(site.store, site.acme_scope, "https://shop.example")
    runs = [factories.event("validation_run.created", "2026-11-20T09:00:00Z")]
    factories.send(site.store, site.acme_scope, runs)
    page.goto(f"{site.serve()}/embed/acme/operations#token={token}")
    expect(panel(page, "total-validations").locator(".val")).to_be_visible()
    delete_dashboard(site)
    tick(page)

    expect(page.locator("#ended")).to_contain_text("This view has expired.")
    expect(page.locator("#board")).not_to_be_visible()


# -- Nothing to show --------------------------------------------------------------------------------------------


def test_an_empty_board_offers_one_link_to_a_wider_range(open_page):
    page = open_page()
    page.goto(f"{page.board_url}?time_range=7d&as_of=2026-10-01T00:00:00Z")
    page.wait_for_selector("[data-state=empty]")

    expect(page.get_by_role("link", name="Show: ")).to_have_count(1)
    assert panel(page, "events-time-series").bounding_box()["height"] < 200
    assert panel(page, "warnings-by-code").bounding_box()["height"] < 130


@pytest.mark.parametrize(
    ("role", "heading"), [(Role.ADMIN, "Send your first event"), (Role.AUTHOR, "No events yet")]
)
def test_only_users_who_can_create_keys_see_how_to_send_events(site, page, sign_in, role, heading):
    factories.add_user(site.store, "kim@example.com", (site.acme_scope, role))
    sign_in(f"{site.serve()}{BOARD}", "kim@example.com")
    page.wait_for_selector("#board")

    expect(page.locator(".first-event strong")).to_have_text(heading)
    expect(page.locator("code")).to_have_count(1 if role is Role.ADMIN else 0)
    expect(page.locator(".first-event li").first).to_have_text("Number of validations")
    if role is Role.ADMIN:
        page.get_by_role("link", name="Create a key").click()
        expect(page).to_have_url(re.compile("/app/acme/settings/keys$"))
        return
    expect(page.locator(".first-event")).to_contain_text("can connect it: ada@example.com.")
    expect(page.locator("#board .grid")).not_to_be_visible()
