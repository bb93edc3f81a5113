"""Previews in orgs that a password alone does not open."""

import re

from sqlalchemy import update

from dashapp.domain.secrets.sealing import Secrets
from dashapp.store.administration.change import changing
from dashapp.store.administration.people.providers import Site, Wish, set_provider
from dashapp.store.sign_on import providers
from dashapp.store.tables import login_sessions, orgs
from tests import factories
from tests.embedding import exchange

FRAME = re.compile(r"/embed/acme/operations\?preview#token=([^\"]+)")


def test_who_may_see_the_settings_may_see_the_preview(browser, client, store, acme):
    ada = browser("ada@example.com")
    wish, site = Wish("SSO", "https://sso.example", "dashapp"), Site(Secrets(factories.SECRET))
    with changing(store, acme, factories.OPERATOR, now=1) as change:
        provider = set_provider(change, wish, site)
    with store.write_shared() as session:
        providers.set_provider(session, provider, is_only_way=True)
    page = ada.get("/app/acme/settings/embedding")
    assert "/sso/acme/start" in page.location
    with store.write_shared() as session:
        session.execute(update(login_sessions).values(method="totp"))

    token = FRAME.search(ada.get("/app/acme/settings/embedding").text)[1]

    assert exchange(client, token).status_code == 200


def test_a_preview_ends_when_the_org_asks_for_a_second_factor(browser, client, store, acme):
    token = FRAME.search(browser("ada@example.com").get("/app/acme/settings/embedding").text)[1]
    new = exchange(client, token).json["token"]
    with store.write_shared() as session:
        session.execute(update(orgs).values(requires_second_factor=True))

    assert exchange(client, new).status_code == 401
