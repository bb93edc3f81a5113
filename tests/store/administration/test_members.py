"""Who may add, change and remove members."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from dashapp.domain.access.actors import Action, Actor, ActorKind
from dashapp.domain.access.roles import Role
from dashapp.domain.errors import Conflict, Forbidden, NotFound
from dashapp.store.administration.change import changing
from dashapp.store.administration.people.invitations import invite
from dashapp.store.administration.people.members import remove_member, set_member
from dashapp.store.audit.entries import Wanted, list_entries
from dashapp.store.people import users
from dashapp.store.people.invitations import list_invitations
from dashapp.store.people.members import role_of, was_removed
from tests import factories
from tests.factories import OPERATOR

ADA = Actor(ActorKind.MEMBER, "1", "ada@example.com")
VENDOR = Actor(ActorKind.INSTALLATION_KEY, "k1", "sign-up")


@pytest.fixture
def team(store, acme):
    """Acme has one owner, one admin and one viewer."""
    for name, role in (("ada", Role.OWNER), ("bob", Role.ADMIN), ("eve", Role.ANALYTICS_VIEWER)):
        factories.add_user(store, f"{name}@example.com", (acme, role))
    return acme


def act(store, owner, name, role=None, *, by=ADA, as_=Role.OWNER) -> None:
    with changing(store, factories.scope(owner.org, as_), by, now=5) as change:
        user = users.find_user(change.session, f"{name}@example.com")
        if role is None:
            remove_member(change, user)
        else:
            set_member(change, user, role)


def role_in(store, owner, name) -> Role | None:
    with store.read_shared() as session:
        user = users.find_user(session, f"{name}@example.com")
        return role_of(session, owner, user.id)


def actions(store, owner) -> list[tuple[str, str]]:
    with store.read(owner) as session:
        return [(e.action, e.target) for e in list_entries(session, owner, Wanted())]


def test_a_role_is_changed_and_recorded(store, team):
    act(store, team, "eve", Role.AUTHOR)

    assert role_in(store, team, "eve") is Role.AUTHOR
    assert actions(store, team) == [(Action.ROLE_CHANGED, "eve@example.com")]


def test_the_same_role_again_records_nothing(store, team):
    act(store, team, "eve", Role.ANALYTICS_VIEWER)

    assert actions(store, team) == []


def test_a_person_is_removed_and_remembered_but_not_deleted(store, team):
    act(store, team, "eve")

    assert role_in(store, team, "eve") is None
    with store.read_shared() as session:
        assert was_removed(session, team, users.find_user(session, "eve@example.com").id)
    assert actions(store, team) == [(Action.MEMBER_REMOVED, "eve@example.com")]


def test_a_person_who_is_added_again_is_no_longer_removed(store, team):
    act(store, team, "eve")
    act(store, team, "eve", Role.MEMBER)

    with store.read_shared() as session:
        assert not was_removed(session, team, users.find_user(session, "eve@example.com").id)


@pytest.mark.parametrize("by", [ADA, VENDOR])
@pytest.mark.parametrize("role", [None, Role.ADMIN])
def test_the_last_owner_can_neither_leave_nor_be_lowered(store, team, role, by):
    with pytest.raises(Conflict, match="last owner"):
        act(store, team, "ada", role, by=by)
    assert role_in(store, team, "ada") is Role.OWNER
    assert actions(store, team) == []


def test_a_disabled_owner_does_not_count(store, team):
    act(store, team, "bob", Role.OWNER)
    with store.write_shared() as session:
        users.disable(session, users.find_user(session, "bob@example.com").id, now=1)

    with pytest.raises(Conflict, match="last owner"):
        act(store, team, "ada", Role.ADMIN)


def test_an_operator_may_remove_the_last_owner(store, team):
    act(store, team, "ada", by=OPERATOR)

    assert role_in(store, team, "ada") is None


@pytest.mark.parametrize(
    ("name", "role"), [("eve", Role.OWNER), ("bob", Role.OWNER), ("ada", Role.ADMIN), ("ada", None)]
)
def test_an_admin_neither_makes_nor_changes_owners(store, team, name, role):
    before = role_in(store, team, name)
    with pytest.raises(Forbidden, match="Only owners"):
        act(store, team, name, role, as_=Role.ADMIN)
    assert role_in(store, team, name) is before


def test_a_member_of_another_org_is_not_found(store, team, rival):
    factories.add_user(store, "zoe@example.com", (rival, Role.MEMBER))

    with pytest.raises(NotFound):
        act(store, team, "zoe")
    assert role_in(store, rival, "zoe") is Role.MEMBER


def test_of_many_owners_who_leave_at_once_one_stays(store, acme):
    names = [f"owner{n}" for n in range(8)]
    for name in names:
        factories.add_user(store, f"{name}@example.com", (acme, Role.OWNER))

    def leave(name: str) -> bool:
        try:
            act(store, acme, name)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        left = list(pool.map(leave, names))
    assert left.count(True) == 7
    assert [role_in(store, acme, name) for name in names].count(Role.OWNER) == 1


def invited(store, owner) -> list[str]:
    with store.read_shared() as session:
        return [row.email for row in list_invitations(session, owner)]


@pytest.mark.parametrize(
    ("role", "left"),
    [(None, []), (Role.AUTHOR, []), (Role.ADMIN, ["viewer@example.com"])],
)
def test_invitations_end_with_the_right_to_invite(store, team, role, left):
    factories.add_user(store, "zoe@example.com", (team, Role.OWNER))
    zoe = Actor(ActorKind.MEMBER, "9", "zoe@example.com")
    with changing(store, team, zoe, now=5) as change:
        invite(change, "owner@example.com", Role.OWNER)
        invite(change, "viewer@example.com", Role.ANALYTICS_VIEWER)

    act(store, team, "zoe", role)

    assert invited(store, team) == left
