"""Members and invitations: who may do what, in plain words."""

import re

import pytest

from dashapp.domain.access.roles import Role
from dashapp.store.people import users
from dashapp.store.people.members import role_of
from tests import factories
from tests.web.pages.settings.forms import ROOT, audited, send_form

PAGE = f"{ROOT}/members"


@pytest.fixture
def ids(store, server, acme, rival):
    """The ids of users: an owner, an admin and an author of Acme, and somebody of Rival."""
    ann = factories.add_user(store, "ann@example.com", (acme, Role.ADMIN))
    tom = factories.add_user(store, "tom@example.com", (acme, Role.AUTHOR))
    ron = factories.add_user(store, "ron@example.com", (rival, Role.AUTHOR))
    with store.read_shared() as session:
        ada = users.find_user(session, "ada@example.com").id
    return {"ada": ada, "ann": ann, "tom": tom, "ron": ron}


def role(store, owner, user_id):
    with store.read_shared() as session:
        return role_of(session, owner, user_id)


def test_it_lists_members_without_those_of_other_orgs(browser, ids):
    page = browser("ada@example.com").get(PAGE).text

    assert "tom@example.com" in page
    assert "ron@example.com" not in page
    assert "Not set up" in page


def test_without_a_mail_server_the_link_is_shown_once(browser, ids, store, acme):
    ada = browser("ada@example.com")

    response = send_form(ada, PAGE, email="Mia@Example.com", role="AUTHOR")

    assert response.status_code == 200
    link = re.search(r'value="(http://localhost/invitation#[^"]+)"', response.text)[1]
    page = ada.get(PAGE).text
    assert "mia@example.com" in page
    assert link not in page
    (entry,) = audited(store, acme)
    assert (entry.action, entry.target) == ("member_invited", "mia@example.com")


def test_an_invitation_is_revoked(browser, ids, store, acme):
    ada = browser("ada@example.com")
    page = send_form(ada, PAGE, email="mia@example.com", role="AUTHOR").text
    path = re.search(rf"{PAGE}/invitations/\w+/revoke", page)[0]

    assert send_form(ada, path).location == f"{PAGE}?done=revoked"
    assert "mia@example.com" not in ada.get(PAGE).text
    assert ada.get(path).status_code == 404


def test_sending_again_makes_a_new_link(browser, ids):
    ada = browser("ada@example.com")
    page = send_form(ada, PAGE, email="mia@example.com", role="AUTHOR").text
    path = re.search(rf"{PAGE}/invitations/\w+/resend", page)[0]

    links = [
        re.search(r"/invitation#[\w-]+", text)[0] for text in (page, send_form(ada, path).text)
    ]

    assert links[0] != links[1]


def test_a_role_is_changed(browser, ids, store, acme):
    path = f"{PAGE}/{ids['tom']}/role"

    assert send_form(browser("ann@example.com"), path, role="MEMBER").status_code == 303
    assert role(store, acme, ids["tom"]) is Role.MEMBER
    (entry,) = audited(store, acme)
    assert (entry.before, entry.after) == ({"role": "AUTHOR"}, {"role": "MEMBER"})


def test_only_owners_make_owners(browser, ids, store, acme):
    response = send_form(browser("ann@example.com"), f"{PAGE}/{ids['tom']}/role", role="OWNER")

    assert response.status_code == 403
    assert "Only owners can make someone an owner." in response.text
    assert role(store, acme, ids["tom"]) is Role.AUTHOR


def test_an_admin_cannot_remove_an_owner(browser, ids, store, acme):
    response = send_form(browser("ann@example.com"), f"{PAGE}/{ids['ada']}/remove")

    assert response.status_code == 403
    assert "Only owners can change or remove an owner." in response.text
    assert role(store, acme, ids["ada"]) is Role.OWNER


@pytest.mark.parametrize(("act", "fields"), [("remove", {}), ("role", {"role": "ADMIN"})])
def test_the_last_owner_stays(browser, ids, store, acme, act, fields):
    response = send_form(browser("ada@example.com"), f"{PAGE}/{ids['ada']}/{act}", **fields)

    assert response.status_code == 409
    assert "ada@example.com is the last owner." in response.text
    assert role(store, acme, ids["ada"]) is Role.OWNER


def test_who_leaves_is_not_led_to_a_page_they_cannot_see(browser, ids):
    ann = browser("ann@example.com")

    assert send_form(ann, f"{PAGE}/{ids['ann']}/remove").location == "/"
    assert ann.get(PAGE).status_code == 404


def test_a_member_of_another_org_cannot_be_reached(browser, ids, store, rival):
    ada = browser("ada@example.com")
    for act in ("role", "remove"):
        path = f"{PAGE}/{ids['ron']}/{act}"
        assert ada.get(path).status_code == 404
        assert send_form(ada, path, page=PAGE, role="ADMIN").status_code == 404
    assert role(store, rival, ids["ron"]) is Role.AUTHOR


def test_making_an_owner_needs_a_recent_password(browser, ids, clock, store, acme):
    ada = browser("ada@example.com")
    clock.advance(minutes=11)

    response = send_form(ada, f"{PAGE}/{ids['tom']}/role", role="OWNER")

    assert response.location.startswith("/account/confirm?next=")
    assert role(store, acme, ids["tom"]) is Role.AUTHOR
