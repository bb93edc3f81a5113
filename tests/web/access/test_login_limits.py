"""Limits on login attempts, per account and per network address."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import text

from dashapp.web.access import login_limits
from tests import factories
from tests.factories import login, login_form, logout

PAGE = "/app/acme/operations"


def try_logins(server, times: int, email="ada@example.com", **environ) -> list[int]:
    client = server.test_client()
    data = login_form(client, email, "wrong password")
    return [
        client.post("/login", data=data, environ_base=environ).status_code for _ in range(times)
    ]


@pytest.mark.both_databases
def test_wrong_passwords_are_limited_per_account_across_all_workers(server, store, clock):
    """Several servers on one database share an exact count."""
    servers = [server, *(factories.app(store, clock) for _ in range(3))]
    statuses = []
    threads = [
        threading.Thread(target=lambda s=server: statuses.extend(try_logins(s, 5)))
        for server in servers
    ]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]

    assert statuses.count(401) == login_limits.PER_ACCOUNT
    assert statuses.count(429) == 10


def test_a_limit_says_when_to_retry_and_then_ends(server, browser, clock):
    assert try_logins(server, 11)[-1] == 429

    client = browser()
    response = login(client, "ada@example.com")
    assert response.status_code == 429
    assert 0 < int(response.headers["Retry-After"]) <= 901

    clock.advance(seconds=int(response.headers["Retry-After"]))
    assert login(browser(), "ada@example.com").status_code == 303


def test_many_accounts_from_one_address_are_limited(server, monkeypatch):
    monkeypatch.setattr(login_limits, "PER_ADDRESS", 5)
    statuses = [try_logins(server, 1, f"user{n}@example.com")[0] for n in range(7)]

    assert statuses == [401] * 5 + [429] * 2


def test_a_refused_attempt_computes_no_hash(server, monkeypatch):
    try_logins(server, 10)
    monkeypatch.setattr("dashapp.domain.secrets.passwords.verify", pytest.fail)

    assert try_logins(server, 1) == [429]


def test_the_owner_can_log_in_from_a_known_browser_while_the_account_is_limited(server, browser):
    known_browser = browser("ada@example.com")
    logout(known_browser)
    assert try_logins(server, 11)[-1] == 429

    assert login(known_browser, "ada@example.com").status_code == 303


def test_a_browser_known_for_another_user_is_limited(server, browser):
    bea = browser("bea@example.com")
    logout(bea)
    try_logins(server, 11)

    assert login(bea, "ada@example.com").status_code == 429


def test_a_successful_login_resets_the_count(server, browser):
    try_logins(server, 9)
    browser("ada@example.com")

    assert try_logins(server, 10)[-1] == 401


@pytest.mark.both_databases
def test_old_login_attempts_are_deleted(server, store, clock):
    try_logins(server, 3)
    clock.advance(hours=3)
    client = server.test_client()
    login(client, "ada@example.com")

    with store.read_shared() as session:
        slots = session.execute(text("SELECT DISTINCT slot FROM login_attempts")).scalars().all()
    assert slots == [int((clock.now - timedelta()).timestamp()) // 900]


def test_addresses_of_one_ipv6_network_count_together(server, monkeypatch):
    monkeypatch.setattr(login_limits, "PER_ADDRESS", 3)
    statuses = [
        try_logins(server, 1, f"user{n}@example.com", REMOTE_ADDR=f"2001:db8:1:2::{n}")[0]
        for n in range(5)
    ]

    assert statuses == [401] * 3 + [429] * 2
    assert try_logins(server, 1, "a@example.com", REMOTE_ADDR="2001:db8:1:3::1") == [401]


def test_attempts_from_a_blocked_address_do_not_count_against_the_account(
    server, monkeypatch, browser
):
    monkeypatch.setattr(login_limits, "PER_ADDRESS", 2)
    assert try_logins(server, 12, REMOTE_ADDR="203.0.113.9")[-1] == 429
    monkeypatch.setattr(login_limits, "PER_ADDRESS", 100)

    assert login(browser(), "ada@example.com").status_code == 303
