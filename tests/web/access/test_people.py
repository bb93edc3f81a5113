"""Login sessions: how they begin, hold and end, and the cookies they travel in."""

import pytest
from sqlalchemy import text

from dashapp.domain.access.roles import Role
from dashapp.store.people import login_sessions, users
from tests import factories
from tests.factories import event_types, login, login_form, logout, stored_events

PAGE = "/app/acme/operations"


def cookie(client) -> str:
    return client.get_cookie("dashapp-session").value


def test_after_logout_the_old_cookie_is_refused(browser):
    client = browser("ada@example.com")
    stolen = cookie(client)
    logout(client)
    client.set_cookie("dashapp-session", stolen)

    assert client.get(PAGE).status_code == 302
    assert client.get("/api/v1/dashboards?org=acme").status_code == 401


def test_what_the_browser_had_before_login_is_gone(server):
    client = server.test_client()
    client.set_cookie("dashapp-session", "chosen-by-an-attacker")
    data = login_form(client, "ada@example.com")
    before = client.get_cookie("dashapp-form").value

    client.post("/login", data=data)

    assert cookie(client) != "chosen-by-an-attacker"
    after = client.get_cookie("dashapp-form")
    assert after is None or after.value != before


def test_a_second_login_ends_the_first_session_of_that_browser(browser, server):
    client = browser("ada@example.com")
    first = cookie(client)
    fresh = server.test_client()
    data = login_form(fresh, "bea@example.com")
    fresh.set_cookie("dashapp-session", first)
    fresh.post("/login", data=data)

    old = server.test_client()
    old.set_cookie("dashapp-session", first)
    assert old.get(PAGE).status_code == 302


def test_only_a_hash_of_the_id_is_stored(browser, store):
    value = cookie(browser("ada@example.com"))

    with store.shared() as session:
        rows = session.execute(text("SELECT * FROM login_sessions")).all()
    assert len(value) == 43
    assert value not in str(rows)


def test_a_session_ends_when_it_was_not_used(browser, store, acme, clock):
    client = browser("ada@example.com")
    clock.advance(hours=11, minutes=59)
    assert client.get(PAGE).status_code == 200

    clock.advance(hours=12, seconds=61)
    assert client.get(PAGE).status_code == 302
    assert "idle" in str(stored_events(store, acme)[-1])


def test_a_session_ends_after_a_week_although_it_is_used(browser, clock):
    client = browser("ada@example.com")
    for _ in range(14):
        clock.advance(hours=11.9)
        client.get(PAGE)
    assert client.get(PAGE).status_code == 200

    clock.advance(hours=2)
    assert client.get(PAGE).status_code == 302


def test_a_clock_that_is_behind_ends_no_session_early(browser, clock):
    client = browser("ada@example.com")
    clock.advance(seconds=-90)

    assert client.get(PAGE).status_code == 200


def test_a_session_that_nobody_comes_back_to_is_ended_by_the_next_login(
    browser, store, acme, clock
):
    browser("ada@example.com")
    clock.advance(hours=13)
    browser("bea@example.com")

    assert event_types(store, acme) == ["user.logged_in", "user.logged_out", "user.logged_in"]


@pytest.mark.parametrize("change", ["disable", "password", "membership"])
def test_a_change_is_effective_at_the_next_request(browser, store, acme, change):
    client = browser("ada@example.com")
    with store.changing() as session:
        ada = users.find_user(session, "ada@example.com")
        if change == "disable":
            users.disable(session, ada.id, now=1)
        elif change == "password":
            login_sessions.end_sessions_of(session, ada.id, "password", at=1)
        else:
            users.set_membership(session, ada.id, acme.org_id, Role.MEMBER, now=1)

    assert client.get(PAGE).status_code == (403 if change == "membership" else 302)


def test_two_servers_share_sessions_and_their_end(server, store, clock, browser):
    other = factories.app(store, clock)
    client = browser("ada@example.com")
    second = other.test_client()
    second.set_cookie("dashapp-session", cookie(client))
    assert second.get(PAGE).status_code == 200

    logout(client)

    assert second.get(PAGE).status_code == 302


