"""A provider as the only way in, the login page, signing out, and metadata that are kept."""

import pytest
from sqlalchemy import select

from dashapp.domain.access.actors import ActorKind
from dashapp.domain.access.roles import Role
from dashapp.domain.errors import Conflict, Forbidden
from dashapp.settings import MailServer
from dashapp.store.administration.change import changing
from dashapp.store.administration.people.providers import (
    set_domains,
    set_installation_only_way,
    set_installation_provider,
    set_only_way,
)
from dashapp.store.audit.entries import Wanted, list_entries
from dashapp.store.people import login_sessions, users
from dashapp.store.people.login_sessions import NewSession
from dashapp.store.people.memberships import Visitor, closed_org, find_membership
from dashapp.store.sign_on.providers import provider_of, set_provider
from dashapp.store.tables import outbox
from dashapp.web.access.login.sessions import How, sign_in
from dashapp.web.services import services
from tests import factories
from tests.factories import hidden_value
from tests.web.sign_on.conftest import SITE, link_account, set_up


@pytest.fixture
def only_way(store, acme, wish):
    """Acme's provider is the only way in; Ada owns Acme, and Bob is an author there."""
    ada = factories.add_user(store, "ada@acme.example", (acme, Role.OWNER))
    bob = factories.add_user(store, "bob@acme.example", (acme, Role.AUTHOR))
    provider = set_up(store, acme, wish)
    with store.write_shared() as session:
        set_provider(session, provider, is_only_way=True)
    return ada, bob, provider


def opens(store, user, provider=None, method="password") -> bool:
    with store.read_shared() as session:
        return find_membership(session, Visitor(user, provider, method), "acme") is not None


@pytest.mark.both_databases
def test_7_only_the_provider_opens_the_org(store, only_way):
    ada, bob, provider = only_way

    assert opens(store, bob, provider.id, "sso")
    assert not opens(store, bob)
    assert not opens(store, bob, None, "totp")
    assert not opens(store, ada)
    assert opens(store, ada, None, "totp")
    assert opens(store, ada, None, "passkey")
    with store.read_shared() as session:
        assert closed_org(session, Visitor(bob)) == "acme"
        assert closed_org(session, Visitor(ada, None, "totp")) is None


@pytest.mark.both_databases
def test_7_the_installations_provider_can_be_the_only_way(store, acme, wish):
    bob = factories.add_user(store, "bob@acme.example", (acme, Role.AUTHOR))
    with store.write_shared() as session:
        set_installation_provider(session, factories.OPERATOR, wish, SITE, now=1)
        set_installation_only_way(session, factories.OPERATOR, is_only_way=True, now=1)

    assert not opens(store, bob)
    assert opens(store, bob, None, "sso")


def test_7_a_password_leads_to_the_provider(only_way, browser, provider):
    factories.login(browser.client, "bob@acme.example")

    page = browser.client.get("/app/acme/operations")

    assert page.location == "/sso/acme/start?next=/app/acme/operations"
    assert browser.client.get("/welcome").location == "/app/acme"
    assert browser.client.get("/api/v1/dashboards?org=acme").status_code == 404


def test_7_it_is_switched_on_only_from_a_session_of_that_provider(store, acme, wish):
    provider = set_up(store, acme, wish)

    def switch(**options) -> None:
        with changing(store, acme, factories.OPERATOR, now=2) as change:
            set_only_way(change, **options)

    with pytest.raises(Conflict):
        switch(is_only_way=True)
    with pytest.raises(Conflict):
        switch(is_only_way=True, session_provider="k-another")
    switch(is_only_way=True, session_provider=provider.id)
    switch(is_only_way=False)


def test_7_another_client_is_not_the_only_way(store, acme, wish, only_way):
    changed = set_up(store, acme, wish._replace(client_id="other"))

    assert not changed.is_only_way


def test_a_secret_is_not_sent_to_another_provider(store, acme, wish):
    assert set_up(store, acme, wish).sealed is not None
    assert set_up(store, acme, wish._replace(secret=None, name="New")).sealed is not None
    moved = wish._replace(secret=None, issuer="https://other.example")
    assert set_up(store, acme, moved).sealed is None


