"""Single sign-on in a browser: connect an account, make it the only way, and sign out."""

import os

import pytest
from playwright.sync_api import expect

from dashapp.domain.access.roles import Role
from tests import factories
from tests.web.sign_on.conftest import set_up
from tests.web.sign_on.provider import CLIENT_ID, CLIENT_SECRET, running_provider

pytestmark = pytest.mark.browser
PICTURES = os.environ.get("DASHAPP_PICTURES")


@pytest.fixture
def provider():
    with running_provider(factories.Clock()) as provider:
        provider.asks = True
        yield provider


def picture(page, name: str) -> None:
    """Take pictures for people who want to look: DASHAPP_PICTURES names a folder."""
    if PICTURES is None:
        return
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        for width in (1440, 390):
            page.set_viewport_size({"width": width, "height": 900})
            page.screenshot(path=f"{PICTURES}/{name}-{width}-{theme}.png", full_page=True)
    page.emulate_media(color_scheme="light")


def test_an_owner_connects_the_account_and_signs_in_and_out(site, page, provider):
    from dashapp.store.administration.providers import Wish

    factories.add_user(site.store, "ada@acme.example", (site.acme_scope, Role.OWNER))
    wish = Wish("Acme SSO", provider.issuer, CLIENT_ID, CLIENT_SECRET)
    set_up(site.store, site.acme_scope, wish, ["acme.example"])
    url = site.serve(allows_private_providers=True)

    page.goto(f"{url}/login")
    page.get_by_role("link", name="Sign in with your organization").click()
    picture(page, "choose")
    page.get_by_label("Email").fill("ada@acme.example")
    page.get_by_role("button", name="Continue").click()
    picture(page, "login")
    page.get_by_role("link", name="Sign in with Acme SSO").click()
    page.get_by_role("link", name="Continue as ada@acme.example").click()
    picture(page, "link")
    page.get_by_label("Password").fill(factories.PASSWORD)
    page.get_by_role("button", name="Continue").click()
    picture(page, "connect")
    page.get_by_role("button", name="Connect").click()
    page.wait_for_selector("#board")

    page.goto(f"{url}/app/acme/settings/sign-on")
    page.get_by_role("button", name="Test the provider").click()
    expect(page.get_by_role("status").first).to_contain_text("answers as it should")
    picture(page, "settings")
    page.get_by_role("link", name="Make it the only way").click()
    picture(page, "only-way")
    page.get_by_role("button", name="Make it the only way").click()
    expect(page.get_by_role("status").first).to_contain_text("with the provider only")

    page.goto(f"{url}/app/acme/operations")
    token = page.locator("form[action$='/logout'] [name=csrf_token]").first.input_value()
    assert token
    page.locator("form[action$='/logout']").first.evaluate("form => form.submit()")
    expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()
    picture(page, "signed-out")
    page.get_by_role("link", name="Sign out of Acme SSO").click()
    expect(page.get_by_role("heading", name="Signed out of Acme SSO")).to_be_visible()
