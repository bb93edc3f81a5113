"""Log in and out: sessions on the server, each tracked once."""

import re
import threading
from datetime import timedelta

import pytest
from sqlalchemy import text

from dashapp.domain.roles import Role
from dashapp.store import login_sessions, users
from dashapp.web import login_limits, tracking
from tests import factories
from tests.factories import form, login, logout

PAGE = "/app/acme/operations"


def tracked(store, owner) -> list[tuple]:
    with store.reading(owner) as session:
        rows = session.execute(
            text("SELECT type, user_id, channel, properties FROM events ORDER BY occurred_at, type")
        )
        return [tuple(row) for row in rows]


def kinds(store, owner) -> list[str]:
    return [row[0] for row in tracked(store, owner)]


def cookie(client) -> str:
    return client.get_cookie("dashapp-session").value


def test_a_login_leads_to_the_board(browser):
    client = browser()

    answer = login(client, "ada@example.com")

    assert (answer.status_code, answer.location) == (303, PAGE)
    assert client.get(PAGE).status_code == 200


def test_a_login_leads_back_to_the_view_that_was_asked_for(browser):
    client = browser()
    asked = client.get(f"{PAGE}?time_range=30d")

    page = client.get(asked.location).text
    hidden = {n: factories.hidden_value(page, n) for n in ("csrf_token", "next")}
    answer = client.post(
        "/login", data={"email": "ada@example.com", "password": factories.PASSWORD, **hidden}
    )

    assert answer.location == f"{PAGE}?time_range=30d"


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("ada@example.com", "wrong password"),
        ("nobody@example.com", factories.PASSWORD),
        ("ada@example.com", ""),
        ("ada@example.com\x00", factories.PASSWORD),
    ],
)
def test_a_wrong_password_and_an_unknown_person_look_the_same(browser, email, password):
    answer = login(browser(), email, password)

    assert answer.status_code in {401, 422}
    assert "dashapp-session" not in answer.headers.get("Set-Cookie", "")
    if "\x00" not in email:
        assert "Email and password do not match." in answer.text


def test_a_password_beyond_a_thousand_characters_is_refused_before_hashing(browser, monkeypatch):
    monkeypatch.setattr("dashapp.domain.passwords.verify", pytest.fail)

    assert login(browser(), "ada@example.com", "x" * 1001).status_code == 422


def test_a_hash_runs_for_an_unknown_person_too(browser, monkeypatch):
    from dashapp.domain import passwords

    checked, verify = [], passwords.verify
    monkeypatch.setattr(passwords, "verify", lambda *a: checked.append(a[0]) or verify(*a))

    login(browser(), "nobody@example.com")

    assert checked == [None]


def test_a_login_and_a_logout_are_one_event_each(browser, store, acme, clock):
    client = browser("ada@example.com")
    clock.advance(minutes=5)
    logout(client)

    (came, *came_more), (went, *went_more) = tracked(store, acme)
    assert (came, came_more[1]) == ("user.logged_in", "web")
    assert (went, went_more[1]) == ("user.logged_out", "web")
    assert came_more[0] == went_more[0]
    assert re.fullmatch(r"member:\d+", came_more[0])
    assert "/app/acme/operations" in str(came_more[2])


def test_a_click_that_arrives_twice_is_one_login(server, store, acme):
    """Two posts of one form at once, as a double click sends them."""
    client = server.test_client()
    data = form(client, "ada@example.com")
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
    assert kinds(store, acme) == ["user.logged_in"]


def test_a_logout_that_arrives_twice_is_one_logout(browser, store, acme):
    client = browser("ada@example.com")
    token = factories.hidden_value(client.get(PAGE).text, "csrf_token")

    first = client.post("/logout", data={"csrf_token": token})
    second = client.post("/logout", data={"csrf_token": token})

    assert (first.status_code, second.status_code) == (303, 303)
    assert kinds(store, acme).count("user.logged_out") == 1


def test_a_form_that_was_used_an_hour_ago_does_not_log_in_again(server, clock):
    client = server.test_client()
    data = form(client, "ada@example.com")
    session = client.get_cookie("dashapp-form").value
    client.post("/login", data=data)
    clock.advance(hours=1)

    other = server.test_client()
    other.set_cookie("dashapp-form", session)

    assert other.post("/login", data=data).status_code == 400


def test_a_failure_to_track_never_breaks_a_login_and_is_made_good(
    browser, store, acme, clock, monkeypatch
):
    with monkeypatch.context() as patch:
        patch.setattr(tracking, "ingest", lambda *_a, **_k: 1 / 0)
        assert browser("ada@example.com").get(PAGE).status_code == 200
        assert kinds(store, acme) == []

    clock.advance(minutes=2)
    browser("bea@example.com")

    assert kinds(store, acme) == ["user.logged_in", "user.logged_in"]