def test_only_owners_and_the_vendor_decide(store, acme, rival, wish):
    admin = factories.scope(acme.org, Role.ADMIN)
    with pytest.raises(Forbidden):
        set_up(store, admin, wish)
    member = factories.OPERATOR._replace(kind=ActorKind.MEMBER)
    with changing(store, acme, member, now=1) as change, pytest.raises(Forbidden):
        set_domains(change, ["acme.example"])


def test_a_domain_belongs_to_one_org(store, acme, rival, wish):
    set_up(store, acme, wish, ["acme.example"])

    with pytest.raises(Conflict):
        set_up(store, rival, wish, ["ACME.example"])


@pytest.mark.parametrize("domain", ["gmail.com", "co.uk", "github.io", "localhost", "1.2.3.4", ""])
def test_domains_of_everybody_are_refused(store, acme, wish, domain):
    from dashapp.domain.errors import BadInput

    with pytest.raises(BadInput):
        set_up(store, acme, wish, [domain])


def test_8_who_signs_out_can_sign_out_of_the_provider_too(store, acme, wish, browser, provider):
    set_up(store, acme, wish._replace(joins_as=Role.AUTHOR), ["acme.example"])
    browser.sign_on()

    page = factories.logout(browser.client)

    assert page.status_code == 200
    assert f'href="{provider.issuer}/logout?client_id=dashapp&amp;post_logout_redirect_uri=' in (
        page.text
    )
    assert "id_token_hint" not in page.text
    assert not browser.is_signed_in


def test_the_login_page_offers_providers(store, acme, wish, browser):
    assert "Sign in with Acme SSO" not in browser.client.get("/login?org=acme").text
    set_up(store, acme, wish, ["acme.example"])

    assert 'href="/sso/acme/start"' in browser.client.get("/login?org=acme").text
    assert "/sso/acme/start" not in browser.client.get("/login").text


def test_an_address_leads_to_the_provider_of_its_domain(store, acme, wish, browser):
    """Whether somebody has this address does not matter."""
    set_up(store, acme, wish, ["acme.example"])

    def find(email):
        token = hidden_value(browser.client.get("/sso").text, "csrf_token")
        return browser.client.post("/sso", data={"csrf_token": token, "email": email})

    assert find("nobody@acme.example").location == "/login?org=acme"
    assert find("ada@other.example").status_code == 422


def test_keys_are_fetched_again_once_a_minute_when_one_is_unknown(
    store, acme, wish, browser, provider, clock
):
    set_up(store, acme, wish._replace(joins_as=Role.AUTHOR), ["acme.example"])
    browser.sign_on()
    provider.rotate()

    assert browser.sign_on().status_code == 400
    clock.advance(seconds=61)
    assert browser.sign_on().status_code == 303
    provider.fault = "unknown_key"
    assert [browser.sign_on().status_code for _ in range(3)] == [400] * 3
    assert provider.requests["/keys"] == 2
    assert provider.requests["/.well-known/openid-configuration"] == 1


def test_a_provider_may_be_down_for_a_day(store, acme, wish, browser, provider, clock, caplog):
    set_up(store, acme, wish._replace(joins_as=Role.AUTHOR), ["acme.example"])
    browser.sign_on()
    provider.fault = "down"

    def begin():
        return browser.client.get("/sso/acme/start", headers={"Sec-Fetch-Site": "same-origin"})

    clock.advance(hours=2)

    assert begin().status_code == 302
    assert "a provider fails; what it said before is used" in caplog.messages
    asked = provider.requests["/.well-known/openid-configuration"]
    assert begin().status_code == 302
    assert provider.requests["/.well-known/openid-configuration"] == asked
    clock.advance(hours=23)
    assert begin().status_code == 503


def test_metadata_of_another_issuer_are_refused(store, acme, wish, browser, provider):
    set_up(store, acme, wish)
    provider.fault = "metadata_of_another_issuer"

    assert browser.client.get("/sso/acme/start").status_code == 503


