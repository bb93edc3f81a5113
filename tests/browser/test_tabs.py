"""Lists that share a place: tabs by mouse and by keys, on phones, printed, large, and edited."""

import pytest
from playwright.sync_api import expect

from dashapp.dashboards.provision import provision
from dashapp.dashboards.templates import template_of
from dashapp.store.boards.loading import definitions_of
from tests.boards import apply
from tests.browser.board_page import expect_requests, open_as, panel, url_query
from tests.browser.editing import begin, grip, save, size
from tests.browser.test_accessibility import violations
from tests.factories import event, send

pytestmark = pytest.mark.browser
FILE = """version = 1

[metrics]
orders = { title = "Orders", events = ["order.paid"] }

[boards.shop]
title = "Shop"
panels = [
  { metric = "orders", show = "number" },
  { metric = "orders", show = "list", by = "channel", slug = "channels", title = "Channels", group = "top", size = "half" },
  { metric = "orders", show = "list", by = "properties.dish", slug = "dishes", title = "Dishes and drinks", group = "top" },
  { metric = "orders", show = "list", by = "project", slug = "projects", title = "Projects", group = "top" },
]
"""
CHANNELS, DISHES, PROJECTS = "channels", "dishes", "projects"


@pytest.fixture
def open_shop(site, open_tab):
    """Return a function that opens the board of an owner."""
    apply(site.store, FILE)
    provision(
        site.store, site.acme_scope, template_of(definitions_of(site.store).boards["shop"]), now=2
    )
    at = "2026-11-19T12:00:00Z"
    sent = [event("order.paid", at, user="u", properties={"dish": dish}) for dish in ("rice", "beans")]  # fmt: skip
    send(site.store, site.acme_scope, sent)
    base_url = site.serve()

    def open_page(search="", **options):
        page = open_tab(**options)
        open_as(page, f"{base_url}/app/acme/shop?time_range=7d{search}")
        expect(page.locator("#board")).to_have_attribute("aria-busy", "false", timeout=15_000)
        return page

    return open_page


def tab(page, name):
    return page.get_by_role("tab", name=name)


def expect_shown(page, shown):
    for slug in (CHANNELS, DISHES, PROJECTS):
        if slug == shown:
            expect(panel(page, slug)).to_be_visible()
        else:
            expect(panel(page, slug)).to_be_hidden()


def test_a_click_shows_another_list_without_a_request(open_shop):
    page = open_shop()
    expect_shown(page, CHANNELS)
    with expect_requests(page, []):
        tab(page, "Dishes and drinks").click()
    expect_shown(page, DISHES)
    expect(page.get_by_role("tabpanel", name="Dishes and drinks")).to_contain_text("rice")
    expect(tab(page, "Dishes and drinks")).to_have_attribute("aria-selected", "true")
    with page.expect_response("**/_dash-update-component*"):
        page.locator("[data-do=refresh]").click()
    expect_shown(page, DISHES)


def test_arrow_keys_move_between_tabs(open_shop):
    page = open_shop()
    tab(page, "Channels").focus()
    for key, name, slug in (
        ("ArrowRight", "Dishes and drinks", DISHES),
        ("ArrowRight", "Projects", PROJECTS),
        ("ArrowRight", "Channels", CHANNELS),
        ("ArrowLeft", "Projects", PROJECTS),
        ("Home", "Channels", CHANNELS),
        ("End", "Projects", PROJECTS),
    ):
        page.keyboard.press(key)
        expect(tab(page, name)).to_be_focused()
        expect_shown(page, slug)
    page.keyboard.press("Tab")
    expect(panel(page, PROJECTS).locator("[data-do=menu]")).to_be_focused()


def test_a_link_to_a_list_shows_its_tab_and_large_it_has_its_title(open_shop):
    page = open_shop(f"&panel={DISHES}")
    dialog = page.get_by_role("dialog", name="Dishes and drinks")
    expect(dialog.get_by_role("heading", name="Dishes and drinks")).to_be_visible()
    expect(dialog.get_by_role("tab")).to_have_count(0)
    page.keyboard.press("Escape")
    expect_shown(page, DISHES)


def test_all_lists_are_printed_with_their_titles(open_shop):
    page = open_shop()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")

    for slug in (CHANNELS, DISHES, PROJECTS):
        expect(panel(page, slug)).to_be_visible()
        assert panel(page, slug).locator("h2").bounding_box()["height"] > 10
    expect(page.get_by_role("tablist")).to_have_count(0)
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect_shown(page, CHANNELS)


def test_the_editor_shows_each_list_as_a_panel(open_shop):
    page = open_shop()
    page.locator("[data-do=edit]").click()
    page.locator(".edit-bar").wait_for()

    for slug in (CHANNELS, DISHES, PROJECTS):
        expect(panel(page, slug)).to_be_visible()
    page.get_by_role("button", name="Done").click()
    expect_shown(page, CHANNELS)


def test_lists_that_share_a_place_have_the_sizes_that_the_editor_shows(open_shop):
    page = open_shop()
    begin(page)
    grip(page, page.locator("[data-panel]").first.get_attribute("data-panel")).press("Delete")
    edited = [size(page, slug) for slug in (CHANNELS, DISHES, PROJECTS)]
    save(page)

    assert [size(page, slug) for slug in (CHANNELS, DISHES, PROJECTS)] == edited
    expect_shown(page, CHANNELS)


@pytest.mark.parametrize(
    "options",
    [
        {"color_scheme": "light"},
        {"color_scheme": "dark"},
        {"viewport": {"width": 320, "height": 640}, "has_touch": True},
    ],
    ids=["light", "dark", "small"],
)
def test_axe_finds_nothing_and_nothing_overflows(open_shop, options):
    page = open_shop(bypass_csp=True, **options)
    tab(page, "Projects").click()

    assert violations(page, "body") == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    if "viewport" in options:
        assert tab(page, "Projects").bounding_box()["height"] >= 44


def test_the_palette_shows_a_list_behind_another_tab(open_shop):
    page = open_shop()
    expect(panel(page, DISHES)).to_be_hidden()
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="Go anywhere").fill("dishes")
    page.keyboard.press("Enter")

    expect(panel(page, DISHES)).to_be_visible()
    expect(panel(page, DISHES)).to_be_focused()
    expect(panel(page, CHANNELS)).to_be_hidden()


def test_a_link_shows_the_chosen_list(open_shop):
    page = open_shop()
    tab(page, "Dishes and drinks").click()
    assert url_query(page) == {"time_range": ["7d"], "tab": [DISHES]}
    page.reload()
    expect(page.locator("#board")).to_have_attribute("aria-busy", "false", timeout=15_000)
    expect_shown(page, DISHES)
    expect(page.locator("#notice")).to_have_text("")  # the parameter is known

    tab(page, "Channels").click()
    assert url_query(page) == {"time_range": ["7d"]}
    page.goto(f"{page.url}&tab=nonsense&tab=projects")
    expect_shown(page, PROJECTS)
