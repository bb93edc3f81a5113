"""Who somebody is that a provider vouches for: nine rules, each against a provider."""

import pytest

from dashapp.domain.access.actors import Action
from dashapp.domain.access.roles import Role
from dashapp.domain.time.instant import to_us
from dashapp.store.administration.change import changing
from dashapp.store.administration.invitations import invite
from dashapp.store.administration.members import remove_member, set_member
from dashapp.store.administration.providers import set_installation_provider, set_provider
from dashapp.store.audit.entries import Wanted, list_entries
from dashapp.store.people import users
from dashapp.store.people.members import role_of
from dashapp.store.tables import identities
from dashapp.store.tables import users as users_table
from tests import factories
from tests.web.sign_on.conftest import SITE, link_account, set_up

pytestmark = pytest.mark.both_databases
EVE = {"sub": "eve-1", "email": "eve@acme.example", "email_verified": True}


def change(store, owner, act, *args, **options):
    with changing(store, owner, factories.OPERATOR, now=to_us(factories.NOW)) as changed:
        return act(changed, *args, **options)


def role(store, owner, email):
    with store.read_shared() as session:
        user = users.find_user_or_none(session, email)
        return None if user is None else role_of(session, owner, user.id)


def audit(store, owner, action: Action) -> list[tuple]:
    with store.read(owner) as session:
        entries = list_entries(session, owner, Wanted(action=action.value))
    return [(entry.actor_name, entry.target, entry.before, entry.after) for entry in entries]


def test_1_a_session_through_an_orgs_own_provider_opens_that_org_only(
    store, acme, rival, wish, browser, provider
):
    """Rival's owner may name any address at their own provider: it opens nothing of Acme."""
    factories.add_user(store, "ada@acme.example", (acme, Role.OWNER), (rival, Role.MEMBER))
    set_up(store, rival, wish)
    link_account(browser, "/sso/rival/start")

    assert browser.client.get("/app/rival", follow_redirects=False).status_code != 404
    assert browser.client.get("/app/acme/operations").status_code == 404
    assert browser.client.get("/app/acme/settings/general").status_code == 404


def test_2_an_identity_is_provider_issuer_and_subject(store, acme, wish, browser, provider):
    """The address may change there; another subject with the same address is somebody else."""
    set_up(store, acme, wish._replace(joins_as=Role.AUTHOR), ["acme.example"])
    browser.sign_on()
    provider.person["email"] = "countess@acme.example"
    assert browser.sign_on().status_code == 303
    assert role(store, acme, "countess@acme.example") is None

    provider.person = {**EVE, "email": "ada@acme.example"}

    assert "/sso/link/" in browser.sign_on().location


def test_2_another_issuer_drops_the_identities(store, acme, wish, browser):
    set_up(store, acme, wish._replace(joins_as=Role.AUTHOR), ["acme.example"])
    browser.sign_on()

    change(store, acme, set_provider, wish._replace(issuer="https://other.example"), SITE)

    with store.read_shared() as session:
        assert session.execute(identities.select()).all() == []
    assert not browser.is_signed_in


def test_2_who_was_removed_comes_back_by_invitation_only(store, acme, wish, browser):
    set_up(store, acme, wish._replace(joins_as=Role.AUTHOR), ["acme.example"])
    browser.sign_on()
    with store.read_shared() as session:
        ada = users.find_user(session, "ada@acme.example")
    change(store, acme, remove_member, ada)

    assert not browser.is_signed_in
    assert browser.sign_on().status_code == 403
    change(store, acme, invite, "ada@acme.example", Role.ANALYTICS_VIEWER)
    assert browser.sign_on().status_code == 303
    assert role(store, acme, "ada@acme.example") is Role.ANALYTICS_VIEWER


