"""What people must not reach by being quick, or with a session that is older than ten minutes."""

import re

import pytest

from dashapp.domain.access.roles import Role
from dashapp.store.people import users
from dashapp.store.people.members import role_of
from dashapp.web.pages import changing as pages
from tests import factories
from tests.web.pages.settings.forms import ROOT, audited, send_form


@pytest.mark.parametrize("role", [None, Role.AUTHOR, Role.ADMIN], ids=str)
def test_who_lost_the_role_while_a_request_waits_changes_nothing(
    browser, store, acme, monkeypatch, role
):
    """The policy has let Eve in as an owner. Ada removes or lowers her before the org is locked."""
    eve = factories.add_user(store, "eve@example.com", (acme, Role.OWNER))
    tom = factories.add_user(store, "tom@example.com", (acme, Role.AUTHOR))
    client, changing = browser("eve@example.com"), pages.changing

    def lowered_first(*args, **options):
        with store.write_shared() as session:
            users.delete_membership(session, acme, eve)
            if role is not None:
                users.set_membership(session, acme, eve, role, now=1)
        return changing(*args, **options)

    monkeypatch.setattr(pages, "changing", lowered_first)
    response = send_form(client, f"{ROOT}/members/{tom}/role", role="OWNER")

    assert response.status_code == 403
    with store.read_shared() as session:
        assert role_of(session, acme, tom) is Role.AUTHOR
    assert audited(store, acme) == []


def test_a_new_link_for_an_owner_needs_a_recent_password(browser, store, acme, clock):
    ada = browser("ada@example.com")
    listed = send_form(ada, f"{ROOT}/members", email="eve@example.com", role="OWNER").text
    path = re.search(rf"{ROOT}/members/invitations/\w+/resend", listed)[0]
    clock.advance(minutes=11)

    response = send_form(ada, path)

    assert response.status_code == 303
    assert response.location.startswith("/account/confirm")
    assert [entry.action for entry in audited(store, acme)] == ["member_invited"]