def test_a_removed_provider_opens_nothing(store, acme, wish, browser):
    from dashapp.store.administration.people.providers import remove_provider

    set_up(store, acme, wish._replace(joins_as=Role.AUTHOR), ["acme.example"])
    browser.sign_on()
    with changing(store, acme, factories.OPERATOR, now=3) as change:
        remove_provider(change)

    assert not browser.is_signed_in
    with store.read_shared() as session:
        assert provider_of(session, acme) is None


def test_the_settings_page_sets_up_and_tests_a_provider(store, acme, browser, provider, clock):
    factories.add_user(store, "ada@acme.example", (acme, Role.OWNER))
    client, page = browser.client, "/app/acme/settings/sign-on"
    factories.login(client, "ada@acme.example")

    def send(path="", **fields):
        token = hidden_value(client.get(page).text, "csrf_token")
        return client.post(page + path, data={"csrf_token": token, **fields})

    fields = {"name": "Acme SSO", "issuer": provider.issuer, "client_id": "dashapp"}
    wrong = send(**{**fields, "issuer": "https://login.example/{tenantid}/v2.0"})
    assert wrong.status_code == 422
    assert "This issuer has a placeholder" in wrong.text
    assert send(**fields, secret="wrong").location == f"{page}?done=saved"
    assert "refuses the client ID or the client secret (invalid_client)" in send("/test").text
    from tests.web.sign_on.provider import CLIENT_SECRET

    send(**fields, secret=CLIENT_SECRET)
    assert "The provider answers as it should" in send("/test").text
    assert CLIENT_SECRET not in client.get(page).text
    assert send("/only-way", is_only_way="1").status_code == 409

    clock.advance(seconds=1)
    link_account(browser)
    assert send("/only-way", is_only_way="1").location == f"{page}?done=only-way"
    assert send("/remove").location == f"{page}?done=removed"


def test_changes_need_a_recent_confirmation(store, acme, browser, provider, clock):
    factories.add_user(store, "ada@acme.example", (acme, Role.OWNER))
    factories.login(browser.client, "ada@acme.example")
    clock.advance(minutes=11)
    page = "/app/acme/settings/sign-on"
    token = hidden_value(browser.client.get(page).text, "csrf_token")

    response = browser.client.post(page, data={"csrf_token": token, "name": "Acme SSO"})

    assert response.location.startswith("/account/confirm")


def test_a_session_of_another_orgs_provider_connects_no_account(store, acme, rival, wish, browser):
    """Rival's provider opened a session as Ada: that does not prove who she is to Acme."""
    ada = factories.add_user(store, "ada@acme.example", (acme, Role.OWNER), (rival, Role.AUTHOR))
    theirs = set_up(store, rival, wish)
    set_up(store, acme, wish)
    link = browser.sign_on().location
    with store.write_shared() as session:
        new = NewSession(ada, rival.org_id, "form", "/", "sso", theirs.id)
        started = login_sessions.insert_session(session, new, now=2**53)
    browser.client.set_cookie("dashapp-session", started)

    assert "Enter its password once" in browser.client.get(link).text


@pytest.mark.both_databases
def test_7_an_owner_who_goes_around_the_provider_is_recorded_and_mailed(store, only_way, acme):
    factories.add_user(store, "olga@acme.example", (acme, Role.OWNER))
    mail = MailServer("127.0.0.1", 25, "smtp", None, None, "d@acme.example")
    server = factories.app(store, mail_server=mail, public_url="http://localhost")
    with store.read_shared() as session:
        ada, bob = (users.find_user(session, f"{name}@acme.example") for name in ("ada", "bob"))
    with server.test_request_context():
        for user, method in ((bob, "totp"), (ada, "password"), (ada, "totp")):
            sign_in(services(), user, How(method), "/app/acme/operations")

    with store.read(acme) as session:
        (entry,) = list_entries(session, acme, Wanted(action="break_glass"))
        mails = session.execute(select(outbox.c.address).where(outbox.c.kind == "break_glass"))
        addresses = sorted(mails.scalars())
    assert (entry.actor_name, entry.after) == (
        "ada@acme.example", {"method": "totp", "provider": "Acme SSO"},
    )  # fmt: skip
    assert addresses == ["ada@acme.example", "olga@acme.example"]