def test_cookies_on_loopback_are_plain_and_closed_to_scripts(browser):
    client = browser()
    answers = [client.get("/login"), login(client, "ada@example.com")]
    cookies = [c for answer in answers for c in answer.headers.getlist("Set-Cookie")]

    assert len(cookies) >= 3
    for one in cookies:
        assert one.startswith("dashapp-")
        assert "HttpOnly" in one
        assert "SameSite=Lax" in one
        assert "Path=/" in one
        assert "Domain" not in one


def test_cookies_under_https_are_bound_to_the_host(store, acme):
    factories.add_user(store, "ada@example.com", (acme, Role.OWNER))
    server = factories.app(store, public_url="https://dash.example.com")
    client = server.test_client()
    base = "https://dash.example.com"
    page = client.get("/login", base_url=base)
    token = factories.hidden_value(page.text, "csrf_token")
    data = {"email": "ada@example.com", "password": factories.PASSWORD, "csrf_token": token}
    answer = client.post("/login", base_url=base, data=data, headers={"Origin": base})

    cookies = page.headers.getlist("Set-Cookie") + answer.headers.getlist("Set-Cookie")
    assert answer.status_code == 303
    assert len(cookies) >= 3
    for one in cookies:
        assert one.startswith("__Host-dashapp-")
        assert "Secure" in one
        assert "HttpOnly" in one
        assert "Domain" not in one


def test_a_session_store_that_does_not_answer_is_a_503_never_an_anonymous_visit(
    browser, store, monkeypatch
):
    from sqlalchemy.exc import OperationalError

    client = browser("ada@example.com")

    def down(*_):
        raise OperationalError("SELECT", {}, Exception("connection refused"))

    monkeypatch.setattr(login_sessions, "find_session", down)
    for path in (PAGE, "/login", "/api/v1/dashboards?org=acme", "/"):
        answer = client.get(path)
        assert answer.status_code == 503
        assert answer.headers["Retry-After"]
        assert "refused" not in answer.text


def test_a_cookie_of_another_app_on_this_host_does_no_harm(browser):
    client = browser("ada@example.com")
    client.set_cookie("remember_token", "1|abc")

    assert client.get(PAGE).status_code == 200


def test_a_session_does_not_end_before_its_time_because_its_use_is_noted_by_the_minute(
    store, acme, clock
):
    factories.add_user(store, "ada@example.com", (acme, Role.OWNER))
    client = factories.app(store, clock, session_idle_minutes=5).test_client()
    login(client, "ada@example.com")
    clock.advance(seconds=59)
    client.get(PAGE)
    clock.advance(seconds=245)

    assert client.get(PAGE).status_code == 200


def test_a_login_waits_for_a_few_others_at_most(browser, store, clock):
    for _ in range(7):
        browser("ada@example.com")
        clock.advance(minutes=2)
    clock.advance(hours=13)
    browser("bea@example.com")

    with store.shared() as session:
        open_still = session.execute(
            text("SELECT count(*) FROM login_sessions WHERE ended_at IS NULL")
        ).scalar()
    assert open_still == 3  # two of Ada's wait for the next login, and Bea's own


def test_reading_does_not_wait_for_a_writer(sqlite_url):
    """A note of when somebody was seen may be lost; a page may not."""
    from dashapp.dashboards.provision import add_org
    from dashapp.store.engine import Store

    store, clock = Store(sqlite_url), factories.Clock()
    acme = factories.scope(add_org(store, factories.scope, "acme", now=1))
    factories.add_user(store, "ada@example.com", (acme, Role.OWNER))
    client = factories.app(store, clock).test_client()
    login(client, "ada@example.com")
    clock.advance(minutes=5)
    with store.changing() as session:
        session.execute(text("DELETE FROM login_attempts"))
        assert client.get(PAGE).status_code == 200
    store.close()
