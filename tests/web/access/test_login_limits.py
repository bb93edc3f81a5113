"""How often somebody may try to log in."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import text

from dashapp.web.access import login_limits
from tests import factories
from tests.factories import login, login_form, logout

PAGE = "/app/acme/operations"


def attempts(server, times: int, email="ada@example.com", **environ) -> list[int]:
    client = server.test_client()
    data = login_form(client, email, "wrong password")
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
    monkeypatch.setattr("dashapp.domain.secrets.passwords.verify", pytest.fail)

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


def test_sessions_of_the_far_past_do_not_pile_up_attempts(server, store, clock):
    attempts(server, 3)
    clock.advance(hours=3)
    client = server.test_client()
    login(client, "ada@example.com")

    with store.shared() as session:
        slots = session.execute(text("SELECT DISTINCT slot FROM login_attempts")).scalars().all()
    assert slots == [int((clock.now - timedelta()).timestamp()) // 900]


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
