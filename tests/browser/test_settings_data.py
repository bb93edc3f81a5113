"""The settings pages of dashboards, embedding and data, in a browser."""

import pytest
from playwright.sync_api import expect

from tests.browser.test_accessibility import THEMES, violations

pytestmark = pytest.mark.browser
SETTINGS = "/app/acme/settings"
PATHS = (
    "/dashboards",
    "/dashboards/operations/rename",
    "/dashboards/operations/delete",
    "/embedding?accent=wrong",
    "/data",
)


@pytest.fixture(params=THEMES)
def themed_page(request, open_page):
    """A page without the Content-Security-Policy, which would block axe's script."""
    return open_page(bypass_csp=True, **request.param)


@pytest.mark.parametrize("path", PATHS)
def test_the_pages_are_accessible_and_fit(themed_page, path):
    themed_page.goto(f"{themed_page.base_url}{SETTINGS}{path}")

    assert violations(themed_page, ".settings") == []
    width = themed_page.evaluate("document.documentElement.scrollWidth")
    assert width <= themed_page.viewport_size["width"]


def test_the_preview_shows_the_board_and_follows_the_controls(open_page):
    page = open_page()
    page.goto(f"{page.base_url}{SETTINGS}/embedding")
    board = page.frame_locator("iframe.preview-frame")
    expect(board.get_by_role("heading", name="Number of validations")).to_be_visible()

    page.get_by_label("Corner radius").fill("2")
    page.get_by_role("button", name="Show").click()

    expect(board.get_by_role("heading", name="Number of validations")).to_be_visible()
    radius = "getComputedStyle(document.documentElement).getPropertyValue('--r-l')"
    assert board.locator("html").evaluate(f"() => {radius}") == "2px"
    assert page.console_errors == []


def test_a_link_is_copied(open_page):
    page = open_page()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{page.base_url}{SETTINGS}/dashboards")

    page.get_by_role("button", name="Copy the link to Operations").click()

    expect(page.get_by_role("status")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == page.board_url


def test_a_blank_dashboard_says_how_to_add_panels(site, sign_in, page):
    base_url = site.serve()
    sign_in(f"{base_url}{SETTINGS}/dashboards")
    page.get_by_label("Title").fill("Returns")
    page.get_by_role("button", name="Add dashboard").click()
    expect(page.get_by_label("Add a panel")).to_be_visible()

    page.goto(f"{base_url}/app/acme/returns")
    expect(page.get_by_role("heading", name="This dashboard has no panels yet.")).to_be_visible()
    page.get_by_role("link", name="Add panels").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("Number of validations").first.click()
    dialog.get_by_role("button", name="Add “").click()
    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.locator("[data-panel]")).to_have_count(1)
    assert page.console_errors == []


def test_the_pages_work_without_scripts(open_page):
    page = open_page(java_script_enabled=False)
    page.goto(f"{page.base_url}{SETTINGS}/dashboards")
    page.locator("details.row-menu > summary").first.click()
    page.get_by_role("link", name="Duplicate").first.click()

    expect(page.get_by_label("Title")).to_have_value("Copy of Operations")
