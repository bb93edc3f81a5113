"""What a session through an org's own provider must not reach, and two requests at once."""

import html
import re

import pytest

from dashapp.domain.access.roles import Role
from dashapp.domain.errors import Conflict
from dashapp.domain.sign_on.claims import Said
from dashapp.store.people import users
from dashapp.store.sign_on import identities
from tests import factories
from tests.factories import hidden_value
from tests.web.sign_on.conftest import link_account, set_up


def test_a_session_through_an_orgs_provider_does_not_rename_the_person(
    store, acme, rival, wish, browser
):
    """Acme's members would see the name that Rival's owner chose for Ada."""
    ada = factories.add_user(store, "ada@acme.example", (acme, Role.OWNER), (rival, Role.MEMBER))
    set_up(store, rival, wish)
    link_account(browser, "/sso/rival/start")
    token = hidden_value(browser.client.get("/account").text, "csrf_token")

    response = browser.client.post("/account/name", data={"csrf_token": token, "name": "Eve"})

    assert response.status_code == 403
    with store.read_shared() as session:
        assert users.profile_of(session, ada).name != "Eve"


@pytest.mark.both_databases
def test_an_identity_that_is_linked_at_the_same_time_is_a_conflict(store, acme, wish):
    ada = factories.add_user(store, "ada@acme.example", (acme, Role.ADMIN))
    provider = set_up(store, acme, wish)
    said = Said(provider.issuer, "ada-1", "ada@acme.example", True, None, None)
    with store.write_shared() as session:
        identities.link(session, provider, said, ada, now=1)

    with pytest.raises(Conflict, match="at the same time"), store.write_shared() as session:
        identities.link(session, provider, said, ada, now=2)


LINK = "/sso/rival/start?next=/app/rival/operations"
FROM_ELSEWHERE = ({"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "none"}, {},
                  {"Referer": "https://evil.example/"})  # fmt: skip


def test_a_link_to_a_provider_does_not_replace_a_session(store, acme, rival, wish, browser):
    """Rival's owner sends Ada the link: she must not go on in an account that Rival knows."""
    factories.add_user(store, "ada@acme.example", (acme, Role.OWNER), (rival, Role.MEMBER))
    set_up(store, rival, wish)
    factories.login(browser.client, "ada@acme.example")

    for headers in FROM_ELSEWHERE:
        question = browser.client.get(LINK, headers=headers)
        assert (question.status_code, question.location) == (200, None)
        assert "You are signed in as ada@acme.example." in question.text
    assert browser.client.post(LINK, data={"csrf_token": "x"}).status_code == 400
    fields = {name: hidden_value(question.text, name) for name in ("csrf_token", "next")}
    leads = browser.client.post(LINK, data=fields)
    address = re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', leads.text)[1]
    assert address.startswith(f"{wish.issuer}/authorize?")
    link = browser.come_back(browser.at_provider(html.unescape(address))).location
    assert link.startswith("/sso/link/")


def test_a_link_to_a_provider_works_without_a_session(store, acme, wish, browser):
    set_up(store, acme, wish)

    for headers in FROM_ELSEWHERE:
        answer = browser.client.get("/sso/acme/start", headers=headers)
        assert (answer.status_code, answer.location.partition("?")[0]) == (
            302, f"{wish.issuer}/authorize",
        )  # fmt: skip
