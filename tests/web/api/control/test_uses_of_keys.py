"""Each use of an installation key stands in the audit of the org, once."""

import pytest

from dashapp.domain.secrets.keys import KeyScope
from dashapp.store.audit.entries import Wanted, list_entries
from dashapp.store.tables import installation_audit
from tests import factories
from tests.factories import event, send

NUMBERS = {"export": "?format=csv"}


@pytest.fixture
def entries(store, acme):
    """Return a function that returns the new entries of Acme's audit: action, target, and kind."""
    seen = set()

    def new():
        with store.read(acme) as session:
            rows = [r for r in list_entries(session, acme, Wanted(500)) if r.mark not in seen]
        seen.update(row.mark for row in rows)
        return [(row.action, row.target, row.actor_kind) for row in rows]

    return new


def reads(client) -> list[str]:
    """Return the addresses of all routes that read something of Acme with such a key."""
    rules = [
        rule.rule.replace("<path:user>", "u/7").replace("<org>", "acme")
        for rule in client.application.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/orgs/<org>") and "GET" in rule.methods
    ]
    return sorted(rules)


@pytest.mark.both_databases
def test_each_read_leaves_one_entry(vendor, store, acme, entries):
    send(store, acme, [event("page.viewed", "2026-11-19T09:00:00Z", user="u/7")])
    recorded = {"export": "events", "users/u/7/events": "u/7"}  # as data that was exported

    for path in reads(vendor.client):
        name = path.removeprefix("/api/v1/orgs/acme").removeprefix("/")
        answer = vendor.get(path.removeprefix("/api/v1/") + NUMBERS.get(name, ""))
        assert answer.status_code == 200, path
        action, target = (
            ("exported", recorded[name]) if name in recorded else ("key_used", f"GET {path}")
        )
        assert entries() == [(action, target, "installation_key")], path
    assert len(reads(vendor.client)) >= 8


def test_a_request_that_changes_nothing_is_a_use_too(vendor, acme, entries):
    vendor.put("orgs/acme", {"name": "New"})
    assert [action for action, *_rest in entries()] == ["settings_changed"]

    vendor.put("orgs/acme", {"name": "New"})
    assert entries() == [("key_used", "PUT /api/v1/orgs/acme", "installation_key")]


def test_a_request_that_fails_is_no_use(vendor, store, acme, entries):
    weak = type(vendor)(vendor.client, factories.add_installation_key(store, KeyScope.USAGE))

    assert weak.get("orgs/acme/keys").status_code == 403
    assert vendor.get("orgs/acme/keys?x=1").status_code == 400
    assert vendor.get("orgs/acme/export?format=xml").status_code == 400
    assert vendor.delete("orgs/acme/keys/nope").status_code == 404
    assert entries() == []


def test_what_names_no_org_is_no_use_in_one(vendor, store, acme, entries):
    assert vendor.get("orgs").status_code == vendor.get("usage?month=2026-11").status_code == 200

    assert entries() == []
    with store.read_shared() as session:
        assert session.execute(installation_audit.select()).all() == []
