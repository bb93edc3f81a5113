"""Login sessions: their start, their end, and their cookies."""

import pytest
from sqlalchemy import text

from dashapp.domain.access.roles import Role
from dashapp.store.people import login_sessions, users
from tests import factories
from tests.factories import event_types, login, login_form, logout, stored_events

PAGE = "/app/acme/operations"


def session_cookie(client) -> str:
    return client.get_cookie("dashapp-session").value


def test_after_logout_the_old_cookie_is_refused(browser):
    client = browser("ada@example.com")
    stolen = session_cookie(client)
    logout(client)
    client.set_cookie("dashapp-session", stolen)

    assert client.get(PAGE).status_code == 302
    assert client.get("/api/v1/dashboards?org=acme").status_code == 401


def test_login_replaces_the_cookies_from_before(server):
    client = server.test_client()
    client.set_cookie("dashapp-session", "chosen-by-an-attacker")
    form_data = login_form(client, "ada@example.com")
    old_form_cookie = client.get_cookie("dashapp-form").value

    client.post("/login", data=form_data)

    assert session_cookie(client) != "chosen-by-an-attacker"
    new_form_cookie = client.get_cookie("dashapp-form")
    assert new_form_cookie is None or new_form_cookie.value != old_form_cookie


def test_a_second_login_ends_the_first_session_of_that_browser(browser, server):
    client = browser("ada@example.com")
    first = session_cookie(client)
    second_login = server.test_client()
    form_data = login_form(second_login, "bea@example.com")
    second_login.set_cookie("dashapp-session", first)
    second_login.post("/login", data=form_data)

    first_session = server.test_client()
    first_session.set_cookie("dashapp-session", first)
    assert first_session.get(PAGE).status_code == 302


def test_only_a_hash_of_the_id_is_stored(browser, store):
    value = session_cookie(browser("ada@example.com"))

    with store.read_shared() as session:
        rows = session.execute(text("SELECT * FROM login_sessions")).all()
    assert len(value) == 43
    assert value not in str(rows)


@pytest.mark.both_databases
def test_an_idle_session_ends(browser, store, acme, clock):
    client = browser("ada@example.com")
    clock.advance(hours=11, minutes=59)
    assert client.get(PAGE).status_code == 200

    clock.advance(hours=12, seconds=61)
    assert client.get(PAGE).status_code == 302
    assert "idle" in str(stored_events(store, acme)[-1])


def test_a_session_ends_after_a_week_even_if_it_is_used(browser, clock):
    client = browser("ada@example.com")
    for _ in range(14):
        clock.advance(hours=11.9)
        client.get(PAGE)
    assert client.get(PAGE).status_code == 200

    clock.advance(hours=2)
    assert client.get(PAGE).status_code == 302


def test_a_clock_that_runs_behind_does_not_end_a_session(browser, clock):
    client = browser("ada@example.com")
    clock.advance(seconds=-90)

    assert client.get(PAGE).status_code == 200


@pytest.mark.both_databases
def test_an_abandoned_session_is_ended_by_the_next_login(browser, store, acme, clock):
    browser("ada@example.com")
    clock.advance(hours=13)
    browser("bea@example.com")

    assert event_types(store, acme) == ["user.logged_in", "user.logged_out", "user.logged_in"]


@pytest.mark.parametrize("change", ["disable", "password", "membership"])
def test_a_change_to_a_user_takes_effect_at_the_next_request(browser, store, acme, change):
    client = browser("ada@example.com")
    with store.write_shared() as session:
        ada = users.find_user(session, "ada@example.com")
        if change == "disable":
            users.disable(session, ada.id, now=1)
        elif change == "password":
            login_sessions.end_sessions_of(session, ada.id, "password", at=1)
        else:
            users.set_membership(session, acme, ada.id, Role.MEMBER, now=1)

    assert client.get(PAGE).status_code == (403 if change == "membership" else 302)


