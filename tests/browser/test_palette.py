"""The command palette: by keyboard alone, every kind of entry does what its control does."""

import re

import pytest
from playwright.sync_api import expect

from dashapp.dashboards.provision import add_org, provision
from dashapp.domain.access.roles import Role
from tests import factories
from tests.browser.board_page import (
    UPDATE_URL,
    expect_one_refresh,
    expect_requests,
    panel,
    url_query,
    wait_for_zone,
    wait_until_ready,
)
from tests.browser.test_accessibility import THEMES, violations
from tests.templates import TEMPLATES

pytestmark = pytest.mark.browser
KEYS = "ControlOrMeta+k"
LIST_URL = "**/organizations*"


def field(page):
    return page.get_by_role("combobox", name="Go anywhere")


def rows(page):
    return page.locator(".palette [role=option]")


def active(page):
    return page.locator(".palette [data-active] .picker-name")


def open_palette(page):
    page.keyboard.press(KEYS)
    expect(field(page)).to_be_focused()


def go(page, typed, label):
    """Choose an entry by typing until it is the first one."""
    open_palette(page)
    page.keyboard.type(typed)
    expect(active(page)).to_have_text(label)
    page.keyboard.press("Enter")
    expect(page.locator(".palette")).to_have_count(0)


@pytest.fixture
def loaded(board):
    """A board that has loaded the palette, so that only what it does makes requests."""
    with board.expect_response("**/views"):
        open_palette(board)
    board.keyboard.press("Escape")
    expect(board.locator(".palette")).to_have_count(0)
    return board


@pytest.fixture
def filtered(open_page):
    page = open_page(bypass_csp=True)
    page.goto(f"{page.board_url}?time_range=7d&filter=channel:web&filter=channel:api")
    expect(page.locator(".chip")).to_have_count(2)
    return page


# -- The dialog -----------------------------------------------------------------------------------


def test_its_script_is_loaded_when_it_is_opened_first(board):
    assert board.locator("#palette").count() == 0
    with board.expect_response("**/views"):
        open_palette(board)
    board.keyboard.press("Escape")
    expect(board.locator(".palette")).to_have_count(0)
    with expect_requests(board, []):
        open_palette(board)


def test_a_script_that_does_not_load_is_said_and_asked_for_again(board):
    board.route("**/palette-*.js", lambda route: route.abort())
    board.keyboard.press(KEYS)
    expect(board.locator("#toast")).to_have_text("Could not load")
    board.unroute("**/palette-*.js")

    open_palette(board)


def test_the_keys_close_it_too_and_the_focus_returns(board):
    board.locator("details.user summary").focus()
    open_palette(board)
    board.keyboard.press(KEYS)

    expect(board.locator(".palette")).to_have_count(0)
    expect(board.locator("details.user summary")).to_be_focused()


def test_the_button_in_the_header_opens_it_and_names_the_keys(board):
    button = board.get_by_role("button", name="Go anywhere")
    expect(button).to_have_attribute("title", re.compile(r"Go anywhere \((Ctrl|⌘) K\)"))
    button.click()

    expect(field(board)).to_be_focused()


def test_arrow_keys_move_and_the_entries_are_in_groups(board):
    open_palette(board)
    groups = board.locator(".palette [role=group]")
    expect(groups.first).to_have_attribute("aria-label", "Dashboards")
    first, second = rows(board).nth(0).get_attribute("id"), rows(board).nth(1).get_attribute("id")
    expect(field(board)).to_have_attribute("aria-activedescendant", first)
    board.keyboard.press("ArrowDown")
    expect(field(board)).to_have_attribute("aria-activedescendant", second)
    board.keyboard.press("ArrowUp")
    board.keyboard.press("ArrowUp")
    expect(rows(board).last).to_have_attribute("data-active", "true")


def test_what_is_not_found_is_said(board):
    open_palette(board)
    board.keyboard.type("xyzzy")

    expect(board.locator(".palette [role=status]")).to_have_text("Nothing matches “xyzzy”.")


def test_it_does_not_open_while_typing_or_over_another_dialog(board):
    board.click(".custom > summary")
    board.locator("#custom-from").press(KEYS)
    board.keyboard.press("Escape")
    board.keyboard.press("?")
    board.keyboard.press(KEYS)
    board.keyboard.press("Escape")
    board.wait_for_timeout(100)

    expect(board.locator(".palette")).to_have_count(0)
    assert board.locator("#palette").count() == 0


def test_escape_closes_only_the_palette(board):
    panel(board, "events-time-series").locator("[data-do=menu]").click()
    board.get_by_role("menuitem", name="Expand").click()
    open_palette(board)
    board.keyboard.press("Escape")

    expect(board.locator(".palette")).to_have_count(0)
    expect(panel(board, "events-time-series")).to_have_attribute("data-large", "true")


