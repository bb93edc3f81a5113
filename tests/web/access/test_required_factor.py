"""Orgs that ask for a second factor open only for members who have one."""

import pytest

from dashapp.store.administration.change import changing
from dashapp.store.administration.org_settings import change_settings
from dashapp.store.people import second_factors, users
from dashapp.store.people.login_sessions import NewSession, insert_session
from dashapp.web.access import policies
from tests import factories
from tests.web.pages.account.signing import BOARD, set_up_app

SETUP = "/account/second-factor?org=Acme"


@pytest.fixture(autouse=True)
def _required(store, acme):
    with changing(store, acme, factories.OPERATOR, now=1) as change:
        change_settings(change, requires_second_factor=True)


@pytest.mark.both_databases
def test_nothing_of_the_org_opens_without_a_second_factor(browser):
    client = browser("ada@example.com")

    for path in (BOARD, "/app/acme", f"{BOARD}/layout", "/app/acme/settings/general"):
        assert client.get(path).location == SETUP, path
    assert factories.refresh(client).status_code == 403
    assert client.get(f"{BOARD}/_dash-layout").status_code == 403
    answer = client.get("/api/v1/dashboards?org=acme")
    assert (answer.status_code, answer.json["error"]["code"]) == (403, "second_factor_required")
    assert client.get(SETUP).status_code == 200


def test_other_orgs_are_not_affected(browser):
    client = browser("bea@example.com")

    assert client.get("/app/rival/operations").status_code == 200
    assert client.get(BOARD).location == SETUP


def test_with_a_second_factor_the_org_opens(browser, clock):
    client = browser("ada@example.com")
    set_up_app(client, clock)

    assert client.get(BOARD).status_code == 200


def test_the_installations_provider_is_no_second_factor(server, store, acme, clock):
    """An org knows whether its own provider asks for one, but not what the vendor's does."""
    with store.write_shared() as session:
        ada = users.find_user(session, "ada@example.com").id
        new = NewSession(ada, acme.org_id, "form", "/", "sso", provider=None)
        started = insert_session(session, new, now=int(clock().timestamp() * 1_000_000))
    client = server.test_client()
    client.set_cookie("dashapp-session", started)
    assert client.get(BOARD).location == SETUP

    with store.write_shared() as session:
        second_factors.put_authenticator(session, ada, "sealed", now=1)
        second_factors.confirm_authenticator(session, ada, now=1)
    assert client.get(BOARD).status_code == 200


def test_a_forgotten_check_would_be_noticed(browser, monkeypatch):
    monkeypatch.setattr(policies, "require_second_factor", lambda _membership: None)

    assert browser("ada@example.com").get(BOARD).status_code == 200
