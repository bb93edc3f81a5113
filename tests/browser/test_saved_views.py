"""The menu of saved views: by mouse, by keys, on phones, and what it does to the address."""

import pytest
from playwright.sync_api import expect
from sqlalchemy import update

from dashapp.store import tables
from tests.browser.board_page import (
    expect_one_refresh,
    go_back_and_forward,
    open_as,
    url_query,
)
from tests.browser.test_accessibility import violations

pytestmark = pytest.mark.browser
BOARD = "/app/acme/operations"
WEEK, MONTH = {"time_range": ["7d"]}, {"time_range": ["30d"], "compare": ["year"]}


@pytest.fixture
def page_of(site, open_tab):
    """Return a function that opens the board of an owner without views, over seven days."""
    base_url = site.serve()

    def open_page(search="?time_range=7d", **options):
        page = open_tab(**options)
        open_as(page, f"{base_url}{BOARD}{search}")
        expect(page.locator("#board")).to_have_attribute("aria-busy", "false", timeout=15_000)
        return page

    return open_page


def menu(page):
    return page.get_by_role("menu", name="Views")


def open_menu(page):
    page.get_by_role("button", name="Views", exact=True).click()
    expect(menu(page)).to_be_visible()


def choose(page, name):
    open_menu(page)
    menu(page).get_by_role("menuitem", name=name, exact=True).click()


def save(page, name):
    choose(page, "Save this view…")
    page.get_by_label("Name").fill(name)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator("#toast")).to_have_text(f"Saved as “{name}”")


def go(page, search):
    page.goto(f"{page.url.split('?')[0]}{search}")
    expect(page.locator("#board")).to_have_attribute("aria-busy", "false")


def test_a_view_is_saved_and_opened_with_one_refresh_and_back_works(page_of):
    page = page_of()
    save(page, "Week")
    go(page, "?time_range=30d&compare=year&refresh=off")
    save(page, "Month")

    open_menu(page)
    expect(menu(page).locator("[aria-current=true]")).to_have_text("Month")
    with expect_one_refresh(page):
        menu(page).get_by_role("menuitem", name="Week").click()
    assert url_query(page) == {**WEEK, "refresh": ["off"]}
    refresh = {"refresh": ["off"]}
    go_back_and_forward(page, {**MONTH, **refresh}, {**WEEK, **refresh})
    open_menu(page)
    expect(menu(page).locator("[aria-current=true]")).to_have_text("Week")


def test_the_default_range_is_saved_as_the_range_that_is_shown(page_of):
    page = page_of("")
    save(page, "Now")
    go(page, "?time_range=7d")
    choose(page, "Now")

    wait_until_ready_range(page, "24h")
    assert url_query(page) == {"time_range": ["24h"]}


def wait_until_ready_range(page, preset):
    expect(page.locator("#board")).to_have_attribute("data-time-range", preset)


def test_the_number_that_the_chart_shows_is_a_part_of_the_view(page_of):
    page = page_of(
        "?time_range=7d&metric=total-errors&filter=channel:api&filter=channel:web&tz=UTC"
    )
    shown = url_query(page)
    save(page, "Errors")
    go(page, "?time_range=7d")
    open_menu(page)
    with expect_one_refresh(page):
        menu(page).get_by_role("menuitem", name="Errors").click()

    assert url_query(page) == shown


def test_changes_are_saved_in_the_view_that_was_opened(page_of):
    page = page_of()
    save(page, "Week")
    page.keyboard.press("5")  # another range
    expect(page.locator("#board")).not_to_have_attribute("data-time-range", "7d")
    range_of = url_query(page)

    choose(page, "Save changes to “Week”")
    expect(page.locator("#toast")).to_have_text("Saved as “Week”")
    go(page, "?time_range=7d")
    choose(page, "Week")

    wait_until_ready_range(page, range_of["time_range"][0])
    assert url_query(page) == range_of


def test_a_name_that_is_taken_is_refused_and_its_view_can_be_replaced(page_of):
    page = page_of()
    save(page, "Week")
    go(page, "?time_range=30d")
    choose(page, "Save this view…")
    page.get_by_label("Name").fill("Week")
    page.keyboard.press("Enter")

    fault = page.locator("dialog .bad")
    expect(fault).to_have_text("You have a view named “Week” here already.")
    page.get_by_label("Name").press("End")
    page.keyboard.type("s")
    expect(fault).to_be_empty()
    expect(page.get_by_role("button", name="Save", exact=True)).to_be_visible()
    page.keyboard.press("Backspace")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Replace it").click()
    expect(page.locator("#toast")).to_have_text("Saved as “Week”")
    open_menu(page)
    expect(menu(page).get_by_role("menuitem")).to_have_text(
        ["Week", "Save this view…", "Rename, share, or delete views…"]
    )
    expect(menu(page).locator("[aria-current=true]")).to_have_text("Week")