def test_the_event_goes_to_the_org_landed_in(browser, store, acme, rival):
    client = browser()
    login(client, "bea@example.com", next="/app/rival/operations")

    assert (kinds(store, acme), kinds(store, rival)) == ([], ["user.logged_in"])


def test_after_logout_the_old_cookie_is_refused(browser):
    client = browser("ada@example.com")
    stolen = cookie(client)
    logout(client)
    client.set_cookie("dashapp-session", stolen)

    assert client.get(PAGE).status_code == 302
    assert client.get("/api/v1/dashboards?org=acme").status_code == 401


def test_logout_takes_the_twin_of_a_double_click_with_it(server, store, acme):
    one, two = server.test_client(), server.test_client()
    data = form(one, "ada@example.com")
    two.set_cookie("dashapp-form", one.get_cookie("dashapp-form").value)
    one.post("/login", data=data)
    two.post("/login", data=data)

    logout(one)

    assert two.get(PAGE).status_code == 302
    assert kinds(store, acme) == ["user.logged_in", "user.logged_out"]


def test_what_the_browser_had_before_login_is_gone(server):
    client = server.test_client()
    client.set_cookie("dashapp-session", "chosen-by-an-attacker")
    data = form(client, "ada@example.com")
    before = client.get_cookie("dashapp-form").value

    client.post("/login", data=data)

    assert cookie(client) != "chosen-by-an-attacker"
    after = client.get_cookie("dashapp-form")
    assert after is None or after.value != before


def test_a_second_login_ends_the_first_session_of_that_browser(browser, server):
    client = browser("ada@example.com")
    first = cookie(client)
    fresh = server.test_client()
    data = form(fresh, "bea@example.com")
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
    assert "idle" in str(tracked(store, acme)[-1])


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

    assert kinds(store, acme) == ["user.logged_in", "user.logged_out", "user.logged_in"]


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


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
)
@pytest.mark.parametrize("path", ["/login", "/logout"])
def test_a_post_from_another_site_is_refused(browser, path, headers):
    client = browser("ada@example.com")

    assert client.post(path, data={}, headers=headers).status_code == 403
    assert client.get(PAGE).status_code == 200


def test_a_login_without_the_forms_token_is_refused(browser):
    client = browser()
    data = form(client, "ada@example.com", csrf_token="forged")

    assert client.post("/login", data=data).status_code == 400


def test_a_logout_without_the_forms_token_does_nothing(browser):
    client = browser("ada@example.com")

    assert client.post("/logout", data={}).status_code == 400
    assert client.get(PAGE).status_code == 200


def test_logout_by_a_link_does_nothing(browser):
    client = browser("ada@example.com")

    assert client.get("/logout").status_code == 405
    assert client.get(PAGE).status_code == 200


def test_logout_leaves_nothing_in_the_browsers_cache(browser):
    client = browser("ada@example.com")

    assert client.get(PAGE).headers["Cache-Control"] == "no-store"
    assert logout(client).headers["Clear-Site-Data"] == '"cache"'


def test_a_password_of_older_parameters_is_hashed_anew(browser, store):
    from argon2 import PasswordHasher

    old = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(factories.PASSWORD)
    with store.changing() as session:
        users.set_password(session, users.find_user(session, "ada@example.com").id, old)

    browser("ada@example.com")

    with store.shared() as session:
        stored = users.find_user(session, "ada@example.com").password_hash
    assert "m=19456" in stored


def attempts(server, times: int, email="ada@example.com", **environ) -> list[int]:
    client = server.test_client()
    data = form(client, email, "wrong password")
    return [
        client.post("/login", data=data, environ_base=environ).status_code for _ in range(times)
    ]


def test_wrong_passwords_are_limited_by_account_over_all_workers(server, store, clock):
    """Several servers on one database count together, and to the one."""
    servers = [server, *(factories.app(store, clock) for _ in range(3))]
    statuses = []
    threads = [
        threading.Thread(target=lambda s=one: statuses.extend(attempts(s, 5))) for one in servers
    ]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]

    assert statuses.count(401) == login_limits.PER_ACCOUNT
    assert statuses.count(429) == 10


def test_a_limit_says_when_it_opens_again_and_does(server, browser, clock):
    assert attempts(server, 11)[-1] == 429

    client = browser()
    answer = login(client, "ada@example.com")
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 901

    clock.advance(seconds=int(answer.headers["Retry-After"]))
    assert login(browser(), "ada@example.com").status_code == 303


