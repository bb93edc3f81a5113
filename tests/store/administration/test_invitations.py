"""Invitations: who may invite whom, and that a link works once."""

import pytest

from dashapp.domain.access.actors import Action, Actor, ActorKind
from dashapp.domain.access.roles import Role
from dashapp.domain.errors import BadInput, Conflict, Forbidden, NotFound, TooMany
from dashapp.domain.time.instant import SECOND
from dashapp.store.administration.change import changing
from dashapp.store.administration.people import invitations
from dashapp.store.administration.people.invitations import NoInvitation
from dashapp.store.administration.people.members import remove_member, set_member
from dashapp.store.audit.entries import Wanted, list_entries
from dashapp.store.people import users
from dashapp.store.people.invitations import VALID_FOR, find_open
from dashapp.store.people.members import role_of
from tests import factories

ADA = Actor(ActorKind.MEMBER, "1", "ada@example.com")
DAY = 86_400 * SECOND


def changing_as(store, owner, role=Role.OWNER, now=5):
    return changing(store, factories.scope(owner.org, role), ADA, now=now)


def invite(store, owner, email="bob@example.com", role=Role.AUTHOR, *, as_=Role.OWNER, now=5):
    with changing_as(store, owner, as_, now) as change:
        return invitations.invite(change, email, role)


def accept(store, owner, secret, email="bob@example.com", *, now=6) -> Role:
    with changing_as(store, owner, now=now) as change:
        user = users.find_user(change.session, email)
        return invitations.accept(change, secret, user.id).role


def role_in(store, owner, email="bob@example.com") -> Role | None:
    with store.read_shared() as session:
        return role_of(session, owner, users.find_user(session, email).id)


def entries(store, owner) -> list[tuple[str, str, str]]:
    with store.read(owner) as session:
        listed = list_entries(session, owner, Wanted())
        return [(entry.action, entry.target, entry.actor_name) for entry in listed]


def test_a_link_is_found_by_its_secret_for_seven_days(store, acme):
    made = invite(store, acme, " Bob@Example.com")

    assert (made.email, made.role, made.expires_at) == ("bob@example.com", "AUTHOR", 5 + VALID_FOR)
    with store.read_shared() as session:
        found = find_open(session, made.secret, now=4 + VALID_FOR)
        assert (found.org.slug, found.email, found.invited_by) == (
            "acme",
            "bob@example.com",
            "ada@example.com",
        )
        assert find_open(session, made.secret, now=5 + VALID_FOR) is None


def test_who_accepts_is_a_member_and_the_link_is_used_up(store, acme):
    factories.add_user(store, "bob@example.com")
    made = invite(store, acme)

    assert accept(store, acme, made.secret) is Role.AUTHOR
    with pytest.raises(NoInvitation):
        accept(store, acme, made.secret)
    assert role_in(store, acme) is Role.AUTHOR
    assert set(entries(store, acme)) == {
        (Action.INVITATION_ACCEPTED, "bob@example.com", "bob@example.com"),
        (Action.MEMBER_ADDED, "bob@example.com", "bob@example.com"),
        (Action.MEMBER_INVITED, "bob@example.com", "ada@example.com"),
    }


def test_a_new_person_gets_an_account(store, acme):
    made = invite(store, acme)
    with changing_as(store, acme) as change:
        invitations.accept_as_new(change, made.secret, "Bob", "hash")

    assert role_in(store, acme) is Role.AUTHOR


def test_an_expired_link_adds_nobody(store, acme):
    factories.add_user(store, "bob@example.com")
    made = invite(store, acme)

    with pytest.raises(NoInvitation):
        accept(store, acme, made.secret, now=5 + VALID_FOR)
    assert role_in(store, acme) is None


def test_the_link_of_an_earlier_invitation_stops_working(store, acme):
    factories.add_user(store, "bob@example.com")
    first, second = invite(store, acme), invite(store, acme, role=Role.MEMBER)

    with pytest.raises(NoInvitation):
        accept(store, acme, first.secret)
    assert accept(store, acme, second.secret) is Role.MEMBER


