"""Erasing and pruning many events: in short steps, exact after each, while events arrive."""

from contextlib import contextmanager, suppress
from datetime import timedelta

import pytest
from sqlalchemy import event as sql_event
from sqlalchemy import func, select, text

from dashapp.domain.metrics.tallies import STANDARD
from dashapp.domain.time.instant import to_us
from dashapp.store import short_steps
from dashapp.store.events import absent_fields, erasure, removal
from dashapp.store.events.erasure import erase_user, prune
from dashapp.store.orgs.states import org_state
from dashapp.store.tables import events, tombstones
from dashapp.store.tallies import counting, maintenance
from dashapp.store.upkeep import maintain_org
from tests.factories import NOW, event, send
from tests.sealing import seal

pytestmark = pytest.mark.both_databases
STEP = 20


@pytest.fixture(autouse=True)
def short(monkeypatch):
    monkeypatch.setattr(short_steps, "sleep", lambda _seconds: None)
    monkeypatch.setattr(removal, "STEP", STEP)
    monkeypatch.setattr(erasure, "STEP", STEP)


@pytest.fixture
def filled(store, acme):
    """The last 30 days of two users: u0 has 60 events, u1 has 90."""
    for user, per_day in (("u0", 2), ("u1", 3)):
        send(store, acme, [
            event(type_, NOW - timedelta(days=day, minutes=n), user=user, properties={"of": user})
            for day in range(30) for n in range(per_day) for type_ in ("page.viewed",)
        ])  # fmt: skip
    maintain_org(store, acme, STANDARD)
    return store


def number_of(store, acme, table, *conditions):
    with store.read(acme) as session:
        is_of_org = table.c.org_id == acme.org_id
        return session.execute(select(func.count()).where(is_of_org, *conditions)).scalar()


def is_exact(store, acme):
    return list(maintenance.differences(store, acme)) == []


@contextmanager
def counted_deletions(store):
    """Collect how many events each statement deletes."""
    counts = []

    def count(_connection, cursor, statement, *_):
        if statement.startswith("DELETE FROM events "):
            counts.append(cursor.rowcount)

    sql_event.listen(store._writer, "after_cursor_execute", count)
    yield counts
    sql_event.remove(store._writer, "after_cursor_execute", count)


@pytest.mark.parametrize("remove", [
    lambda store, acme: erase_user(store, acme, "u1"),
    lambda store, acme: prune(store, acme, to_us(NOW) + 1),
    lambda store, acme: prune(store, acme, to_us(NOW - timedelta(days=3, minutes=1))),
])  # fmt: skip
def test_each_transaction_removes_a_bounded_number_of_events(filled, acme, remove):
    with counted_deletions(filled) as counts:
        removed = remove(filled, acme)

    assert sum(counts) == removed == number_of(filled, acme, tombstones)
    assert max(counts) <= STEP
    assert len([count for count in counts if count]) >= removed / STEP
    assert is_exact(filled, acme)


@pytest.mark.parametrize("days", [0, 40])
def test_an_interrupted_removal_is_exact_and_is_finished_by_the_next(filled, acme, days):
    def remove(on_progress=lambda _count: None):
        if days:
            return prune(filled, acme, to_us(NOW - timedelta(days=1)), on_progress)
        return erase_user(filled, acme, "u1", on_progress)

    def stop(_count):
        raise KeyboardInterrupt

    before = number_of(filled, acme, events)
    with suppress(KeyboardInterrupt):
        remove(stop)
    left = number_of(filled, acme, events)
    assert 0 < before - left <= STEP
    with filled.read(acme) as session:
        assert org_state(session, acme).stale
    assert is_exact(filled, acme)

    assert remove() == left - number_of(filled, acme, events)
    assert number_of(filled, acme, tombstones) == before - number_of(filled, acme, events)
    assert is_exact(filled, acme)


def test_events_that_arrive_during_an_erasure_are_erased(filled, acme):
    arriving = [
        event(at=NOW - timedelta(days=day), user="u1", properties={"of": "u1"})
        for day in (0, 29, 45)
    ]

    def send_more(_count):
        if arriving:
            send(filled, acme, [arriving.pop()])

    erase_user(filled, acme, "u1", send_more)

    assert number_of(filled, acme, events, events.c.user_id == "u1") == 0
    assert number_of(filled, acme, tombstones) == 90 + 3
    assert is_exact(filled, acme)
    with filled.read(acme) as session:
        names = session.execute(text("SELECT user_id FROM event_users")).scalars().all()
    assert names == ["u0"]


def test_a_user_who_never_stops_sending_is_counted_once(filled, acme, monkeypatch):
    """Their name is deleted after a few rounds: what comes later has a new number on every day."""
    all_batches, rounds = erasure._all_batches, []

    def batches_and_more(*arguments):
        yield from all_batches(*arguments)
        day = NOW - timedelta(days=40 + len(rounds))  # on which the user was not active before
        rounds.append(send(filled, acme, [event(at=day, user="u1")]))

    monkeypatch.setattr(erasure, "_all_batches", batches_and_more)
    erase_user(filled, acme, "u1")
    assert len(rounds) == erasure._MAX_ROUNDS
    assert number_of(filled, acme, events, events.c.user_id == "u1") == 1
    send(filled, acme, [event(at=NOW, user="u1")])

    assert is_exact(filled, acme)


def test_erasing_leaves_no_trace_in_sealed_days(filled, acme):
    seal(filled, acme)
    erase_user(filled, acme, "u1")
    with filled.read(acme) as session:
        bodies = session.execute(text("SELECT body FROM segments")).scalars().all()

    assert not any(b"u1" in bytes(body) for body in bodies)
    assert is_exact(filled, acme)


@pytest.mark.parametrize("times", [1, 1_000])
def test_a_stale_day_that_changes_while_it_is_counted_is_counted_again(
    filled, acme, monkeypatch, times
):
    """Counts of a snapshot are stored only if its days are the same under the lock.

    Days that change each time are counted under the lock.
    """
    recount, late = counting.recount, [event(at=NOW - timedelta(days=2), user="late")] * times

    def recount_and_send(*arguments):
        counts = recount(*arguments)
        if late:
            send(filled, acme, [late.pop()._replace(id=f"late-{len(late)}")])
        return counts

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(erasure, "finish_counting", lambda *_: None)
        erase_user(filled, acme, "u0")
    monkeypatch.setattr(counting, "recount", recount_and_send)
    maintenance.finish_counting(filled, acme)

    assert len(late) < times
    with filled.read(acme) as session:
        assert org_state(session, acme).stale == ()
    assert is_exact(filled, acme)


def test_a_property_that_appears_while_it_is_looked_for_stays_recorded(filled, acme, monkeypatch):
    look, late = absent_fields._absent_fields, ["once"]

    def look_and_send(*arguments):
        absent = look(*arguments)
        if absent and late:
            send(filled, acme, [event("page.viewed", properties={late.pop(): 1})])
        return absent

    send(filled, acme, [event("page.viewed", user="u9", properties={"once": 1, "gone": 1})])
    monkeypatch.setattr(absent_fields, "_absent_fields", look_and_send)
    erase_user(filled, acme, "u9")

    with filled.read(acme) as session:
        names = session.execute(text("SELECT name FROM event_fields")).scalars().all()
    assert late == []
    assert sorted(names) == ["of", "once"]
