"""Limits on login attempts, per account and per network address."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import text

from dashapp.domain.errors import Unavailable
from dashapp.store.people import users
from dashapp.web.access.login import limits as login_limits
from dashapp.web.services import EXTENSION
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


def known_device(server, email="ada@example.com"):
    """Log in, and return the cookie by which the browser is known."""
    client = server.test_client()
    assert login(client, email).status_code == 303
    return client.get_cookie("dashapp-device").value


def guess(server, device, times=1, email="ada@example.com", password="wrong password") -> list[int]:
    """Try to log in from other addresses than before, with a device cookie."""
    client = server.test_client()
    client.set_cookie("dashapp-device", device)
    data = login_form(client, email, password)
    return [client.post("/login", data=data).status_code for _ in range(times)]


def test_a_stolen_device_has_a_few_guesses(server):
    device = known_device(server)

    statuses = guess(server, device, 12)
    assert statuses == [401] * login_limits.PER_DEVICE + [429] * 2


@pytest.mark.both_databases
def test_all_devices_of_an_account_together_have_a_few_guesses(server, monkeypatch):
    devices = [known_device(server) for _ in range(5)]

    statuses = [status for device in devices for status in guess(server, device, 9)]
    assert statuses.count(401) == login_limits.PER_KNOWN_DEVICES
    assert guess(server, devices[-1], password=factories.PASSWORD) == [429]


def test_a_device_with_too_many_guesses_does_not_use_up_those_of_others(server):
    stolen, own = known_device(server), known_device(server)
    guess(server, stolen, 50)

    assert guess(server, own, password=factories.PASSWORD) == [303]


@pytest.mark.both_databases
def test_a_new_password_ends_all_known_devices(server, store):
    device = known_device(server)
    with store.write_shared() as session:
        ada = users.find_user(session, "ada@example.com")
        users.set_password(session, ada.id, factories.HASHER.hash("another good password"))
    assert try_logins(server, 11)[-1] == 429  # strangers have used up the account's limit

    assert guess(server, device, password="another good password") == [429]


def test_a_device_of_a_user_who_was_disabled_counts_as_a_stranger(server, store):
    device = known_device(server)
    with store.write_shared() as session:
        users.disable(session, users.find_user(session, "ada@example.com").id, now=1)
    try_logins(server, 11)

    assert guess(server, device) == [429]


@pytest.mark.parametrize("cookie", ["", "x", "a.b.c", "WyJhIiwiYiJd.aaaa.bbbb", "\xff" * 9])
def test_a_forged_device_counts_as_a_stranger(server, cookie):
    try_logins(server, 11)

    assert guess(server, cookie) == [429]
    assert guess(server, cookie, email="nobody@example.com") == [401]


def test_an_old_device_counts_as_a_stranger(server, monkeypatch):
    device = known_device(server)
    try_logins(server, 11)
    monkeypatch.setattr(login_limits, "DEVICE_MAX_AGE", -1)

    assert guess(server, device, password=factories.PASSWORD) == [429]


@pytest.mark.both_databases
def test_correct_logins_from_an_office_do_not_count(server, monkeypatch):
    monkeypatch.setattr(login_limits, "PER_ADDRESS", 3)
    for _ in range(3):
        for email in ("ada@example.com", "bea@example.com", "nina@example.com"):
            assert login(server.test_client(), email).status_code == 303

    statuses = [try_logins(server, 1, f"user{n}@example.com")[0] for n in range(4)]
    assert statuses == [401, 401, 401, 429]


def test_a_correct_login_hides_no_guesses_from_the_same_address(server, monkeypatch):
    monkeypatch.setattr(login_limits, "PER_ADDRESS", 5)
    statuses = []
    for n in range(7):
        statuses += try_logins(server, 1, f"user{n}@example.com")
        login(server.test_client(), "bea@example.com")

    assert statuses == [401] * 5 + [429] * 2


def test_a_known_device_can_log_in_from_a_blocked_address(server, monkeypatch):
    device = known_device(server)
    monkeypatch.setattr(login_limits, "PER_ADDRESS", 1)
    try_logins(server, 2, "user@example.com")

    assert guess(server, device, password=factories.PASSWORD) == [303]


def test_an_attempt_whose_password_is_not_checked_does_not_count(server, monkeypatch):
    def busy(*_):
        raise Unavailable("Too many people are signing in right now.")

    with monkeypatch.context() as patched:
        patched.setattr("dashapp.domain.secrets.passwords.verify", busy)
        assert try_logins(server, 12) == [503] * 12

    assert try_logins(server, 11) == [401] * 10 + [429]


def test_a_correct_login_that_was_counted_earlier_is_taken_back_there(server, store, clock):
    app = server.extensions[EXTENSION]
    attempt = login_limits.attempt_of(
        app, "x@example.com", None, address="203.0.113.9", device_cookie=None
    )
    login_limits.check(app, attempt)
    clock.advance(minutes=15)
    login_limits.check(app, attempt._replace(at=app.now_us()))
    login_limits.succeed(app, attempt)

    with store.read_shared() as session:
        counts = session.execute(text("SELECT count FROM login_attempts ORDER BY slot, count"))
        assert counts.scalars().all() == [0, 1, 1]


def test_ipv4_clients_of_a_server_on_ipv6_count_one_by_one(server, monkeypatch):
    monkeypatch.setattr(login_limits, "PER_ADDRESS", 1)
    for n in range(3):
        address = {"REMOTE_ADDR": f"::ffff:203.0.113.{n}"}
        assert try_logins(server, 2, f"user{n}@example.com", **address) == [401, 429]
