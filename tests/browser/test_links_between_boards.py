"""Links to other boards keep the range, comparison, zone, moment, and refresh interval."""

from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from dashapp.dashboards.provision import provision
from tests import factories
from tests.browser.board_page import expect_one_refresh, wait_for_zone, wait_until_ready
from tests.templates import TEMPLATES

pytestmark = pytest.mark.browser
VIEW_QUERY = {
    "time_range": ["14d"],
    "compare": ["previous"],
    "tz": ["Asia/Tokyo"],
    "refresh": ["1m"],
    "as_of": ["2026-11-19T00:00:00Z"],
}
VIEW_SEARCH = "time_range=14d&compare=previous&tz=Asia/Tokyo&refresh=1m&as_of=2026-11-19T00:00:00Z"


def path_and_query(link):
    url = urlsplit(link.get_attribute("href"))
    return url.path, parse_qs(url.query)


def test_tabs_and_the_layout_link_keep_the_view_in_the_url(open_page):
    page = open_page()
    page.goto(f"{page.board_url}?{VIEW_SEARCH}&filter=channel:api&panel=total-errors")
    page.wait_for_selector("#board")

    tab = page.locator(".tabs a[href*='/conversations']")
    assert path_and_query(tab) == ("/app/acme/conversations", VIEW_QUERY)
    assert path_and_query(page.locator("a[href*='/layout']")) == (
        "/app/acme/operations/layout",
        VIEW_QUERY,
    )


def test_a_tab_keeps_choices_made_after_loading(board):
    with expect_one_refresh(board):
        board.keyboard.press("c")
    with expect_one_refresh(board):
        board.keyboard.press("5")
    tab = board.locator(".tabs a[href*='/conversations']")

    assert path_and_query(tab)[1] == {"time_range": ["14d"], "compare": ["previous"]}
    with board.context.expect_page() as new_tab:
        tab.click(modifiers=["ControlOrMeta"])
    assert parse_qs(urlsplit(new_tab.value.url).query)["compare"] == ["previous"]
    new_tab.value.close()
    with expect_one_refresh(board):
        board.go_back()
    expect(tab).to_have_attribute("href", "/app/acme/conversations?time_range=7d&compare=previous")
    tab.focus()
    board.keyboard.press("Enter")
    board.wait_for_url("**/conversations?time_range=7d&compare=previous")
    wait_until_ready(board, time_range="7d")


def test_cancel_on_the_layout_page_returns_to_the_same_view(board):
    board.goto(f"{board.board_url}/layout?{VIEW_SEARCH}")
    assert path_and_query(board.get_by_role("link", name="Cancel")) == (
        "/app/acme/operations",
        VIEW_QUERY,
    )
    board.get_by_role("link", name="Cancel").click()

    wait_for_zone(board, "Asia/Tokyo")


@pytest.mark.parametrize(
    ("dashboard", "target"), [("conversations", "conversations"), ("operations", "operations")]
)
def test_another_org_shows_the_same_dashboard_and_view(site, page, sign_in, dashboard, target):
    for scope in (site.acme_scope, site.rival_scope):
        provision(site.store, scope, TEMPLATES["conversations"], now=2)
    factories.send(site.store, site.rival_scope, [factories.event(at="2026-11-18T08:00:00Z")])
    sign_in(f"{site.serve()}/app/acme/{dashboard}?{VIEW_SEARCH}", "bea@example.com")
    page.wait_for_selector("#board")
    page.click("details.org summary")
    page.get_by_role("link", name="Rival").click()

    page.wait_for_url(f"**/app/rival/{target}?*")
    assert parse_qs(urlsplit(page.url).query) == VIEW_QUERY
