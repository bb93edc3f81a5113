"""Links of mails in a browser: an invitation, and a forgotten password."""

import os
import re

import pytest
from playwright.sync_api import expect

from dashapp.domain.access.actors import Actor, ActorKind
from dashapp.domain.access.roles import Role
from dashapp.domain.secrets.sealing import Secrets
from dashapp.mail.sending import Postman
from dashapp.store.administration.change import changing
from dashapp.store.administration.people import invitations
from dashapp.store.mail.outbox import Outbox
from dashapp.store.people import users
from tests import factories
from tests.browser import board_page
from tests.browser.test_accessibility import violations
from tests.factories import SECRET
from tests.mail import peer as peers

pytestmark = pytest.mark.browser
URL = "http://localhost"
PASSWORD = "violet-harbor-seven-lanterns"
PICTURES = os.environ.get("DASHAPP_PICTURES")
BY_ADA = Actor(ActorKind.MEMBER, "1", "ada@example.com")


@pytest.fixture
def peer():
    with peers.running() as running:
        yield running


@pytest.fixture
def base(site, peer):
    return site.serve(mail_server=peer.server(), public_url=URL)


@pytest.fixture
def link(site, peer, base):
    """Send what waits, and return the newest mail's link, at this server."""

    def deliver(word: str) -> str:
        now = int(factories.NOW.timestamp() * 1_000_000)
        Postman(site.store, peer.server(), Secrets(SECRET), URL).send_due(now=now)
        text = peer.mails[-1][1].get_body(("plain",)).get_content()
        return re.search(rf"{URL}(/{word}#\S+)", text)[1].replace("/", f"{base}/", 1)

    return deliver


def invite(site, email, role=Role.AUTHOR):
    now = int(factories.NOW.timestamp() * 1_000_000)
    with changing(site.store, site.rival_scope, BY_ADA, now=now) as change:
        invitations.invite(change, email, role, Outbox(Secrets(SECRET)))


def picture(page, name: str) -> None:
    assert violations(page) == []
    if PICTURES:
        for scheme, width in (("light", 1440), ("dark", 1440), ("light", 390), ("dark", 390)):
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme)
            page.screenshot(path=f"{PICTURES}/{name}-{width}-{scheme}.png")
        page.set_viewport_size({"width": 1280, "height": 900})
        page.emulate_media(color_scheme="light")


def test_a_new_person_joins_with_the_link_of_a_mail(site, page, link):
    invite(site, "zoe@example.com")
    address = link("invitation")
    page.goto(address)
    expect(page.get_by_role("heading", name="Join Rival")).to_be_visible()
    assert page.url == address.partition("#")[0]
    picture(page, "join")

    page.get_by_label("Your name").fill("Zoe")
    page.get_by_label("Choose a password").fill("short")
    page.get_by_role("button", name="Join Rival").click()
    expect(page.get_by_role("alert")).to_contain_text("at least")
    picture(page, "join-refused")
    page.get_by_label("Choose a password").fill(PASSWORD)
    page.get_by_role("button", name="Join Rival").click()
    page.wait_for_url("**/app/rival/**")

    page.goto(address)
    expect(page.get_by_role("heading", name="This link doesn’t work any more")).to_be_visible()
    picture(page, "over")


def test_a_person_with_an_account_signs_in_and_accepts(site, page, link):
    with site.store.write_shared() as session:
        users.confirm_email(session, users.find_user(session, "ada@example.com").id, now=1)
    invite(site, "ada@example.com")
    page.goto(link("invitation"))
    picture(page, "sign-in-to-accept")
    page.get_by_role("link", name="Sign in to accept").click()
    board_page.log_in(page, "ada@example.com")
    page.get_by_role("button", name="Join Rival").click()

    page.wait_for_url("**/app/rival/**")


def test_somebody_else_signs_out_first(site, page, link, base):
    page.goto(base)
    board_page.log_in(page, "ada@example.com")
    page.wait_for_url("**/app/acme/**")
    invite(site, "zoe@example.com")
    page.goto(link("invitation"))
    expect(page.get_by_text("You are signed in as ada@example.com.")).to_be_visible()
    picture(page, "somebody-else")
    page.get_by_role("button", name="Sign out and continue").click()

    expect(page.get_by_label("Choose a password")).to_be_visible()


def test_a_forgotten_password_is_replaced(page, link, base):
    page.goto(f"{base}/login")
    picture(page, "login")
    page.get_by_role("link", name="Forgot your password?").click()
    picture(page, "forgot")
    page.get_by_label("Email").fill("ada@example.com")
    page.get_by_role("button", name="Send the link").click()
    expect(page.get_by_role("heading", name="Check your mail")).to_be_visible()
    picture(page, "forgot-sent")

    page.goto(link("reset"))
    picture(page, "reset")
    page.get_by_role("textbox", name="New password").fill(PASSWORD)
    page.get_by_role("button", name="Save password").click()
    picture(page, "reset-done")
    page.get_by_role("link", name="Sign in").click()
    board_page.log_in(page, "ada@example.com", PASSWORD)
    page.wait_for_url("**/app/acme/**")


def test_without_scripts_the_code_is_pasted(site, open_tab, link):
    invite(site, "zoe@example.com")
    address, _hash, secret = link("invitation").partition("#")
    page = open_tab(java_script_enabled=False)
    page.goto(f"{address}#{secret}")
    page.get_by_label("Code or link").fill(secret)
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/code.png")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="Join Rival")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_mail_fits_a_phone(site, page, peer, link, scheme):
    invite(site, "zoe@example.com")
    link("invitation")
    page.set_viewport_size({"width": 390, "height": 700})
    page.emulate_media(color_scheme=scheme)
    page.set_content(peer.mails[-1][1].get_body(("html",)).get_content())

    assert page.evaluate("document.documentElement.scrollWidth") == 390
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/mail-{scheme}.png")