def test_it_works_with_single_key_shortcuts_turned_off(board):
    board.evaluate("localStorage.setItem('dashapp-keys', 'off')")

    open_palette(board)


# -- Places ---------------------------------------------------------------------------------------


def test_a_dashboard_keeps_range_comparison_and_zone(open_page):
    page = open_page()
    page.goto(f"{page.board_url}?time_range=14d&compare=previous&tz=Asia/Tokyo&filter=channel:web")
    expect(page.locator(".chip")).to_have_count(1)
    go(page, "convers", "Conversations")

    page.wait_for_url("**/app/acme/conversations?*")
    assert url_query(page) == {
        "time_range": ["14d"],
        "compare": ["previous"],
        "tz": ["Asia/Tokyo"],
    }


def test_the_dashboard_that_is_open_is_not_offered(board):
    open_palette(board)
    board.keyboard.type("dashboards operations")

    expect(rows(board)).to_have_count(0)


def test_a_panel_is_scrolled_to_and_focused(board):
    board.set_viewport_size({"width": 1280, "height": 500})
    go(board, "warnings code", "Warnings by code")

    expect(panel(board, "warnings-by-code")).to_be_focused()
    expect(panel(board, "warnings-by-code")).to_be_in_viewport()


def test_a_panel_is_focused_from_a_large_one(board):
    panel(board, "events-time-series").locator("[data-do=menu]").click()
    board.get_by_role("menuitem", name="Expand").click()
    go(board, "users", "Users")

    expect(board.locator("[data-large]")).to_have_count(0)
    expect(panel(board, "users-time-series")).to_be_focused()


def test_settings_are_reached(board):
    go(board, "settings", "Settings")

    board.wait_for_url("**/app/acme/settings/general")


def test_settings_pages_go_to_each_other_and_to_dashboards(board):
    board.goto(f"{board.base_url}/app/acme/settings/general")
    go(board, "members", "Members")
    board.wait_for_url("**/app/acme/settings/members")
    go(board, "theme dark", "Theme: Dark")
    expect(board.locator("html")).to_have_attribute("data-theme", "dark")
    board.get_by_role("button", name="Go anywhere").click()
    expect(field(board)).to_be_focused()
    board.keyboard.type("oper")
    board.keyboard.press("Enter")

    board.wait_for_url("**/app/acme/operations")


# -- Orgs -----------------------------------------------------------------------------------------


def test_an_org_shows_the_same_dashboard_and_view(site, page, sign_in):
    for scope in (site.acme_scope, site.rival_scope):
        provision(site.store, scope, TEMPLATES["conversations"], now=2)
    url = f"{site.serve()}/app/acme/conversations?time_range=30d&compare=previous"
    sign_in(url, "bea@example.com")
    page.wait_for_selector("#board")
    go(page, "rival", "Rival")

    page.wait_for_url("**/app/rival/conversations?*")
    assert url_query(page) == {"time_range": ["30d"], "compare": ["previous"]}


@pytest.fixture
def mia(site, sign_in, page):
    """The board of a person in Acme, Café Ñandú, and 30 more orgs."""
    cafe = factories.scope(add_org(site.store, factories.scope, "cafe", name="Café Ñandú", now=1))
    member_of = [(site.acme_scope, Role.OWNER), (cafe, Role.OWNER)]
    user_id = factories.add_user(site.store, "mia@example.com", *member_of)
    factories.add_orgs(site.store, user_id, [f"Shop {n:02}" for n in range(30)])
    sign_in(f"{site.serve()}/app/acme/operations?time_range=7d", "mia@example.com")
    page.wait_for_selector("#board")
    return page


def test_many_orgs_are_searched_on_the_server_while_typing(mia):
    with mia.expect_response("**/views"):
        open_palette(mia)
    mia.keyboard.press("Escape")
    expect(mia.locator(".palette")).to_have_count(0)
    with expect_requests(mia, []):
        open_palette(mia)
        mia.wait_for_timeout(200)
    expect(mia.locator(".palette [role=group][aria-label=Organizations]")).to_have_count(0)
    mia.keyboard.type("cafe nan")
    expect(active(mia)).to_have_text("Café Ñandú")
    mia.keyboard.press("Enter")

    mia.wait_for_url("**/app/cafe/operations?time_range=7d")


def test_orgs_that_arrive_do_not_move_the_choice(mia):
    open_palette(mia)
    held = []
    mia.route(LIST_URL, lambda route: held.append(route))  # noqa: PLW0108 - Playwright cannot call built-in methods
    with mia.expect_request(LIST_URL):
        mia.keyboard.type("e")
    mia.keyboard.press("ArrowDown")
    expect(rows(mia).nth(1)).to_have_attribute("data-active", "true")
    label = active(mia).text_content()
    for route in held:
        route.continue_()

    expect(mia.locator(".palette [role=group][aria-label=Organizations]")).to_have_count(1)
    expect(active(mia)).to_have_text(label)


