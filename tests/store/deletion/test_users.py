"""Deleting a user: the person, their logins, and nothing of others."""

import pytest
from sqlalchemy import text

from dashapp.dashboards.arrange import arrange, layout_of
from dashapp.domain.access.roles import Role
from dashapp.domain.errors import NotFound
from dashapp.store.deletion import users as deletion
from dashapp.store.deletion.users import delete_user
from dashapp.store.people import login_sessions, users
from dashapp.web.access.login import tracking
from dashapp.web.services import EXTENSION
from tests import factories
from tests.factories import event_types, login, logout, stored_events

ADA, BEA = "ada@example.com", "bea@example.com"
LATE = 5


@pytest.fixture
def people(store, acme, rival):
    """Ada in both orgs and Bea in Acme; their ids."""
    return (
        factories.add_user(store, ADA, (acme, Role.OWNER), (rival, Role.OWNER)),
        factories.add_user(store, BEA, (acme, Role.OWNER)),
    )


@pytest.fixture
def server(store, people):
    return factories.app(store)


def log_in(server, email, org="acme"):
    client = server.test_client()
    assert login(client, email, next=f"/app/{org}/operations").status_code == 303
    return client


def test_logins_are_erased_in_every_org_and_those_of_others_stay(
    server, store, acme, rival, people
):
    logout(log_in(server, ADA))
    log_in(server, ADA, "rival")
    log_in(server, BEA)

    assert delete_user(store, factories.scope, people[0], now=LATE) == (3, 2)
    assert [row[1] for row in stored_events(store, acme)] == [f"member:{people[1]}"]
    assert stored_events(store, rival) == []


def test_logins_in_an_org_that_the_user_has_left_are_erased(server, store, acme, people):
    log_in(server, ADA)
    with store.write_shared() as session:
        users.delete_membership(session, acme, people[0])

    delete_user(store, factories.scope, people[0], now=LATE)
    assert stored_events(store, acme) == []


def test_a_deleted_user_is_logged_out_and_cannot_log_in(server, store, people):
    client = log_in(server, ADA)
    delete_user(store, factories.scope, people[0], now=LATE)

    assert client.get("/app/acme/operations").status_code == 302
    assert login(server.test_client(), ADA).status_code == 401


def test_no_row_names_a_deleted_user(server, store, acme, people):
    log_in(server, ADA)
    with store.write(acme) as session:
        layout = layout_of(session, acme, "operations")
        arrange(session, acme, "operations", layout.layout, version=1, by=people[0], now=1)
    delete_user(store, factories.scope, people[0], now=LATE)

    with store.write(acme) as session:
        assert layout_of(session, acme, "operations").edited_by is None
        for table in ("memberships", "login_sessions"):
            rows = text(f"SELECT count(*) FROM {table} WHERE user_id = :id")
            assert session.execute(rows, {"id": people[0]}).scalar() == 0
        with pytest.raises(NotFound):
            users.find_user(session, ADA)


def test_the_id_is_never_used_again(store, people):
    delete_user(store, factories.scope, people[1], now=LATE)

    assert factories.add_user(store, BEA) > people[1]


def test_a_login_event_that_comes_too_late_is_not_stored(server, store, acme, people):
    """A worker stores it after it has read the session, which is deleted in the meantime."""
    log_in(server, ADA)
    with store.read_shared() as session:
        (row,) = session.execute(text("SELECT digest FROM login_sessions")).all()
        stored = login_sessions.untracked(session, login_sessions.Wanted(9), before=2**60)
    assert stored == []
    with store.write_shared() as session:
        session.execute(text("UPDATE login_sessions SET is_tracked = false"))
        (login_session,) = login_sessions.untracked(session, login_sessions.Wanted(9), before=2**60)
    delete_user(store, factories.scope, people[0], now=LATE)

    tracking.track_logout(server.extensions[EXTENSION], login_session, "logout", LATE)
    assert row.digest == login_session.digest
    assert event_types(store, acme) == []


def test_an_interrupted_deletion_locks_out_and_can_be_finished(
    server, store, acme, people, monkeypatch
):
    client = log_in(server, ADA)
    with monkeypatch.context() as patched:
        patched.setattr(deletion, "erase_user", lambda *_args: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            delete_user(store, factories.scope, people[0], now=LATE)

    assert client.get("/app/acme/operations").status_code == 302
    assert login(server.test_client(), ADA).status_code == 401
    assert delete_user(store, factories.scope, people[0], now=LATE) == (1, 1)
