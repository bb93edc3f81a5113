"""The menu of orgs of a person in many of them: searched with the keyboard, with all its states."""

import re

import pytest
from playwright.sync_api import expect

from dashapp.dashboards.provision import add_org
from dashapp.domain.access.roles import Role
from dashapp.store.people import users
from tests import factories
from tests.browser.test_accessibility import violations

pytestmark = pytest.mark.browser
LIST_URL = "**/organizations*"


@pytest.fixture
def mia(site, sign_in, page):
    """The board of a person in Acme, Café Ñandú, and 30 more orgs."""
    cafe = factories.scope(add_org(site.store, factories.scope, "cafe", name="Café Ñandú", now=1))
    member_of = [(site.acme_scope, Role.OWNER), (cafe, Role.OWNER)]
    page.mia_id = factories.add_user(site.store, "mia@example.com", *member_of)
    factories.add_orgs(site.store, page.mia_id, [f"Shop {n:02}" for n in range(30)])
    sign_in(f"{site.serve()}/app/acme/operations?time_range=7d", "mia@example.com")
    page.wait_for_selector("#board")
    return page


def open_menu(page):
    page.get_by_role("button", name="Acme, switch organization").or_(
        page.locator("details.org > summary")
    ).first.click()


def search_box(page):
    return page.get_by_role("searchbox", name="Search organizations")


def items(page):
    return page.locator("#orgs-found a")


def status(page):
    return page.locator("#orgs-status")


def test_the_list_is_requested_only_when_the_menu_opens(mia):
    assert items(mia).count() == 0
    with mia.expect_response(LIST_URL):
        open_menu(mia)

    expect(items(mia)).to_have_count(20)
    expect(search_box(mia)).to_be_focused()
    expect(status(mia)).to_have_text("These are the first 20. Search to find the others.")
    expect(mia.get_by_role("list", name="Organizations")).to_be_visible()


def test_typing_and_enter_switch_to_an_org_with_the_view(mia):
    open_menu(mia)
    expect(items(mia)).to_have_count(20)
    search_box(mia).press_sequentially("cafe nan")
    search_box(mia).press("Enter")  # before the list is there

    mia.wait_for_url("**/app/cafe/operations?time_range=7d")


def test_enter_without_a_search_goes_nowhere(mia):
    open_menu(mia)
    expect(items(mia)).to_have_count(20)
    search_box(mia).press("Enter")
    mia.wait_for_timeout(200)

    assert "/app/acme/operations" in mia.url


def test_arrow_keys_move_and_escape_closes(mia):
    open_menu(mia)
    search_box(mia).fill("shop 0")
    expect(items(mia)).to_have_count(10)
    for key, focused in (
        ("ArrowDown", items(mia).nth(0)),
        ("ArrowDown", items(mia).nth(1)),
        ("End", items(mia).nth(9)),
        ("ArrowDown", search_box(mia)),
        ("ArrowUp", items(mia).nth(9)),
        ("Home", search_box(mia)),
    ):
        mia.keyboard.press(key)
        expect(focused).to_be_focused()
    mia.keyboard.press("Escape")

    expect(search_box(mia)).to_be_hidden()
    expect(mia.locator("details.org > summary")).to_be_focused()


def test_links_keep_a_range_that_was_chosen_while_the_menu_had_its_list(mia):
    open_menu(mia)
    search_box(mia).fill("cafe")
    expect(items(mia)).to_have_count(1)
    mia.evaluate("history.replaceState(null, '', '?time_range=30d')")
    items(mia).first.hover()

    expect(items(mia).first).to_have_attribute(
        "href", re.compile("/app/cafe.dashboard=operations&time_range=30d")
    )


def test_what_is_missing_and_what_failed_is_said_and_retried(mia):
    open_menu(mia)
    search_box(mia).fill("<i>")
    expect(status(mia)).to_have_text("No organization matches “<i>”.")
    expect(mia.locator("#orgs-found .menu-note")).to_have_text("No organization matches “<i>”.")
    mia.route(LIST_URL, lambda route: route.fulfill(status=503))
    search_box(mia).fill("cafe")
    expect(mia.locator("#orgs-failed")).to_be_visible()
    expect(status(mia)).to_have_text("Could not load")
    mia.unroute(LIST_URL)
    mia.locator("#orgs-failed").get_by_role("button", name="Retry").click()

    expect(items(mia)).to_have_count(1)
    expect(mia.locator("#orgs-failed")).to_be_hidden()


def test_only_the_answer_to_the_last_search_is_shown(mia):
    open_menu(mia)
    expect(items(mia)).to_have_count(20)
    held = []
    mia.route("**/organizations*search=shop*", lambda route: held.append(route))  # noqa: PLW0108 - Playwright cannot call built-in methods
    search_box(mia).fill("shop")
    mia.wait_for_timeout(300)
    search_box(mia).fill("cafe")
    expect(items(mia)).to_have_count(1)
    for route in held:
        route.abort()
    mia.wait_for_timeout(100)

    assert len(held) == 1
    expect(items(mia)).to_have_text(re.compile("Café Ñandú"))


def test_the_end_of_the_session_leads_to_the_login(mia, site):
    with site.store.write_shared() as session:
        users.disable(session, mia.mia_id, now=1)
    open_menu(mia)

    mia.wait_for_url(re.compile(r"/login\?next=/app/acme/operations"))


def test_the_menu_is_accessible_and_so_is_the_page_without_scripts(mia, open_tab):
    page = open_tab(bypass_csp=True)
    page.context.add_cookies(mia.context.cookies())
    page.goto(mia.url)
    open_menu(page)
    expect(items(page)).to_have_count(20)
    assert violations(page, "details[open]") == []
    page.goto(f"{mia.url.partition('?')[0]}/organizations")
    assert violations(page) == []


def test_without_scripts_the_form_leads_to_a_page_with_the_list(mia, open_tab):
    page = open_tab(java_script_enabled=False)
    page.context.add_cookies(mia.context.cookies())
    page.goto(mia.url)
    page.click("details.org > summary")
    page.fill("details.org [type=search]", "cafe")
    page.press("details.org [type=search]", "Enter")

    expect(page).to_have_url(re.compile(r"/organizations\?time_range=7d&search=cafe$"))
    items(page).click()
    expect(page).to_have_url(re.compile(r"/app/cafe/operations\?time_range=7d$"))