def test_orgs_that_could_not_be_loaded_are_said(mia):
    mia.route(LIST_URL, lambda route: route.fulfill(status=503))
    open_palette(mia)
    mia.keyboard.type("shop 1")

    expect(rows(mia).last).to_have_text("shop 1Could not load")
    expect(rows(mia).last).to_have_attribute("aria-disabled", "true")


# -- Controls -------------------------------------------------------------------------------------


def test_a_range_is_chosen(loaded):
    with expect_one_refresh(loaded):
        go(loaded, "14 days", "Last 14 days")

    assert url_query(loaded) == {"time_range": ["14d"]}


def test_dates_open_the_calendar(board):
    go(board, "choose dates", "Choose dates")

    expect(board.locator("#custom-from")).to_be_visible()


def test_comparisons_are_turned_on_and_off(loaded):
    with expect_one_refresh(loaded):
        go(loaded, "compare previous", "Previous 7 days")
    assert url_query(loaded)["compare"] == ["previous"]
    with expect_one_refresh(loaded):
        go(loaded, "compare no", "No comparison")
    assert url_query(loaded)["compare"] == ["off"]


def test_a_comparison_of_ones_own_opens_its_form(board):
    go(board, "custom", "Custom…")

    expect(board.locator("#compare-first")).to_be_visible()


def test_a_filter_is_removed(filtered):
    go(filtered, "remove api", "Remove Channel: API")

    expect(filtered.locator(".chip")).to_have_count(1)
    assert url_query(filtered)["filter"] == ["channel:web"]


def test_all_filters_are_cleared(filtered):
    go(filtered, "clear", "Clear all filters")

    expect(filtered.locator(".chip")).to_have_count(0)
    assert "filter" not in url_query(filtered)


def test_the_time_zone_opens_its_menu(board):
    go(board, "zone", "Time zone")
    expect(board.get_by_role("combobox", name="Time zone")).to_be_focused()
    board.keyboard.type("tokyo")
    board.keyboard.press("Enter")

    wait_for_zone(board, "Asia/Tokyo")


def test_the_board_is_refreshed(board):
    with board.expect_response(UPDATE_URL):
        go(board, "refresh", "Refresh")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_theme_is_chosen(board, theme):
    go(board, f"theme {theme}", f"Theme: {theme.title()}")
    expect(board.locator("html")).to_have_attribute("data-theme", theme)
    go(board, "theme system", "Theme: System")
    expect(board.locator("html")).not_to_have_attribute("data-theme", theme)


def test_the_list_of_shortcuts_opens_and_names_the_palette(board):
    go(board, "shortcuts", "Keyboard shortcuts")

    keys = board.get_by_role("dialog", name="Keyboard shortcuts")
    expect(keys.locator("dt", has_text=re.compile("^(Ctrl|⌘) K$"))).to_be_visible()
    expect(keys.locator("dt", has_text=re.compile("^f$"))).to_be_visible()


def test_the_board_is_presented(board):
    go(board, "full screen", "Present")

    expect(board.locator("html")).to_have_attribute("data-presenting", "stage")


def test_the_board_is_edited_and_the_palette_stays_closed_meanwhile(board):
    go(board, "edit", "Edit")
    board.locator(".edit-grip").first.wait_for()
    board.keyboard.press(KEYS)
    board.wait_for_timeout(100)

    expect(board.locator(".palette")).to_have_count(0)


# -- Access ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("options", THEMES)
def test_axe_finds_nothing_and_nothing_is_cut(open_page, options):
    page = open_page(bypass_csp=True, **options)
    page.goto(f"{page.board_url}?time_range=7d&filter=channel:api")
    expect(page.locator(".chip")).to_have_count(1)
    page.get_by_role("button", name="Go anywhere").click()
    expect(field(page)).to_be_focused()
    assert violations(page) == []
    page.keyboard.type("xyzzy")
    assert violations(page, "dialog") == []
    width = page.viewport_size["width"]
    box = page.locator(".palette").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    assert page.locator("html").evaluate("node => node.scrollWidth") <= width


def test_a_finger_can_open_use_and_close_it(open_page):
    page = open_page(viewport={"width": 320, "height": 640}, has_touch=True, is_mobile=True)
    page.goto(f"{page.board_url}?time_range=7d")
    wait_until_ready(page, time_range="7d")
    with page.expect_response("**/views"):
        page.get_by_role("button", name="Go anywhere").tap()
    expect(field(page)).to_be_visible()
    close = page.get_by_role("button", name="Close")
    for target in (rows(page).first, close, field(page)):
        assert target.bounding_box()["height"] >= 44
    close.tap()
    expect(page.locator(".palette")).to_have_count(0)
    page.get_by_role("button", name="Go anywhere").tap()
    expect(field(page)).to_be_visible()
    with expect_one_refresh(page):
        rows(page).get_by_text("Last 30 days", exact=True).tap()
    assert url_query(page)["time_range"] == ["30d"]