def test_everything_works_by_keys_and_the_focus_is_never_lost(page_of):
    page = page_of()
    button = page.get_by_role("button", name="Views", exact=True)
    button.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("menuitem", name="Save this view…")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Name")).to_be_focused()
    page.keyboard.type("Week")
    page.keyboard.press("Enter")
    expect(page.locator("#toast")).to_have_text("Saved as “Week”")
    expect(button).to_be_focused()

    page.keyboard.press("Enter")
    expect(page.get_by_role("menuitem", name="Week", exact=True)).to_be_focused()
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    rename = page.get_by_role("button", name="Rename “Week”")
    expect(rename).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    expect(rename).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.type("Days")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Rename “Days”")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Delete", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator("#toast")).to_have_text("Deleted “Days”")
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    expect(menu(page)).to_be_visible()
    page.keyboard.press("Escape")
    expect(menu(page)).to_have_count(0)
    expect(button).to_be_focused()
    expect(button).to_have_attribute("aria-expanded", "false")


def test_the_link_of_a_view_is_its_address(page_of):
    page = page_of("?time_range=30d&compare=year&panel=total-errors")
    page.keyboard.press("Escape")  # the panel is large
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    save(page, "Month")
    choose(page, "Rename, share, or delete views…")
    page.get_by_role("button", name="Copy the link of “Month”").click()

    expect(page.get_by_role("dialog").locator("#toast")).to_have_text("Copied")
    link = page.evaluate("navigator.clipboard.readText()")
    assert link == f"{page.url.split('?')[0]}?time_range=30d&compare=year"


def test_a_second_click_closes_the_menu(page_of):
    page = page_of()
    open_menu(page)
    page.get_by_role("button", name="Views", exact=True).click()

    expect(menu(page)).to_have_count(0)
    open_menu(page)


def test_a_view_whose_filter_is_no_longer_allowed_opens_with_the_boards_message(page_of, site):
    page = page_of()
    save(page, "Gone")
    table = tables.saved_views
    with site.store.write(site.acme_scope) as session:
        search = "time_range=7d&filter=properties.gone%3Ax"
        of_org = table.c.org_id == site.acme_scope.org_id
        session.execute(update(table).where(of_org).values(search=search))
    go(page, "?time_range=30d")
    choose(page, "Gone")

    expect(page.locator("#notice")).to_contain_text("cannot be filtered by “properties.gone”")


@pytest.mark.parametrize("answer", ["abort", "signed out"])
def test_without_an_answer_the_page_says_so(page_of, answer):
    page = page_of()
    if answer == "abort":
        page.route("**/views", lambda route: route.abort())
    else:
        page.context.clear_cookies()
    page.get_by_role("button", name="Views", exact=True).click()

    said = {"abort": "The server did not respond.", "signed out": "Your session has expired. Sign in again."}  # fmt: skip
    expect(page.locator("#toast")).to_have_text(said[answer])
    expect(menu(page)).to_have_count(0)


@pytest.mark.parametrize(
    "options",
    [
        {"color_scheme": "light"},
        {"color_scheme": "dark"},
        {"viewport": {"width": 390, "height": 844}, "has_touch": True},
        {"viewport": {"width": 320, "height": 640}, "has_touch": True},
    ],
    ids=["light", "dark", "phone", "small"],
)
def test_axe_finds_nothing_and_nothing_overflows(page_of, options):
    page = page_of(bypass_csp=True, **options)
    save(page, "W" * 60)
    open_menu(page)
    assert violations(page, "body") == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    page.get_by_role("menuitem", name="Rename, share, or delete views…").click()
    dialog = page.get_by_role("dialog")
    assert violations(page, "dialog") == []
    dialog.get_by_role("button", name="Rename").click()
    assert violations(page, "dialog") == []
    page.keyboard.press("Escape")
    dialog.get_by_role("button", name="Delete").click()
    assert violations(page, "dialog") == []
    assert dialog.evaluate("element => element.scrollWidth - element.clientWidth") <= 0


def test_the_palette_goes_to_a_view(page_of):
    page = page_of("?time_range=30d&compare=year")
    save(page, "A month")
    page.goto(page.url.split("?")[0] + "?time_range=7d")
    expect(page.locator("#board")).to_have_attribute("aria-busy", "false", timeout=15_000)
    page.keyboard.press("ControlOrMeta+k")
    expect(page.get_by_role("combobox", name="Go anywhere")).to_be_focused()
    page.keyboard.type("a month")
    found = page.locator(".palette [role=option]").first
    expect(found).to_contain_text("A month")
    with expect_one_refresh(page):
        found.click()

    assert url_query(page) == MONTH
