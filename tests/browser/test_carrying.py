"""From one board to another: the same range, comparison, zone, moment and refreshes."""

from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from dashapp.dashboards.provision import provision
from dashapp.dashboards.templates import TEMPLATES
from tests import factories
from tests.browser.board_page import one_refresh, wait_ready

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
VIEW = {
    "time_range": ["14d"],
    "compare": ["previous"],
    "tz": ["Asia/Tokyo"],
    "refresh": ["1m"],
    "as_of": ["2026-11-19T00:00:00Z"],
}
SEARCH = "time_range=14d&compare=previous&tz=Asia/Tokyo&refresh=1m&as_of=2026-11-19T00:00:00Z"


def address(link):
    parts = urlsplit(link.get_attribute("href"))
    return parts.path, parse_qs(parts.query)


def test_tabs_and_arrange_carry_what_the_page_was_opened_with(open_page):
    page = open_page()
    page.goto(f"{page.at}?{SEARCH}&filter=channel:api&panel=total-errors")
    page.wait_for_selector("#board")

    tab = page.locator(".tabs a").last
    assert address(tab) == ("/app/acme/conversations", VIEW)
    assert address(page.locator("a[href*='/layout']")) == ("/app/acme/operations/layout", VIEW)


def test_a_tab_carries_what_was_chosen_since(board):
    with one_refresh(board):
        board.keyboard.press("c")
    with one_refresh(board):
        board.keyboard.press("5")
    tab = board.locator(".tabs a").last

    assert address(tab)[1] == {"time_range": ["14d"], "compare": ["previous"]}
    with board.context.expect_page() as other:
        tab.click(modifiers=["ControlOrMeta"])
    assert parse_qs(urlsplit(other.value.url).query)["compare"] == ["previous"]
    other.value.close()
    with one_refresh(board):
        board.go_back()
    expect(tab).to_have_attribute("href", "/app/acme/conversations?time_range=7d&compare=previous")
    tab.focus()
    board.keyboard.press("Enter")
    board.wait_for_url("**/conversations?time_range=7d&compare=previous")
    wait_ready(board, time_range="7d")


def test_arranging_comes_back_to_the_same_view(board):
    board.goto(f"{board.at}/layout?{SEARCH}")
    assert address(board.get_by_role("link", name="Cancel")) == ("/app/acme/operations", VIEW)
    board.get_by_role("link", name="Cancel").click()

    expect(board.locator("#board")).to_have_attribute("data-zone", "Asia/Tokyo")


@pytest.mark.parametrize(
    ("dashboard", "there"), [("conversations", "conversations"), ("operations", "operations")]
)
def test_another_org_shows_the_same_dashboard_and_view(site, page, sign_in, dashboard, there):
    for scope in (site.acme_scope, site.rival_scope):
        provision(site.store, scope, TEMPLATES["conversations"], now=2)
    factories.send(site.store, site.rival_scope, [factories.event(at="2026-11-18T08:00:00Z")])
    sign_in(f"{site.serve()}/app/acme/{dashboard}?{SEARCH}", "bea@example.com")
    page.wait_for_selector("#board")
    page.click("details.org summary")
    page.get_by_role("link", name="Rival").click()

    page.wait_for_url(f"**/app/rival/{there}?*")
    assert parse_qs(urlsplit(page.url).query) == VIEW
