"""Saved views: a person's own, few, with names of their own, and gone with what they belong to."""

import threading

import pytest
from sqlalchemy import text, update

from dashapp.dashboards.provision import provision
from dashapp.domain.access.roles import Role
from dashapp.domain.access.saved_views import MAX_VIEWS, SavedView
from dashapp.domain.errors import Conflict, NotFound
from dashapp.store import tables
from dashapp.store.deletion.users import delete_user
from dashapp.store.orgs import saved_views
from dashapp.store.people import users
from tests import factories
from tests.store.deletion.rows import rows_of
from tests.templates import TEMPLATES


@pytest.fixture
def ada(store, acme, rival):
    return factories.add_user(store, "ada@example.com", (acme, Role.OWNER), (rival, Role.OWNER))


@pytest.fixture
def bea(store, acme):
    return factories.add_user(store, "bea@example.com", (acme, Role.AUTHOR))


def save(store, scope, user_id, name="Rice", search="filter=channel%3Aapi") -> SavedView:
    with store.write(scope) as session:
        view = SavedView("", name, search)
        return saved_views.add_view(session, scope, user_id, view, now=1)


def names(store, scope, user_id) -> list[str]:
    with store.read(scope) as session:
        return [view.name for view in saved_views.list_views(session, scope, user_id)]


def change(store, scope, user_id, view_id, **values) -> SavedView:
    with store.write(scope) as session:
        return saved_views.change_view(session, scope, user_id, view_id, **values)


def count(store, scope) -> int:
    return rows_of(store, scope.org_id).get("saved_views", 0)


def test_views_are_listed_by_name(store, acme, ada):
    for name in ("zebra", "Apple", "banana"):
        save(store, acme, ada, name)

    assert names(store, acme, ada) == ["Apple", "banana", "zebra"]


def test_people_orgs_and_dashboards_do_not_share_views(store, acme, rival, ada, bea):
    provision(store, acme, TEMPLATES["conversations"], now=1)
    other = factories.scope(acme.org, dashboard="conversations")
    assert acme.dashboard == "operations"

    for scope, user_id in ((acme, ada), (rival, ada), (acme, bea), (other, ada)):
        save(store, scope, user_id)
        assert names(store, scope, user_id) == ["Rice"]


def test_a_name_is_used_once_and_the_error_names_the_other_view(store, acme, ada):
    first = save(store, acme, ada)
    second = save(store, acme, ada, "Beans")

    for repeat in (
        lambda: save(store, acme, ada),
        lambda: change(store, acme, ada, second.id, name="Rice"),
    ):
        with pytest.raises(Conflict, match="Rice") as raised:
            repeat()
        assert (raised.value.code, raised.value.id) == ("name_taken", first.id)


def test_a_view_can_be_renamed_and_overwritten_and_keeps_the_rest(store, acme, ada):
    view = save(store, acme, ada)

    assert change(store, acme, ada, view.id, name="Rice") == view
    assert change(store, acme, ada, view.id, name="Beans") == view._replace(name="Beans")
    assert change(store, acme, ada, view.id, search="tz=UTC") == (view.id, "Beans", "tz=UTC")


def test_nobody_changes_a_view_of_someone_else(store, acme, rival, ada, bea):
    view = save(store, acme, ada)

    for scope, user_id in ((acme, bea), (rival, ada)):
        with pytest.raises(NotFound):
            change(store, scope, user_id, view.id, name="Mine")
        with pytest.raises(NotFound), store.write(scope) as session:
            saved_views.delete_view(session, scope, user_id, view.id)
    assert names(store, acme, ada) == ["Rice"]


def test_a_person_has_at_most_fifty_views_in_an_org(store, acme, rival, ada):
    for number in range(MAX_VIEWS):
        save(store, acme, ada, f"View {number}")

    with pytest.raises(Conflict, match="50"):
        save(store, acme, ada, "One more")
    save(store, rival, ada)


def test_the_limit_and_the_name_hold_for_requests_at_once(store, acme, ada):
    for number in range(MAX_VIEWS - 1):
        save(store, acme, ada, f"View {number}")
    outcomes = []

    def work() -> None:
        try:
            outcomes.append(save(store, acme, ada))
        except Conflict as error:
            outcomes.append(error.code)

    threads = [threading.Thread(target=work) for _ in range(4)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]

    assert sorted(map(type, outcomes), key=str) == [SavedView, str, str, str]
    assert set(outcomes) >= {"name_taken"}
    assert count(store, acme) == MAX_VIEWS


def test_what_is_read_has_only_parameters_of_a_view(store, acme, ada):
    save(store, acme, ada)
    evil = "javascript:alert(1)&time_range=7d&panel=x&next=//evil.example&filter=channel:api&=&%00"
    with store.write(acme) as session:
        table = tables.saved_views
        session.execute(update(table).where(table.c.org_id == acme.org_id).values(search=evil))

    with store.read(acme) as session:
        (view,) = saved_views.list_views(session, acme, ada)
    assert view.search == "time_range=7d&filter=channel%3Aapi"


@pytest.mark.parametrize("stored", ["&".join(f"a{n}=1" for n in range(99)), f"tz={'x' * 9000}"])
def test_what_is_read_is_empty_if_it_is_no_view(store, acme, ada, stored):
    save(store, acme, ada, search=stored)

    with store.read(acme) as session:
        assert saved_views.list_views(session, acme, ada)[0].search == ""


def test_a_new_role_keeps_the_views(store, acme, ada):
    save(store, acme, ada)
    with store.write_shared() as session:
        users.set_membership(session, acme, ada, Role.ANALYTICS_VIEWER, now=2)

    assert names(store, acme, ada) == ["Rice"]


def test_views_go_with_the_membership_and_do_not_come_back(store, acme, rival, ada, bea):
    for scope, user_id in ((acme, ada), (rival, ada), (acme, bea)):
        save(store, scope, user_id)
    with store.write_shared() as session:
        users.delete_membership(session, acme, ada)

    assert (count(store, acme), count(store, rival)) == (1, 1)
    with pytest.raises(NotFound):
        save(store, acme, ada)
    with store.write_shared() as session:
        users.set_membership(session, acme, ada, Role.OWNER, now=2)
    assert names(store, acme, ada) == []


def test_views_go_with_the_person(store, acme, rival, ada, bea):
    for scope, user_id in ((acme, ada), (rival, ada), (acme, bea)):
        save(store, scope, user_id)

    delete_user(store, factories.scope, ada, now=2)
    assert (count(store, acme), count(store, rival)) == (1, 0)


def test_views_go_with_the_dashboard(store, acme, ada):
    save(store, acme, ada)
    with store.write(acme) as session:
        session.execute(text("DELETE FROM dashboards WHERE org_id = :org"), {"org": acme.org_id})

    assert count(store, acme) == 0
