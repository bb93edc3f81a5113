"""Keys, origins and settings, changed by somebody."""

import pytest

from dashapp.domain.access.actors import Action, Actor, ActorKind
from dashapp.domain.errors import BadInput, NotFound
from dashapp.domain.secrets.keys import KeyKind
from dashapp.store.administration import keys, origins
from dashapp.store.administration.change import changing
from dashapp.store.administration.org_settings import change_settings
from dashapp.store.audit.entries import Wanted, list_entries
from dashapp.store.orgs import keys as stored_keys
from dashapp.store.orgs.origins import list_origins
from tests.factories import OPERATOR

ADA = Actor(ActorKind.MEMBER, "1", "ada@example.com")
VENDOR = Actor(ActorKind.INSTALLATION_KEY, "k1", "sign-up")


def entries(store, owner):
    with store.read(owner) as session:
        return list_entries(session, owner, Wanted())


def test_a_key_is_recorded_without_its_secret(store, acme):
    with changing(store, acme, ADA, now=1) as change:
        key_id, secret = keys.add_key(change, keys.NewKey(KeyKind.READ, "reports"))

    (entry,) = entries(store, acme)
    assert (entry.action, entry.target) == (Action.KEY_ADDED, key_id)
    assert entry.after == {"kind": "read", "name": "reports"}
    assert secret not in str(entry)
    with store.read_shared() as session:
        (listed,) = stored_keys.list_keys(session, acme)
    assert (listed.name, listed.hint) == ("reports", secret[-4:])


def test_a_name_can_be_used_again_after_its_key_is_revoked(store, acme, rival):
    with changing(store, acme, ADA, now=1) as change:
        key_id, _ = keys.add_key(change, keys.NewKey(KeyKind.READ, "reports"))
        with pytest.raises(keys.NameTaken) as taken:
            keys.add_key(change, keys.NewKey(KeyKind.INGEST, "reports"))
        assert taken.value.id == key_id
        keys.revoke_key(change, key_id)
        keys.add_key(change, keys.NewKey(KeyKind.INGEST, "reports"))
    with changing(store, rival, ADA, now=1) as change:
        keys.add_key(change, keys.NewKey(KeyKind.READ, "reports"))


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "x" * 101])
def test_a_bad_name_is_refused(store, acme, name):
    with pytest.raises(BadInput, match="name"), changing(store, acme, ADA, now=1) as change:
        keys.add_key(change, keys.NewKey(KeyKind.READ, name))


def test_a_key_of_another_org_is_not_revoked(store, acme, rival):
    with changing(store, rival, ADA, now=1) as change:
        key_id, _ = keys.add_key(change, keys.NewKey(KeyKind.READ))

    with pytest.raises(NotFound), changing(store, acme, ADA, now=1) as change:
        keys.revoke_key(change, key_id)
    assert entries(store, acme) == []


def test_the_vendor_replaces_only_its_own_origins(store, acme):
    with changing(store, acme, VENDOR, now=1) as change:
        origins.replace_vendors_origins(change, ["https://a.example", "https://b.example"])
    with changing(store, acme, ADA, now=2) as change:
        origins.add_origin(change, "https://own.example")
    with changing(store, acme, VENDOR, now=3) as change:
        origins.replace_vendors_origins(change, ["https://B.example:443", "https://c.example"])

    with store.read_shared() as session:
        assert list_origins(session, acme) == [
            "https://b.example", "https://c.example", "https://own.example",
        ]  # fmt: skip
    assert [(e.action, e.target) for e in entries(store, acme)[:2]] != []
    assert {(e.action, e.target) for e in entries(store, acme) if e.at == 3} == {
        (Action.ORIGIN_REMOVED, "https://a.example"),
        (Action.ORIGIN_ADDED, "https://c.example"),
    }


def test_settings_record_only_what_changed(store, acme):
    with changing(store, acme, ADA, now=1) as change:
        assert change_settings(change, name="Acme Inc.", locale="en")
        assert not change_settings(change, name="Acme Inc.")

    (entry,) = entries(store, acme)
    assert (entry.before, entry.after) == ({"name": "Acme"}, {"name": "Acme Inc."})


def test_invalid_settings_change_nothing(store, acme):
    with pytest.raises(BadInput), changing(store, acme, OPERATOR, now=1) as change:
        change_settings(change, name="New", timezone="Mars/Olympus")
    assert entries(store, acme) == []