def test_3_an_existing_account_needs_its_password_once(store, acme, wish, browser):
    factories.add_user(store, "ada@acme.example", (acme, Role.ADMIN))
    set_up(store, acme, wish)

    link = browser.sign_on().location
    page = browser.client.get(link)
    assert "Enter its password once" in page.text
    assert not browser.is_signed_in

    response = link_account(browser)
    assert (response.status_code, response.location) == (303, "/app/acme/operations")
    assert audit(store, acme, Action.IDENTITY_LINKED)[0][:2] == ("ada@acme.example",) * 2
    browser.client.delete_cookie("session")
    assert browser.sign_on().location == "/app/acme/operations"


def test_3_a_verified_address_alone_links_nothing(store, acme, wish, browser):
    factories.add_user(store, "ada@acme.example", (acme, Role.ADMIN))
    set_up(store, acme, wish)
    link = browser.sign_on().location
    token = factories.hidden_value(browser.client.get(link).text, "csrf_token")

    assert browser.client.post(link, data={"csrf_token": token}).status_code == 200
    with store.read_shared() as session:
        assert session.execute(identities.select()).all() == []


def test_3_a_session_from_before_proves_nothing(store, acme, wish, browser, clock):
    """Somebody who finds an open browser cannot connect their own identity to its account."""
    factories.add_user(store, "ada@acme.example", (acme, Role.ADMIN))
    set_up(store, acme, wish)
    factories.login(browser.client, "ada@acme.example")
    clock.advance(seconds=1)
    link = browser.sign_on().location

    assert "Enter its password once" in browser.client.get(link).text


def test_3_the_link_page_is_that_browsers(store, acme, wish, browser, other_browser):
    factories.add_user(store, "ada@acme.example", (acme, Role.ADMIN))
    set_up(store, acme, wish)
    link = browser.sign_on().location
    other_browser.client.get("/sso/acme/start")

    assert other_browser.client.get(link).status_code == 400


def test_3_an_account_without_a_password_is_told_what_to_do(store, acme, wish, browser):
    with store.write_shared() as session:
        users.insert_user(session, "ada@acme.example", "", now=1)
        ada = users.find_user(session, "ada@acme.example")
    change(store, acme, set_member, ada, Role.AUTHOR)
    set_up(store, acme, wish)

    page = browser.client.get(browser.sign_on().location)

    assert "it has no password" in page.text
    assert 'href="/forgot"' in page.text


@pytest.mark.parametrize(
    ("domains", "joins_as", "verified", "status"),
    [
        (["acme.example"], Role.AUTHOR, True, 303),
        (["acme.example"], Role.AUTHOR, None, 303),  # its own domain, its own provider
        (["acme.example"], Role.AUTHOR, False, 403),
        (["acme.example"], Role.AUTHOR, "true", 403),
        (["acme.example"], None, True, 403),
        ([], Role.AUTHOR, True, 403),
        (["other.example"], Role.AUTHOR, True, 403),
    ],
)
def test_4_new_people_join_only_from_a_proven_domain(
    store, acme, wish, browser, provider, domains, joins_as, verified, status
):
    set_up(store, acme, wish._replace(joins_as=joins_as), domains)
    provider.person = {**EVE, "email_verified": verified}
    if verified is None:
        del provider.person["email_verified"]

    assert browser.sign_on().status_code == status
    assert (role(store, acme, "eve@acme.example") is Role.AUTHOR) is (status == 303)


def test_4_the_invited_are_created(store, acme, wish, browser, provider):
    set_up(store, acme, wish)
    provider.person = {**EVE, "name": "Eve"}
    assert browser.sign_on().status_code == 403
    change(store, acme, invite, "eve@acme.example", Role.ADMIN)

    assert browser.sign_on().status_code == 303
    assert role(store, acme, "eve@acme.example") is Role.ADMIN
    assert audit(store, acme, Action.INVITATION_ACCEPTED) == [
        ("eve@acme.example", "eve@acme.example", None, {"role": "ADMIN"})
    ]


