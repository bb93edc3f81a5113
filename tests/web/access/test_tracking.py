"""Each login and each logout is tracked as exactly one event."""

import re
import threading
from contextlib import ExitStack
from types import SimpleNamespace

import pytest

from dashapp.dashboards.provision import add_org
from dashapp.domain.access.roles import Role
from dashapp.domain.time.instant import to_us
from dashapp.store.engine import Store
from dashapp.store.orgs.states import lock
from dashapp.web.access.login import tracking
from dashapp.web.services import EXTENSION
from tests import factories
from tests.factories import event_types, login, login_form, logout, stored_events

PAGE = "/app/acme/operations"


def test_a_login_and_a_logout_are_one_event_each(browser, store, acme, clock):
    client = browser("ada@example.com")
    clock.advance(minutes=5)
    logout(client)

    (login_type, *login_fields), (logout_type, *logout_fields) = stored_events(store, acme)
    assert (login_type, login_fields[1]) == ("user.logged_in", "web")
    assert (logout_type, logout_fields[1]) == ("user.logged_out", "web")
    assert login_fields[0] == logout_fields[0]
    assert re.fullmatch(r"member:\d+", login_fields[0])
    assert "/app/acme/operations" in str(login_fields[2])


@pytest.mark.both_databases
def test_a_double_click_is_one_login(server, store, acme):
    """A double click posts one form twice at the same time."""
    client = server.test_client()
    form_data = login_form(client, "ada@example.com")
    form_cookie = client.get_cookie("dashapp-form").value
    statuses = []

    def post() -> None:
        second_client = server.test_client()
        second_client.set_cookie("dashapp-form", form_cookie)
        statuses.append(second_client.post("/login", data=form_data).status_code)

    threads = [threading.Thread(target=post) for _ in range(2)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]

    assert statuses == [303, 303]
    assert event_types(store, acme) == ["user.logged_in"]


def test_a_repeated_logout_is_one_event(browser, store, acme):
    client = browser("ada@example.com")
    token = factories.hidden_value(client.get(PAGE).text, "csrf_token")

    first = client.post("/logout", data={"csrf_token": token})
    second = client.post("/logout", data={"csrf_token": token})

    assert (first.status_code, second.status_code) == (303, 303)
    assert event_types(store, acme).count("user.logged_out") == 1


def test_a_failure_to_track_does_not_break_a_login_and_is_tracked_later(
    browser, store, acme, clock, monkeypatch
):
    with monkeypatch.context() as patch:
        patch.setattr(tracking, "ingest", lambda *_a, **_k: 1 / 0)
        assert browser("ada@example.com").get(PAGE).status_code == 200
        assert event_types(store, acme) == []

    clock.advance(minutes=2)
    browser("bea@example.com")

    assert event_types(store, acme) == ["user.logged_in", "user.logged_in"]


def test_the_login_event_goes_to_the_org_that_opens(browser, store, acme, rival):
    client = browser()
    login(client, "bea@example.com", next="/app/rival/operations")

    assert (event_types(store, acme), event_types(store, rival)) == ([], ["user.logged_in"])


def test_logout_also_ends_the_session_of_a_double_click(server, store, acme):
    first_client, second_client = server.test_client(), server.test_client()
    form_data = login_form(first_client, "ada@example.com")
    second_client.set_cookie("dashapp-form", first_client.get_cookie("dashapp-form").value)
    first_client.post("/login", data=form_data)
    second_client.post("/login", data=form_data)

    logout(first_client)

    assert second_client.get(PAGE).status_code == 302
    assert event_types(store, acme) == ["user.logged_in", "user.logged_out"]


def test_two_users_of_one_form_are_two_logins(server, store, acme):
    client = server.test_client()
    form_data = login_form(client, "ada@example.com")
    second_client = server.test_client()
    second_client.set_cookie("dashapp-form", client.get_cookie("dashapp-form").value)
    client.post("/login", data=form_data)
    second_client.post("/login", data={**form_data, "email": "bea@example.com"})

    assert event_types(store, acme) == ["user.logged_in", "user.logged_in"]


def test_a_double_click_with_two_targets_is_one_login(server, store, acme, rival):
    first_client, second_client = server.test_client(), server.test_client()
    form_data = login_form(first_client, "bea@example.com")
    second_client.set_cookie("dashapp-form", first_client.get_cookie("dashapp-form").value)
    first_client.post("/login", data={**form_data, "next": "/app/acme/operations"})
    second_client.post("/login", data={**form_data, "next": "/app/rival/operations"})

    assert (event_types(store, acme), event_types(store, rival)) == (["user.logged_in"], [])


@pytest.fixture
def postgresql_app(postgresql_url, clock):
    store = Store(postgresql_url)
    acme, rival = (
        factories.scope(add_org(store, factories.scope, slug, now=1)) for slug in ("acme", "rival")
    )
    factories.add_user(store, "ada@example.com", (acme, Role.OWNER))
    factories.add_user(store, "rita@example.com", (rival, Role.OWNER))
    yield SimpleNamespace(store=store, acme=acme, rival=rival, server=factories.app(store, clock))
    store.close()


def test_a_login_does_not_wait_for_the_locks_of_orgs(postgresql_app, clock, monkeypatch):
    app = postgresql_app
    monkeypatch.setattr(tracking, "ingest", lambda *_a, **_k: 1 / 0)
    login(app.server.test_client(), "rita@example.com")  # rival misses an event
    monkeypatch.undo()
    clock.advance(minutes=2)

    with ExitStack() as held:
        for owner in (app.acme, app.rival):
            session = held.enter_context(app.store.write(owner))
            lock(session, owner)
        patient = []
        monkeypatch.setattr(app.store, "write", lambda *_a, **_k: patient.append(1))
        client = app.server.test_client()
        assert login(client, "ada@example.com").status_code == 303
        assert client.get(PAGE).status_code == 200
        assert logout(client).status_code == 303
        monkeypatch.undo()
    assert patient == []
    assert event_types(app.store, app.acme) == event_types(app.store, app.rival) == []

    clock.advance(minutes=2)
    tracking.catch_up(app.server.extensions[EXTENSION])
    assert event_types(app.store, app.acme) == ["user.logged_in", "user.logged_out"]
    assert event_types(app.store, app.rival) == ["user.logged_in"]


def test_a_login_leaves_the_events_of_other_orgs_to_upkeep(
    browser, server, store, acme, rival, clock, monkeypatch
):
    monkeypatch.setattr(tracking, "ingest", lambda *_a, **_k: 1 / 0)
    browser("ada@example.com")
    monkeypatch.undo()
    clock.advance(minutes=2)
    login(browser(), "bea@example.com", next="/app/rival/operations")
    assert (event_types(store, acme), event_types(store, rival)) == ([], ["user.logged_in"])

    tracking.catch_up(server.extensions[EXTENSION])
    assert event_types(store, acme) == ["user.logged_in"]


def test_upkeep_ends_sessions_and_stores_their_events(browser, store, acme, clock, monkeypatch):
    from dashapp.cli.serving import upkeep

    browser("ada@example.com")
    clock.advance(minutes=60 * 24 * 8)
    monkeypatch.setattr(upkeep, "now_us", lambda: to_us(clock()))
    monkeypatch.setenv("DASHAPP_SESSION_IDLE_MINUTES", "30")
    upkeep._track_logins(store)

    assert event_types(store, acme) == ["user.logged_in", "user.logged_out"]
    assert "idle" in str(stored_events(store, acme)[1])
