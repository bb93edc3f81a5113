"""Erasing a user and undoing an import: requested by a person, made by upkeep."""

from datetime import timedelta
from functools import partial

import pytest

from dashapp.domain.access.actors import Actor, ActorKind
from dashapp.domain.errors import BadInput, Conflict, NotFound
from dashapp.domain.time.instant import to_us
from dashapp.store.administration import data
from dashapp.store.administration.change import changing
from dashapp.store.audit.entries import Wanted, list_entries
from dashapp.store.events import erasure
from dashapp.store.events.erasures import list_erasures
from dashapp.store.imports import import_log
from dashapp.store.imports.import_log import Facts, find_import
from dashapp.store.upkeep import run_due
from tests import factories
from tests.factories import NOW, event, send, stored_events

ADA = Actor(ActorKind.MEMBER, "7", "ada@example.com")


def changes(store, owner):
    return changing(store, owner, ADA, now=to_us(NOW))


def upkeep(store):
    run_due(store, factories.scope, NOW + timedelta(minutes=1))


def request(store, owner, user="u-1"):
    with store.read(owner) as session:
        count = data.count_of_user(session, owner, user)
    with changes(store, owner) as change:
        data.erase(change, user, count)
    return count


def pending(store, owner):
    with store.read(owner) as session:
        return [(row.user_id, row.erased) for row in list_erasures(session, owner)]


def acts(store, owner):
    with store.read(owner) as session:
        entries = list_entries(session, owner, Wanted())
    return sorted((row.actor_kind, row.action, row.target, row.after) for row in entries)


@pytest.fixture
def users(store, acme, rival):
    """Three events of u-1 and one of u-2 in Acme, and one of u-1 in Rival."""
    send(store, acme, [event(user="u-1") for _ in range(3)] + [event(user="u-2")])
    send(store, rival, [event(user="u-1")])


def test_upkeep_erases_a_user_and_forgets_the_request(store, acme, rival, users):
    assert request(store, acme) == 3
    assert len(stored_events(store, acme)) == 4

    upkeep(store)

    assert [row[1] for row in stored_events(store, acme)] == ["u-2"]
    assert len(stored_events(store, rival)) == 1
    assert pending(store, acme) == []
    assert acts(store, acme) == [
        ("member", "user_erased", "u-1", {"events": 3, "state": "requested"}),
        ("system", "user_erased", "u-1", {"events": 3, "state": "done"}),
    ]


def test_more_erasures_than_are_listed_at_once_are_made(store, acme, users, monkeypatch):
    listed = partial(list_erasures, most=1)
    monkeypatch.setattr("dashapp.store.administration.data.list_erasures", listed)
    for user in ("u-1", "u-2"):
        request(store, acme, user)
    with store.read(acme) as session:
        assert [row.user_id for row in listed(session, acme)] == ["u-1"]

    upkeep(store)

    assert (stored_events(store, acme), pending(store, acme)) == ([], [])


def test_an_erasure_that_was_killed_continues_and_counts_each_event_once(
    store, acme, users, monkeypatch
):
    request(store, acme)
    steps = []

    def die(*args, **options):
        steps.append(args)
        if len(steps) == 2:
            raise KeyboardInterrupt
        return remove(*args, **options)

    remove = erasure.remove
    monkeypatch.setattr("dashapp.store.events.removal.STEP", 2)
    monkeypatch.setattr(erasure, "remove", die)
    with pytest.raises(KeyboardInterrupt):
        upkeep(store)
    assert pending(store, acme) == [("u-1", 2)]

    upkeep(store)

    assert pending(store, acme) == []
    assert acts(store, acme)[-1][3] == {"events": 3, "state": "done"}


def test_a_user_is_not_erased_twice_at_a_time(store, acme, users):
    request(store, acme)

    with pytest.raises(Conflict, match="already being erased"):
        request(store, acme)
    assert len(acts(store, acme)) == 1


@pytest.mark.parametrize("user", ["", "x" * 201, "nobody", "U-1"])
def test_a_user_without_events_is_named_as_such(store, acme, users, user):
    with pytest.raises(BadInput):
        request(store, acme, user)

    assert acts(store, acme) == []


@pytest.fixture
def imported(store, acme):
    """An import that has stored two of Acme's three events."""
    with store.write(acme) as session:
        facts = Facts("i0123456789", "orders.csv", "0" * 64, {}, "ada", 1)
        number = import_log.begin_import(session, acme, facts)
    events = [event(), event()]
    send(store, acme, [event(user="kept")])
    send(store, acme, events, import_number=number)
    with store.write(acme) as session:
        counts = import_log.Counts(added=2)
        import_log.count_batch(session, acme, number, counts, events)
        import_log.finish_import(session, acme, number, 0, 2)
    return "i0123456789"


def undo(store, owner, import_id):
    with changes(store, owner) as change:
        data.undo(change, import_id)


def test_upkeep_undoes_an_import(store, acme, imported):
    undo(store, acme, imported)
    assert len(stored_events(store, acme)) == 3

    upkeep(store)

    assert [row[1] for row in stored_events(store, acme)] == ["kept"]
    with store.read(acme) as session:
        done = find_import(session, acme, imported)
        entry = list_entries(session, acme, Wanted())[0]
    assert (done.undone, done.undone_by, done.undone_at is None) == (2, "ada@example.com", False)
    assert (entry.action, entry.target, entry.before) == (
        "import_undone", imported, {"file": "orders.csv", "events": 2},
    )  # fmt: skip


def test_an_import_is_undone_once_and_by_its_org_only(store, acme, rival, imported):
    undo(store, acme, imported)

    with pytest.raises(Conflict, match="already being undone"):
        undo(store, acme, imported)
    upkeep(store)
    with pytest.raises(Conflict, match="already undone"):
        undo(store, acme, imported)
    with pytest.raises(NotFound):
        undo(store, rival, imported)
    assert len(acts(store, acme)) == 1
