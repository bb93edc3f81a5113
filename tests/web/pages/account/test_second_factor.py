"""The second step of a login: authenticator app and recovery codes."""

import threading

import pytest
from sqlalchemy import text

from dashapp.store.people import lockout, users
from dashapp.web.access.login import second_factor
from tests import factories
from tests.web.pages.account.signing import (
    BOARD,
    code_of,
    first_step,
    second_step,
    send,
    set_up_app,
    user_named,
)


@pytest.fixture
def totp(browser, clock):
    return set_up_app(browser("ada@example.com"), clock)[0]


@pytest.mark.both_databases
def test_a_right_code_signs_in(browser, clock, totp):
    client = browser()
    first_step(client)

    response = second_step(client, code_of(totp, clock))

    assert (response.status_code, response.location) == (303, BOARD)
    assert client.get(BOARD).status_code == 200


def test_a_password_alone_opens_nothing(browser, totp):
    client = browser()
    response = first_step(client)

    assert "dashapp-session" not in response.headers["Set-Cookie"]
    for path in (BOARD, "/account", "/app/acme", "/app/acme/settings/general"):
        assert client.get(path).location.startswith("/login?next="), path
    assert client.get("/api/v1/dashboards?org=acme").status_code == 401


def test_the_cookie_of_a_half_sign_in_is_no_session(browser, totp):
    client = browser()
    first_step(client)
    client.set_cookie("dashapp-session", client.get_cookie("dashapp-sign-in").value)

    assert client.get(BOARD).status_code == 302


def test_a_half_sign_in_belongs_to_one_browser(browser, clock, totp):
    client, thief = browser(), browser()
    first_step(client)
    thief.get("/login")
    thief.set_cookie("dashapp-sign-in", client.get_cookie("dashapp-sign-in").value)

    assert thief.get("/login/second-factor").location == "/login"


def test_a_half_sign_in_ends_after_ten_minutes(browser, clock, totp):
    client = browser()
    first_step(client)
    clock.advance(minutes=10, seconds=1)

    assert client.get("/login/second-factor").location == "/login"


def test_a_new_password_ends_half_sign_ins(browser, store, totp):
    client = browser()
    first_step(client)
    with store.write_shared() as session:
        session.execute(text("UPDATE users SET password_hash = 'new'"))

    assert client.get("/login/second-factor").location == "/login"


def test_a_code_works_once(browser, clock, totp):
    code = code_of(totp, clock)
    first, second = browser(), browser()
    first_step(first)
    first_step(second)

    assert second_step(first, code).status_code == 303
    assert second_step(second, code).status_code == 401


@pytest.mark.both_databases
def test_of_many_requests_with_one_code_one_is_accepted(server, store, clock, totp):
    ada, code, accepted = user_named(store).id, code_of(totp, clock), []
    app = server.extensions["dashapp"]

    def use():
        with store.write_shared() as session:
            accepted.append(second_factor.accept_totp(app, session, ada, code))

    threads = [threading.Thread(target=use) for _ in range(20)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]

    assert sorted(accepted) == [False] * 19 + [True]


def test_a_new_password_keeps_the_second_factor(browser, store, totp):
    with store.write_shared() as session:
        users.set_password(session, user_named(store).id, factories.HASHER.hash("a new password"))

    response = factories.login(browser(), "ada@example.com", "a new password")
    assert response.location == "/login/second-factor"


@pytest.mark.parametrize(("seconds", "status"), [(-60, 401), (-30, 303), (30, 303), (60, 401)])
def test_a_code_of_the_steps_next_to_now_is_accepted(browser, clock, totp, seconds, status):
    clock.advance(minutes=5)
    client = browser()
    first_step(client)

    code = totp.at(int(clock.now.timestamp()) + seconds)
    assert second_step(client, code).status_code == status


@pytest.mark.parametrize("code", ["", "12345", "1234567", "١٢٣٤٥٦", "abcdef", "0" * 40])
def test_what_is_no_code_is_refused(browser, totp, code):
    client = browser()
    first_step(client)

    assert second_step(client, code).status_code == 401


def test_a_recovery_code_works_once(browser, clock):
    codes = set_up_app(browser("ada@example.com"), clock)[1]
    first, second = browser(), browser()
    first_step(first)
    first_step(second)

    assert len(codes) == 10
    assert second_step(first, codes[3].upper().replace("-", " ")).status_code == 303
    assert second_step(second, codes[3]).status_code == 401
    assert second_step(second, codes[4]).status_code == 303


def test_codes_of_another_person_are_refused(browser, clock, totp):
    rita_totp, rita_codes = set_up_app(browser("rita@example.com"), clock)
    client = browser()
    first_step(client)

    assert second_step(client, rita_codes[0]).status_code == 401
    assert second_step(client, code_of(rita_totp, clock)).status_code == 401


def guess(client, times):
    page = client.get("/login/second-factor").text
    token = factories.hidden_value(page, "csrf_token")
    data = {"csrf_token": token, "code": "000000"}
    return [client.post("/login/second-factor", data=data).status_code for _ in range(times)]


def test_guesses_are_limited_and_a_right_password_does_not_reset_them(browser, clock, totp):
    client = browser()
    first_step(client)
    assert guess(client, 11) == [401] * 10 + [429]

    client = browser()
    first_step(client)
    assert second_step(client, code_of(totp, clock)).status_code == 429
    clock.advance(minutes=15)
    first_step(client)
    assert guess(client, 11) == [401] * 10 + [429]
    clock.advance(hours=1)
    first_step(client)
    assert guess(client, 1) == [429]  # 20 a day


def test_right_codes_do_not_count(browser, clock, totp, monkeypatch):
    monkeypatch.setattr(second_factor, "PER_QUARTER", 2)
    for _ in range(4):
        client = browser()
        first_step(client)
        assert second_step(client, code_of(totp, clock)).status_code == 303
        clock.advance(seconds=30)


def test_the_second_step_needs_the_token_of_its_page(browser, clock, totp):
    client = browser()
    first_step(client)

    response = client.post("/login/second-factor", data={"code": code_of(totp, clock)})
    assert response.status_code == 400
    assert client.get(BOARD).status_code == 302


def test_a_login_gets_new_cookies(browser, clock, totp):
    client = browser()
    client.set_cookie("dashapp-session", "planted")
    first_step(client)
    waiting = client.get_cookie("dashapp-sign-in").value
    second_step(client, code_of(totp, clock))

    assert client.get_cookie("dashapp-session").value not in {"planted", waiting}
    assert client.get_cookie("dashapp-sign-in") is None


def test_the_secret_is_sealed_and_recovery_codes_are_hashed(browser, store, clock):
    totp, codes = set_up_app(browser("ada@example.com"), clock)
    with store.read_shared() as session:
        sealed = session.execute(text("SELECT sealed FROM authenticators")).scalar_one()
        digests = session.execute(text("SELECT digest FROM recovery_codes")).scalars().all()

    assert totp.secret not in sealed
    assert {len(digest) for digest in digests} == {64}
    assert not set(codes) & set(digests)


def test_an_app_that_was_not_confirmed_is_not_asked_for(browser):
    send(browser("ada@example.com"), "/account/authenticator/start")

    assert factories.login(browser(), "ada@example.com").location == BOARD


def test_of_what_a_reset_of_the_password_forgets_codes_are_no_part(store, server):
    ada = user_named(store)

    assert lockout.subjects_of(ada) == ("account:ada@example.com", f"devices:{ada.id}")
    assert f"codes-of-day:{ada.id}" in lockout.all_subjects_of(ada)