def test_a_renewed_invitation_has_another_link_for_seven_days(store, acme):
    factories.add_user(store, "bob@example.com")
    first = invite(store, acme)
    with changing_as(store, acme, now=DAY) as change:
        second = invitations.renew_invitation(change, first.id)

    assert second.expires_at == DAY + VALID_FOR
    with pytest.raises(NoInvitation):
        accept(store, acme, first.secret)
    assert accept(store, acme, second.secret, now=DAY + VALID_FOR - 1) is Role.AUTHOR


def test_a_revoked_link_adds_nobody(store, acme):
    factories.add_user(store, "bob@example.com")
    made = invite(store, acme)
    with changing_as(store, acme) as change:
        invitations.revoke_invitation(change, made.id)

    with pytest.raises(NoInvitation):
        accept(store, acme, made.secret)
    assert {entry[0] for entry in entries(store, acme)} == {
        Action.MEMBER_INVITED,
        Action.INVITATION_REVOKED,
    }


def test_another_person_cannot_use_the_link_and_does_not_use_it_up(store, acme):
    factories.add_user(store, "bob@example.com")
    factories.add_user(store, "eve@example.com")
    made = invite(store, acme)

    with pytest.raises(Forbidden, match=r"is for bob@example\.com"):
        accept(store, acme, made.secret, "eve@example.com")
    assert role_in(store, acme, "eve@example.com") is None
    assert accept(store, acme, made.secret) is Role.AUTHOR


def test_another_org_can_neither_accept_revoke_nor_renew_it(store, acme, rival):
    factories.add_user(store, "bob@example.com")
    made = invite(store, acme)

    with pytest.raises(NoInvitation):
        accept(store, rival, made.secret)
    for act in (invitations.revoke_invitation, invitations.renew_invitation):
        with pytest.raises(NotFound), changing_as(store, rival) as change:
            act(change, made.id)
    with store.read_shared() as session:
        assert invitations.list_invitations(session, rival) == []
    assert accept(store, acme, made.secret) is Role.AUTHOR


def test_a_member_is_not_invited(store, acme):
    factories.add_user(store, "bob@example.com", (acme, Role.MEMBER))

    with pytest.raises(Conflict, match="already a member"):
        invite(store, acme)


def test_who_was_added_and_removed_cannot_come_back_with_an_old_link(store, acme):
    factories.add_user(store, "bob@example.com")
    made = invite(store, acme)
    with changing_as(store, acme) as change:
        user = users.find_user(change.session, "bob@example.com")
        set_member(change, user, Role.MEMBER)
        remove_member(change, user)

    with pytest.raises(NoInvitation):
        accept(store, acme, made.secret)


def test_an_admin_neither_makes_nor_takes_over_the_invitation_of_an_owner(store, acme):
    with pytest.raises(Forbidden, match="Only owners"):
        invite(store, acme, role=Role.OWNER, as_=Role.ADMIN)
    made = invite(store, acme, role=Role.OWNER)
    for act in (invitations.revoke_invitation, invitations.renew_invitation):
        with (
            pytest.raises(Forbidden, match="Only owners"),
            changing_as(store, acme, Role.ADMIN) as change,
        ):
            act(change, made.id)
    with pytest.raises(Forbidden, match="Only owners"):
        invite(store, acme, role=Role.MEMBER, as_=Role.ADMIN)
    with store.read_shared() as session:
        assert find_open(session, made.secret, now=6).role is Role.OWNER


def test_an_org_has_at_most_200_open_invitations(store, acme):
    with changing_as(store, acme) as change:
        for number in range(200):
            invitations.invite(change, f"p{number}@example.com", Role.MEMBER)

    with pytest.raises(Conflict, match="At most 200"):
        invite(store, acme)
    invite(store, acme, "p0@example.com")
    invite(store, acme, now=5 + VALID_FOR)


def test_one_address_is_invited_at_most_ten_times_in_a_quarter_of_an_hour(store, acme, rival):
    for _number in range(10):
        invite(store, acme)

    with pytest.raises(TooMany):
        invite(store, acme)
    invite(store, rival)
    invite(store, acme, now=DAY)


def test_an_invalid_address_is_refused(store, acme):
    with pytest.raises(BadInput, match="not a valid email"):
        invite(store, acme, "bob@example.com>,<eve@example.com")
