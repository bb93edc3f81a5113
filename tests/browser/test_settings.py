"""Settings pages in a browser: looks, keyboard, without scripts, and what axe says."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.board_page import open_as
from tests.browser.test_accessibility import violations

pytestmark = pytest.mark.browser
ROOT = "/app/acme/settings"
LOOKS = [
    pytest.param({"color_scheme": "light"}, id="light"),
    pytest.param({"color_scheme": "dark"}, id="dark"),
    pytest.param({"viewport": {"width": 390, "height": 844}, "has_touch": True}, id="phone"),
]
TALL = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def base(site):
    return site.serve()


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing_and_nothing_overflows(base, open_tab, look):
    page = open_tab(bypass_csp=True, **look)
    open_as(page, f"{base}{ROOT}/keys")
    make_key(page, "Shop backend")
    assert violations(page) == []
    make_invitation(page, f"{base}{ROOT}/members")
    for path in (
        "general",
        "general/delete",
        "members",
        "keys",
        "keys/rotation",
        "audit",
        "audit?from=never",
    ):
        page.goto(f"{base}{ROOT}/{path}")
        assert violations(page) == [], path
        assert page.evaluate(TALL) == 0, path


def make_key(page, name):
    page.fill("#name", name)
    page.click("main button.primary")
    expect(page.locator("#once")).to_be_visible()


def make_invitation(page, address):
    page.goto(address)
    page.fill("#email", "mia@example.com")
    page.click("main button.primary")
    expect(page.locator("#once")).to_be_visible()


def test_people_and_keys_are_managed_by_keyboard_without_scripts(base, open_tab):
    page = open_tab(java_script_enabled=False)
    open_as(page, f"{base}{ROOT}/members")

    page.focus("#email")
    page.keyboard.type("mia@example.com")
    page.keyboard.press("Tab")
    page.keyboard.type("Au")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#secret")).to_be_focused()
    expect(page.locator("#secret")).to_have_value(re.compile("/invitation#"))
    page.get_by_role("link", name="I’ve copied it").press("Enter")
    row = page.get_by_role("row").filter(has_text="mia@example.com")
    expect(row).to_contain_text("Author")
    row.get_by_label("Actions for the invitation of mia@example.com").press("Enter")
    row.get_by_role("link", name="Revoke").press("Enter")
    page.get_by_role("button", name="Revoke invitation").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("The invitation was revoked.")

    page.get_by_role("navigation", name="Settings").get_by_role("link", name="Keys").press("Enter")
    page.fill("#name", "Nightly export")
    page.press("#name", "Enter")
    expect(page.locator("#secret")).to_have_value(re.compile("dash_ingest_"))
    page.get_by_role("link", name="Revoke Nightly export").press("Enter")
    page.get_by_role("button", name="Revoke key").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("The key was revoked.")

    page.get_by_role("navigation", name="Settings").get_by_role("link", name="Audit log").press(
        "Enter"
    )
    entries = page.get_by_role("table", name="Entries").get_by_role("row")
    for act in ("Member invited", "Invitation revoked", "Key created", "Key revoked"):
        expect(entries.filter(has_text=act)).to_have_count(1)


def test_the_copy_button_copies_the_secret(base, open_tab):
    page = open_tab()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_as(page, f"{base}{ROOT}/keys")
    make_key(page, "Shop backend")

    page.get_by_role("button", name="Copy").click()

    expect(page.locator("#copied")).to_have_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.locator("#secret").input_value()


def test_on_a_phone_the_navigation_is_a_menu_named_after_the_page(base, open_tab):
    page = open_tab(viewport={"width": 390, "height": 844})
    open_as(page, f"{base}{ROOT}/keys")

    page.locator("details.side summary").press("Enter")
    page.get_by_role("link", name="Audit log").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Audit log")
    expect(page.locator("details.side summary")).to_have_text("Audit log")