def test_many_accounts_from_one_address_are_limited(server, monkeypatch):
    monkeypatch.setattr(login_limits, "PER_ADDRESS", 5)
    statuses = [attempts(server, 1, f"user{n}@example.com")[0] for n in range(7)]

    assert statuses == [401] * 5 + [429] * 2


def test_a_limited_attempt_computes_no_hash(server, monkeypatch):
    attempts(server, 10)
    monkeypatch.setattr("dashapp.domain.passwords.verify", pytest.fail)

    assert attempts(server, 1) == [429]


def test_the_owner_gets_in_from_a_known_browser_while_strangers_are_locked_out(server, browser):
    known = browser("ada@example.com")
    logout(known)
    assert attempts(server, 11)[-1] == 429

    assert login(known, "ada@example.com").status_code == 303


def test_a_known_browser_of_somebody_else_is_a_stranger(server, browser):
    bea = browser("bea@example.com")
    logout(bea)
    attempts(server, 11)

    assert login(bea, "ada@example.com").status_code == 429


def test_a_login_that_works_clears_the_count(server, browser):
    attempts(server, 9)
    browser("ada@example.com")

    assert attempts(server, 10)[-1] == 401


def test_somebody_in_no_org_gets_a_readable_page(browser):
    client = browser()
    answer = login(client, "nina@example.com")

    assert answer.location == "/welcome"
    assert "not yet in any organisation" in client.get("/welcome").text


def test_a_logged_in_person_does_not_see_the_form_again(browser):
    assert browser("ada@example.com").get("/login").location == PAGE


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


def test_sessions_of_the_far_past_do_not_pile_up_attempts(server, store, clock):
    attempts(server, 3)
    clock.advance(hours=3)
    client = server.test_client()
    login(client, "ada@example.com")

    with store.shared() as session:
        slots = session.execute(text("SELECT DISTINCT slot FROM login_attempts")).scalars().all()
    assert slots == [int((clock.now - timedelta()).timestamp()) // 900]


def test_a_password_that_changes_while_it_is_compared_opens_nothing(browser, store, monkeypatch):
    from dashapp.domain import passwords

    verify = passwords.verify

    def changed_meanwhile(stored, password):
        with store.changing() as session:
            ada = users.find_user(session, "ada@example.com")
            users.set_password(session, ada.id, "another hash")
        return verify(stored, password)

    monkeypatch.setattr(passwords, "verify", changed_meanwhile)

    assert login(browser(), "ada@example.com").status_code == 401


def test_signing_out_works_after_days(browser, clock, monkeypatch):
    client = browser("ada@example.com")
    token = factories.hidden_value(client.get(PAGE).text, "csrf_token")
    monkeypatch.setattr("dashapp.web.login._FORM_MAX_AGE", -1)
    client.application.config["WTF_CSRF_TIME_LIMIT"] = -1

    assert client.post("/logout", data={"csrf_token": token}).status_code == 303


def test_two_people_at_one_form_are_two_logins(server, store, acme):
    client = server.test_client()
    data = form(client, "ada@example.com")
    other = server.test_client()
    other.set_cookie("dashapp-form", client.get_cookie("dashapp-form").value)
    client.post("/login", data=data)
    other.post("/login", data={**data, "email": "bea@example.com"})

    assert kinds(store, acme) == ["user.logged_in", "user.logged_in"]


def test_twins_that_ask_for_two_orgs_land_in_one(server, store, acme, rival):
    one, two = server.test_client(), server.test_client()
    data = form(one, "bea@example.com")
    two.set_cookie("dashapp-form", one.get_cookie("dashapp-form").value)
    one.post("/login", data={**data, "next": "/app/acme/operations"})
    two.post("/login", data={**data, "next": "/app/rival/operations"})

    assert (kinds(store, acme), kinds(store, rival)) == (["user.logged_in"], [])


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


def test_addresses_of_one_ipv6_network_count_together(server, monkeypatch):
    monkeypatch.setattr(login_limits, "PER_ADDRESS", 3)
    statuses = [
        attempts(server, 1, f"user{n}@example.com", REMOTE_ADDR=f"2001:db8:1:2::{n}")[0]
        for n in range(5)
    ]

    assert statuses == [401] * 3 + [429] * 2
    assert attempts(server, 1, "a@example.com", REMOTE_ADDR="2001:db8:1:3::1") == [401]


def test_a_blocked_address_uses_up_nobodys_account(server, monkeypatch, browser):
    monkeypatch.setattr(login_limits, "PER_ADDRESS", 2)
    assert attempts(server, 12, REMOTE_ADDR="203.0.113.9")[-1] == 429
    monkeypatch.setattr(login_limits, "PER_ADDRESS", 100)

    assert login(browser(), "ada@example.com").status_code == 303