@pytest.mark.both_databases
def test_two_servers_share_sessions_and_logouts(server, store, clock, browser):
    second_server = factories.app(store, clock)
    client = browser("ada@example.com")
    second_client = second_server.test_client()
    second_client.set_cookie("dashapp-session", session_cookie(client))
    assert second_client.get(PAGE).status_code == 200

    logout(client)

    assert second_client.get(PAGE).status_code == 302


def test_cookies_on_loopback_are_http_only(browser):
    client = browser()
    responses = [client.get("/login"), login(client, "ada@example.com")]
    cookies = [
        cookie for response in responses for cookie in response.headers.getlist("Set-Cookie")
    ]

    assert len(cookies) >= 3
    for cookie in cookies:
        assert cookie.startswith("dashapp-")
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert "Path=/" in cookie
        assert "Domain" not in cookie


def test_cookies_over_https_are_bound_to_the_host(store, acme):
    factories.add_user(store, "ada@example.com", (acme, Role.OWNER))
    server = factories.app(store, public_url="https://dash.example.com")
    client = server.test_client()
    base_url = "https://dash.example.com"
    page = client.get("/login", base_url=base_url)
    token = factories.hidden_value(page.text, "csrf_token")
    form_data = {"email": "ada@example.com", "password": factories.PASSWORD, "csrf_token": token}
    response = client.post(
        "/login", base_url=base_url, data=form_data, headers={"Origin": base_url}
    )

    cookies = page.headers.getlist("Set-Cookie") + response.headers.getlist("Set-Cookie")
    assert response.status_code == 303
    assert len(cookies) >= 3
    for cookie in cookies:
        assert cookie.startswith("__Host-dashapp-")
        assert "Secure" in cookie
        assert "HttpOnly" in cookie
        assert "Domain" not in cookie


def test_an_unreachable_session_store_is_a_503_and_not_an_anonymous_visit(
    browser, store, monkeypatch
):
    from sqlalchemy.exc import OperationalError

    client = browser("ada@example.com")

    def raise_error(*_):
        raise OperationalError("SELECT", {}, Exception("connection refused"))

    monkeypatch.setattr(login_sessions, "find_session", raise_error)
    for path in (PAGE, "/login", "/api/v1/dashboards?org=acme", "/"):
        response = client.get(path)
        assert response.status_code == 503
        assert response.headers["Retry-After"]
        assert "refused" not in response.text


def test_a_cookie_of_another_app_on_this_host_is_ignored(browser):
    client = browser("ada@example.com")
    client.set_cookie("remember_token", "1|abc")

    assert client.get(PAGE).status_code == 200


def test_recording_use_once_a_minute_does_not_end_a_session_early(store, acme, clock):
    factories.add_user(store, "ada@example.com", (acme, Role.OWNER))
    client = factories.app(store, clock, session_idle_minutes=5).test_client()
    login(client, "ada@example.com")
    clock.advance(seconds=59)
    client.get(PAGE)
    clock.advance(seconds=245)

    assert client.get(PAGE).status_code == 200


@pytest.mark.both_databases
def test_a_login_ends_a_limited_number_of_expired_sessions(browser, store, clock):
    for _ in range(7):
        browser("ada@example.com")
        clock.advance(minutes=2)
    clock.advance(hours=13)
    browser("bea@example.com")

    with store.read_shared() as session:
        open_sessions = session.execute(
            text("SELECT count(*) FROM login_sessions WHERE ended_at IS NULL")
        ).scalar()
    assert open_sessions == 3  # two of Ada's, which the next login will end, and Bea's


def test_reading_does_not_wait_for_a_writer(sqlite_url):
    """Recording the last use may fail; showing the page may not."""
    from dashapp.dashboards.provision import add_org
    from dashapp.store.engine import Store

    store, clock = Store(sqlite_url), factories.Clock()
    acme = factories.scope(add_org(store, factories.scope, "acme", now=1))
    factories.add_user(store, "ada@example.com", (acme, Role.OWNER))
    client = factories.app(store, clock).test_client()
    login(client, "ada@example.com")
    clock.advance(minutes=5)
    with store.write_shared() as session:
        session.execute(text("DELETE FROM login_attempts"))
        assert client.get(PAGE).status_code == 200
    store.close()
