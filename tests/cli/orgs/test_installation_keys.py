"""`dashapp key …` without an org: keys of the installation."""

import pytest

from dashapp.domain.secrets.keys import KeyScope
from dashapp.store.audit.entries import Wanted, list_installation_entries
from dashapp.store.installation.keys import find_installation_key


def add(run, *arguments: str, **options) -> str:
    result = run("key", "add", *arguments, **options)
    return result.stdout or result.stderr


def find(store, secret: str):
    with store.read_shared() as session:
        return find_installation_key(session, secret)


def test_an_admin_key_has_the_scopes_that_were_given(run, store):
    output = add(run, "--kind", "admin", "--name", "sign-up", "--scopes", "orgs, keys")

    secret = output.splitlines()[-1]
    assert secret.startswith("dash_admin_")
    key = find(store, secret)
    assert (key.name, key.scopes) == ("sign-up", {KeyScope.ORGS, KeyScope.KEYS})
    assert key.can(KeyScope.ORGS)
    assert not key.can(KeyScope.EMBED)


def test_all_is_every_scope(run, store):
    key = find(store, add(run, "--kind", "admin", "--name", "x", "--scopes", "all").split()[-1])

    assert all(key.can(scope) for scope in KeyScope)


def test_an_ingest_key_without_an_org_sends_for_all(run, store):
    key = find(store, add(run, "--kind", "ingest", "--name", "events").split()[-1])

    assert (key.kind, key.scopes) == ("ingest", {KeyScope.EVENTS})


@pytest.mark.parametrize(
    ("arguments", "exits", "message"),
    [
        (["--kind", "admin", "--name", "x"], 2, "needs --scopes"),
        (["--kind", "admin", "--scopes", "all"], 2, "needs a --name"),
        (["--kind", "admin", "--name", "x", "--scopes", "orgs,boss"], 1, "Unknown scope “boss”"),
        (["--kind", "admin", "--name", "x", "--scopes", "all", "--org", "acme"], 2, "leave out"),
        (["--kind", "read", "--name", "x"], 2, "belongs to an org"),
        (["--kind", "ingest", "--name", "x", "--scopes", "all"], 2, "kind admin"),
        (["--kind", "admin", "--name", " ", "--scopes", "all"], 1, "name"),
    ],
)
def test_what_is_refused(run, acme, arguments, exits, message):
    assert message in run("key", "add", *arguments, exits=exits).output


def test_a_name_is_unique_among_active_keys(run, store):
    output = add(run, "--kind", "ingest", "--name", "events")
    key_id = output.split()[1]

    assert key_id in add(run, "--kind", "ingest", "--name", "events", exits=1)
    run("key", "revoke", key_id)
    assert find(store, output.split()[-1]) is None
    add(run, "--kind", "ingest", "--name", "events")


def test_keys_are_listed_without_their_secrets(run, store):
    secret = add(run, "--kind", "admin", "--name", "sign-up", "--scopes", "orgs").split()[-1]

    listed = run("key", "list").output
    assert "sign-up" in listed
    assert secret[-20:] not in listed


def test_what_operators_do_is_recorded(run, store):
    key_id = add(run, "--kind", "ingest", "--name", "events").split()[1]
    run("key", "revoke", key_id)

    with store.read_shared() as session:
        entries = list_installation_entries(session, Wanted())
    assert [(e.action, e.target) for e in entries] == [
        ("key_revoked", key_id), ("key_added", key_id),
    ]  # fmt: skip
