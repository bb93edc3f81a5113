"""Logins, and failures of known accounts, in the audits of the person's orgs."""

import pytest

from dashapp.store.audit.entries import Wanted, list_entries, list_installation_entries
from tests import factories


def entries_of(store, owner):
    with store.read(owner) as session:
        return [
            (entry.action, entry.target, entry.after)
            for entry in reversed(list_entries(session, owner, Wanted()))
        ]


def fail(server, email, times=1):
    client = server.test_client()
    data = factories.login_form(client, email, "wrong password")
    for _ in range(times):
        client.post("/login", data=data).close()  # what is recorded, is recorded after the answer


@pytest.mark.both_databases
def test_a_login_stands_in_the_org_where_the_person_lands(browser, store, acme, rival):
    browser("bea@example.com")

    entry = ("signed_in", "bea@example.com", {"method": "password"})
    assert entries_of(store, acme) == [entry]
    assert entries_of(store, rival) == []


@pytest.mark.both_databases
def test_a_logout_stands_where_the_login_does(browser, store, acme, rival):
    client = browser("bea@example.com")
    factories.logout(client)
    client.post("/logout").close()

    entries = sorted(entry[:2] for entry in entries_of(store, acme))  # both at the same time
    assert entries == [("signed_in", "bea@example.com"), ("signed_out", "bea@example.com")]
    assert entries_of(store, rival) == []


@pytest.mark.both_databases
def test_a_failure_stands_in_all_orgs_of_the_person(server, store, acme, rival):
    fail(server, "bea@example.com")

    entry = ("sign_in_failed", "bea@example.com", {"reason": "wrong_password"})
    assert entries_of(store, acme) == entries_of(store, rival) == [entry]


def test_a_locked_account_is_recorded_once(server, store, acme):
    fail(server, "ada@example.com", 15)

    actions = sorted(entry[0] for entry in entries_of(store, acme))
    assert actions == ["account_locked"] + ["sign_in_failed"] * 10


def test_unknown_addresses_stand_in_no_audit(server, store, acme):
    fail(server, "nobody@example.com")

    assert entries_of(store, acme) == []
    with store.read_shared() as session:
        assert list_installation_entries(session, Wanted()) == []
