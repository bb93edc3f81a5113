"""The account in a browser: passkeys with a virtual authenticator, and pages that fit and are read."""

import re

import pytest

from dashapp.domain.time.instant import utc_now
from tests import factories
from tests.browser.board_page import wait_until_true
from tests.browser.test_accessibility import violations

pytestmark = pytest.mark.browser

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def url(site):
    return site.serve(utc_now).replace("127.0.0.1", "localhost")


@pytest.fixture
def tab(chromium):
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


@pytest.fixture
def key(tab):
    """A virtual authenticator in the tab's browser."""
    session = tab.context.new_cdp_session(tab)
    session.send("WebAuthn.enable")
    options = {"options": AUTHENTICATOR}
    authenticator = session.send("WebAuthn.addVirtualAuthenticator", options)["authenticatorId"]

    class Key:
        def send(self, command, **arguments):
            arguments["authenticatorId"] = authenticator
            return session.send(f"WebAuthn.{command}", arguments)

        def credential(self):
            return self.send("getCredentials")["credentials"][0]

    return Key()


def sign_in(tab, url):
    tab.goto(f"{url}/login")
    tab.fill("input[name=email]", "ada@example.com")
    tab.fill("input[name=password]", factories.PASSWORD)
    tab.press("input[name=password]", "Enter")
    tab.wait_for_url(re.compile("/app/acme|second-factor"))


def add_passkey(tab, url):
    tab.goto(f"{url}/account")
    tab.fill("[name=passkey_name]", "My laptop")
    tab.click("text=Add a passkey")
    tab.wait_for_selector("text=Your recovery codes")


def leave(tab):
    tab.context.clear_cookies()


def test_a_passkey_signs_in_alone(tab, url, key):
    sign_in(tab, url)
    add_passkey(tab, url)
    leave(tab)

    tab.goto(f"{url}/login")
    tab.click("text=Sign in with a passkey")
    tab.wait_for_url(re.compile("/app/acme"))


def test_a_passkey_is_the_second_factor(tab, url, key):
    sign_in(tab, url)
    add_passkey(tab, url)
    leave(tab)

    sign_in(tab, url)
    assert tab.url.endswith("/login/second-factor")
    tab.click("text=Use a passkey")
    tab.wait_for_url(re.compile("/app/acme"))


def refused(tab, button="text=Sign in with a passkey"):
    tab.click(button)
    return tab.wait_for_selector("[role=alert]:not([hidden])").inner_text()


def test_a_passkey_whose_count_goes_back_is_refused(tab, url, key):
    sign_in(tab, url)
    add_passkey(tab, url)
    before = key.credential()
    leave(tab)
    tab.goto(f"{url}/login")
    tab.click("text=Sign in with a passkey")
    tab.wait_for_url(re.compile("/app/acme"))
    leave(tab)
    key.send("removeCredential", credentialId=before["credentialId"])
    copied = {**before, "signCount": 0}
    key.send("addCredential", credential=copied)

    tab.goto(f"{url}/login")
    assert "was not accepted" in refused(tab)


def test_a_passkey_that_is_not_unlocked_does_not_sign_in_alone(tab, url, key):
    sign_in(tab, url)
    add_passkey(tab, url)
    leave(tab)
    key.send("setUserVerified", isUserVerified=False)

    tab.goto(f"{url}/login")
    assert "could not be used" in refused(tab)


def signed(tab, url, purpose="get"):
    """Sign a challenge, and return the fields of the form instead of sending it."""
    tab.goto(f"{url}/login")
    tab.evaluate(
        """() => { HTMLFormElement.prototype.submit = function () {
          window.fields = Object.fromEntries(new FormData(this)); } }"""
    )
    tab.click("text=Sign in with a passkey")
    return wait_until_true(tab, "window.fields")


def test_what_a_passkey_signed_works_once(tab, url, key):
    sign_in(tab, url)
    add_passkey(tab, url)
    leave(tab)
    fields = signed(tab, url)
    cookies = tab.context.cookies()

    def send():
        leave(tab)
        tab.context.add_cookies(cookies)
        response = tab.request.post(f"{url}/login/passkey", form=fields, max_redirects=0)
        return response.status

    assert (send(), send()) == (303, 401)


def test_passkeys_are_hidden_on_ip_addresses_and_the_page_says_why(tab, site):
    url = site.serve(utc_now)
    tab.goto(f"{url}/login")
    assert tab.locator("text=Sign in with a passkey").count() == 0
    sign_in(tab, url)
    tab.goto(f"{url}/account")
    assert "Passkeys need a host name" in tab.inner_text("main")


@pytest.mark.parametrize(("scheme", "width"), [("light", 1440), ("dark", 390)])
def test_the_pages_of_the_account_fit_and_are_accessible(open_tab, url, scheme, width):
    viewport = {"width": width, "height": 900}
    tab = open_tab(viewport=viewport, color_scheme=scheme, bypass_csp=True)
    sign_in(tab, url)

    for path in ("", "/confirm", "/second-factor?org=Acme"):
        tab.goto(f"{url}/account{path}")
        assert tab.evaluate("document.documentElement.scrollWidth") <= width, path
        assert violations(tab) == [], path
    tab.goto(f"{url}/account")
    tab.click("text=Set up an app")
    tab.wait_for_selector("svg")
    assert violations(tab) == []