def test_4_a_refusal_does_not_tell_whether_there_is_an_account(
    store, acme, rival, wish, browser, provider
):
    factories.add_user(store, "eve@acme.example", (rival, Role.OWNER))
    set_up(store, acme, wish)
    provider.person = EVE
    known = browser.sign_on()
    provider.person = {**EVE, "sub": "mia-1", "email": "mia@acme.example"}
    unknown = browser.sign_on()

    assert known.status_code == unknown.status_code == 403
    assert known.text == unknown.text


@pytest.mark.parametrize("email", [["eve@acme.example"], 7, None, "", "eve", "a@b@c.example"])
def test_4_an_address_is_one_text(store, acme, wish, browser, provider, email):
    set_up(store, acme, wish._replace(joins_as=Role.AUTHOR), ["acme.example", "c.example"])
    provider.person = {**EVE, "email": email}

    assert browser.sign_on().status_code == 403


def test_5_an_address_that_only_a_provider_names_is_not_confirmed(store, acme, wish, browser):
    set_up(store, acme, wish._replace(joins_as=Role.AUTHOR), ["acme.example"])
    browser.sign_on()

    with store.read_shared() as session:
        row = session.execute(users_table.select()).one()
    assert (row.email, row.email_confirmed_at, row.password_hash) == ("ada@acme.example", None, "")


@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        (["staff", "admins"], Role.ADMIN),
        ("staff", Role.ANALYTICS_VIEWER),
        (["owners"], Role.MEMBER),
        (["OWNER", 7, None], Role.MEMBER),
        (None, Role.MEMBER),
    ],
)
def test_6_roles_follow_the_claim_at_each_sign_in(
    store, acme, wish, browser, provider, groups, expected
):
    roles = {"staff": Role.ANALYTICS_VIEWER, "admins": Role.ADMIN}
    set_up(
        store,
        acme,
        wish._replace(role_claim="groups", roles=roles, joins_as=None),
        ["acme.example"],
    )
    change(store, acme, invite, "ada@acme.example", Role.AUTHOR)
    provider.person["groups"] = ["admins"]
    browser.sign_on()
    provider.person["groups"] = groups

    browser.sign_on()

    assert role(store, acme, "ada@acme.example") is expected
    changed = audit(store, acme, Action.ROLE_CHANGED)
    assert [entry[3] for entry in changed] == (
        [] if expected is Role.ADMIN else [{"role": expected}]
    )


def test_6_a_provider_makes_and_lowers_no_owners(store, acme, wish, browser, provider):
    factories.add_user(store, "ada@acme.example", (acme, Role.OWNER))
    set_up(store, acme, wish._replace(role_claim="groups", roles={"staff": Role.AUTHOR}))
    provider.person["groups"] = ["staff"]

    link_account(browser)

    assert role(store, acme, "ada@acme.example") is Role.OWNER


def test_the_installations_provider_opens_all_orgs_of_a_person(
    store, acme, rival, wish, browser, provider
):
    factories.add_user(store, "ada@acme.example", (acme, Role.OWNER), (rival, Role.AUTHOR))
    with store.write_shared() as session:
        set_installation_provider(session, factories.OPERATOR, wish, SITE, now=1)

    link_account(browser, "/sso/start")

    assert browser.client.get("/app/acme/operations").status_code == 200
    assert browser.client.get("/app/rival/operations").status_code == 200


def test_the_installations_provider_takes_in_the_invited(
    store, acme, rival, wish, browser, provider
):
    with store.write_shared() as session:
        set_installation_provider(session, factories.OPERATOR, wish, SITE, now=1)
    provider.person = EVE
    assert browser.sign_on("/sso/start").status_code == 403
    change(store, acme, invite, "eve@acme.example", Role.AUTHOR)
    provider.person = {**EVE, "email_verified": False}
    assert browser.sign_on("/sso/start").status_code == 403
    provider.person = EVE

    assert browser.sign_on("/sso/start").location == "/app/acme/operations"
    assert role(store, acme, "eve@acme.example") is Role.AUTHOR
    assert role(store, rival, "eve@acme.example") is None
