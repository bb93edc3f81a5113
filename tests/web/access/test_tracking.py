"""Logins and logouts as events: each exactly once."""

import re
import threading

from dashapp.web.access import tracking
from tests import factories
from tests.factories import event_types, login, login_form, logout, stored_events

PAGE = "/app/acme/operations"


def test_a_login_and_a_logout_are_one_event_each(browser, store, acme, clock):
    client = browser("ada@example.com")
    clock.advance(minutes=5)
    logout(client)

    (came, *came_more), (went, *went_more) = stored_events(store, acme)
    assert (came, came_more[1]) == ("user.logged_in", "web")
    assert (went, went_more[1]) == ("user.logged_out", "web")
    assert came_more[0] == went_more[0]
    assert re.fullmatch(r"member:\d+", came_more[0])
    assert "/app/acme/operations" in str(came_more[2])


def test_a_click_that_arrives_twice_is_one_login(server, store, acme):
    """Two posts of one form at once, as a double click sends them."""
    client = server.test_client()
    data = login_form(client, "ada@example.com")
    session = client.get_cookie("dashapp-form").value
    answers = []

    def post() -> None:
        other = server.test_client()
        other.set_cookie("dashapp-form", session)
        answers.append(other.post("/login", data=data).status_code)

    threads = [threading.Thread(target=post) for _ in range(2)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]

    assert answers == [303, 303]
    assert event_types(store, acme) == ["user.logged_in"]


def test_a_logout_that_arrives_twice_is_one_logout(browser, store, acme):
    client = browser("ada@example.com")
    token = factories.hidden_value(client.get(PAGE).text, "csrf_token")

    first = client.post("/logout", data={"csrf_token": token})
    second = client.post("/logout", data={"csrf_token": token})

    assert (first.status_code, second.status_code) == (303, 303)
    assert event_types(store, acme).count("user.logged_out") == 1


def test_a_failure_to_track_never_breaks_a_login_and_is_made_good(
    browser, store, acme, clock, monkeypatch
):
    with monkeypatch.context() as patch:
        patch.setattr(tracking, "ingest", lambda *_a, **_k: 1 / 0)
        assert browser("ada@example.com").get(PAGE).status_code == 200
        assert event_types(store, acme) == []

    clock.advance(minutes=2)
    browser("bea@example.com")

    assert event_types(store, acme) == ["user.logged_in", "user.logged_in"]


def test_the_event_goes_to_the_org_landed_in(browser, store, acme, rival):
    client = browser()
    login(client, "bea@example.com", next="/app/rival/operations")

    assert (event_types(store, acme), event_types(store, rival)) == ([], ["user.logged_in"])


def test_logout_takes_the_twin_of_a_double_click_with_it(server, store, acme):
    one, two = server.test_client(), server.test_client()
    data = login_form(one, "ada@example.com")
    two.set_cookie("dashapp-form", one.get_cookie("dashapp-form").value)
    one.post("/login", data=data)
    two.post("/login", data=data)

    logout(one)

    assert two.get(PAGE).status_code == 302
    assert event_types(store, acme) == ["user.logged_in", "user.logged_out"]


def test_two_people_at_one_form_are_two_logins(server, store, acme):
    client = server.test_client()
    data = login_form(client, "ada@example.com")
    other = server.test_client()
    other.set_cookie("dashapp-form", client.get_cookie("dashapp-form").value)
    client.post("/login", data=data)
    other.post("/login", data={**data, "email": "bea@example.com"})

    assert event_types(store, acme) == ["user.logged_in", "user.logged_in"]


def test_twins_that_ask_for_two_orgs_land_in_one(server, store, acme, rival):
    one, two = server.test_client(), server.test_client()
    data = login_form(one, "bea@example.com")
    two.set_cookie("dashapp-form", one.get_cookie("dashapp-form").value)
    one.post("/login", data={**data, "next": "/app/acme/operations"})
    two.post("/login", data={**data, "next": "/app/rival/operations"})

    assert (event_types(store, acme), event_types(store, rival)) == (["user.logged_in"], [])
