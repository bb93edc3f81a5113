"""Tallies equal a recount of the events, whatever happens to either."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from dashapp.domain.access.scope import Scope
from dashapp.domain.errors import BadInput
from dashapp.domain.metrics.tallies import EVENTS, STANDARD, Counted, Tally
from dashapp.domain.time.instant import to_us
from dashapp.queries.counts import counts
from dashapp.queries.operations.event_volume import event_volume
from dashapp.queries.operations.user_volume import user_volume
from dashapp.store.events.erasure import erase_user, prune
from dashapp.store.orgs import orgs
from dashapp.store.orgs.states import org_state
from dashapp.store.tallies import maintenance, updates
from dashapp.store.upkeep import count_org, keep_up
from tests.factories import NOW, event, scope, send, time_range

PAGES = Tally(types=("page.viewed",), by="properties.page", values=("/0", "/1"))
BUYERS = Tally(types=("order.paid",), counted=Counted.USERS)


def differences(store, owner) -> list[str]:
    return list(maintenance.differences(store, owner))


def state_of(store, owner):
    with store.reading(owner) as session:
        return org_state(session, owner)


def days_of_events(count: int = 10):
    return [
        event(
            ("page.viewed", "order.paid", "finding.recorded")[n % 3],
            at=NOW - timedelta(hours=17 * n + 1),
            user=f"u{n % 4}",
            project=("default", "shop")[n % 2],
            properties={"page": f"/{n % 3}", "severity": "ERROR"},
        )
        for n in range(count)
    ]


def shown(store, owner, zone="UTC"):
    """What two panels draw over thirty days."""
    found = time_range("30d", zone)
    with store.reading(owner) as session:
        return event_volume(session, owner, found), user_volume(session, owner, found)


def without_tallies(store, owner):
    with store.maintaining(owner) as session:
        updates.drop(session, owner, state_of(store, owner).kept)
        session.execute(text("DELETE FROM event_users WHERE org_id = :org"), {"org": owner.org_id})


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Without the pauses for those who write."""
    monkeypatch.setattr(maintenance, "sleep", lambda _seconds: None)


@pytest.fixture
def filled(store, acme, rival):
    send(store, acme, days_of_events(40))
    send(store, rival, days_of_events(15))
    return store


def test_tallies_equal_a_recount_after_late_events_and_duplicates(filled, acme):
    late = [event(at=NOW - timedelta(days=400)), event(at=NOW - timedelta(days=12), user="late")]
    send(filled, acme, late)
    send(filled, acme, late)

    assert differences(filled, acme) == []


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("UPDATE tally SET n = n + 1 WHERE org_id = :org AND tally = 1 AND grain = 0 AND project = '' AND step = 20777", "2026-11-20 (day): 2 stored, 1 counted"),
        ("DELETE FROM tally WHERE org_id = :org AND tally = 1 AND grain = 1 AND project = 'default' AND step = 664872", "(hour 08): 0 stored, 1 counted"),
        ("UPDATE seen SET n = n + 1 WHERE org_id = :org AND project = ''", "(users): 2 stored, 1 counted"),
        ("INSERT INTO tally VALUES (:org, 1, 'ghost', 0, 1, '', '', 5)", "project ghost, 1970-01-02 (day): 5 stored, 0 counted"),
    ],
)  # fmt: skip
def test_a_wrong_number_is_found_and_a_rebuild_mends_it(filled, acme, rival, fault, said):
    with filled.writing(acme) as session:
        session.execute(text(fault), {"org": acme.org_id})

    assert any(said in sentence for sentence in differences(filled, acme))
    assert differences(filled, rival) == []

    maintenance.rebuild_all(filled, acme, [one.tally for one in state_of(filled, acme).kept])
    maintenance.finish_counting(filled, acme)
    assert differences(filled, acme) == []


def test_a_new_tally_is_counted_backwards_and_right_at_every_step(filled, acme, monkeypatch):
    monkeypatch.setattr(updates, "_SECONDS_PER_STEP", -1)  # a day a step
    low, high = to_us(NOW - timedelta(days=40)), to_us(NOW + timedelta(days=1))

    def answer():
        with filled.reading(acme) as session:
            return counts(session, acme, PAGES, [(low, high), (low, high - 5 * 86_400_000_000)])

    before = answer()
    with filled.maintaining(acme) as session:
        updates.declare(session, acme, [PAGES, BUYERS])
    steps = 0
    more = True
    while more:
        send(filled, acme, [])
        assert answer() == before
        with filled.maintaining(acme) as session:
            _, more = updates.count_next_days(session, acme)
        steps += 1

    assert steps > 20
    assert {one.from_day for one in state_of(filled, acme).kept} == {updates.ALWAYS}
    assert differences(filled, acme) == []
    assert answer() == before


def test_events_that_come_in_while_a_tally_is_counted_count_once(filled, acme, monkeypatch):
    monkeypatch.setattr(updates, "_SECONDS_PER_STEP", -1)
    with filled.maintaining(acme) as session:
        updates.declare(session, acme, [PAGES])
    for ago in (0, 1, 2, 20, 50, 3):
        with filled.maintaining(acme) as session:
            updates.count_next_days(session, acme)
        send(filled, acme, [event(at=NOW - timedelta(days=ago), properties={"page": "/new"})])

    maintenance.finish_counting(filled, acme)

    assert differences(filled, acme) == []


def test_declaring_twice_changes_nothing(filled, acme):
    before = state_of(filled, acme).kept
    count_org(filled, acme, [one.tally for one in before])

    assert state_of(filled, acme).kept == before


def test_a_rebuild_forgets_what_nobody_declares(filled, acme):
    count_org(filled, acme, [PAGES])
    maintenance.rebuild_all(filled, acme, [EVENTS])

    assert [one.tally for one in state_of(filled, acme).kept] == [EVENTS]


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"])
def test_another_time_zone_moves_the_days(filled, acme, zone):
    ought = shown(filled, acme, zone)
    maintenance.set_timezone(filled, acme, zone)
    moved = Scope(acme.org._replace(timezone=zone), acme.role)

    assert shown(filled, moved, zone) == ought  # from events, at once
    maintenance.finish_counting(filled, moved)
    assert shown(filled, moved, zone) == ought
    assert state_of(filled, moved).timezone == zone
    assert differences(filled, moved) == []


def test_a_time_zone_that_is_none_changes_nothing(filled, acme):
    for zone, said in (("Mars/Olympus", "not a time zone"), ("UTC", "already")):
        with pytest.raises(BadInput, match=said):
            maintenance.set_timezone(filled, acme, zone)

    assert differences(filled, acme) == []


def test_an_erased_user_is_gone_and_totals_fall(filled, acme, rival):
    theirs = [one for one in days_of_events(40) if one.user == "u1"]
    before = sum(row.value for row in shown(filled, acme)[0])

    assert erase_user(filled, acme, "u1") == len(theirs) == 10

    volume, _ = shown(filled, acme)
    assert sum(row.value for row in volume) == before - 10
    assert differences(filled, acme) == []
    assert state_of(filled, acme).stale == ()
    with filled.reading(acme) as session:
        named = session.execute(text("SELECT count(*) FROM event_users WHERE user_id = 'u1'"))
        assert named.scalar() == 0
    assert differences(filled, rival) == []


def test_an_erased_event_sent_again_is_a_duplicate(store, acme):
    one = event(user="u1")
    send(store, acme, [one])
    erase_user(store, acme, "u1")

    assert send(store, acme, [one, one._replace(user=None)])[:2] == (0, 2)
    assert sum(row.value for row in shown(store, acme)[0]) == 0


def test_a_user_who_comes_back_is_counted_again(filled, acme):
    erase_user(filled, acme, "u1")
    send(filled, acme, [event(user="u1")])

    assert differences(filled, acme) == []


def test_a_crash_after_erasing_leaves_right_numbers(filled, acme, monkeypatch):
    from dashapp.store.events import erasure

    monkeypatch.setattr(erasure, "finish_counting", lambda *_: None)
    erase_user(filled, acme, "u1")
    unfinished = shown(filled, acme)
    assert len(state_of(filled, acme).stale) > 5

    keep_up(filled, scope, [EVENTS], NOW)

    assert shown(filled, acme) == unfinished
    assert state_of(filled, acme).stale == ()
    assert differences(filled, acme) == []


def test_erasing_nobody_changes_nothing(filled, acme):
    before = state_of(filled, acme)

    assert erase_user(filled, acme, "nobody") == 0
    assert state_of(filled, acme) == before


def test_pruned_events_are_gone_and_stay_gone(filled, acme, rival):
    edge = to_us(NOW - timedelta(days=10))
    old = [one for one in days_of_events(40) if one.occurred_at < edge]

    assert prune(filled, acme, edge) == len(old)

    assert state_of(filled, acme).first_event_at >= edge
    assert differences(filled, acme) == []
    assert sum(row.value for row in shown(filled, acme)[0]) == 40 - len(old)
    assert sum(row.value for row in shown(filled, rival)[0]) == 15
    assert prune(filled, acme, edge) == 0


def test_a_pruned_event_sent_again_is_a_duplicate(store, acme):
    old = event(at=NOW - timedelta(days=10))
    send(store, acme, [old])
    prune(store, acme, to_us(NOW))

    assert send(store, acme, [old])[:2] == (0, 1)
    assert state_of(store, acme).first_event_at is None


def test_upkeep_prunes_what_an_org_does_not_keep(filled, acme, rival):
    with filled.changing() as session:
        orgs.set_org(session, acme.org_id, keep_days=5)

    keep_up(filled, scope, [EVENTS], NOW)

    assert state_of(filled, acme).first_event_at >= to_us(NOW - timedelta(days=5))
    assert sum(row.value for row in shown(filled, rival)[0]) == 15


def test_a_fault_in_one_org_does_not_stop_the_next(filled, acme, rival, monkeypatch):
    from dashapp.store import upkeep

    done = []

    def count(_store, owner, _wanted):
        done.append(owner.org.slug)
        raise RuntimeError("broken")

    monkeypatch.setattr(upkeep, "count_org", count)
    keep_up(filled, scope, [], NOW)

    assert done == ["acme", "rival"]


def test_the_past_is_counted_after_a_migration_from_before_tallies(filled, acme, monkeypatch):
    ought = shown(filled, acme)
    without_tallies(filled, acme)

    assert shown(filled, acme) == ought
    monkeypatch.setattr(updates, "_SECONDS_PER_STEP", -1)
    with filled.maintaining(acme) as session:
        updates.declare(session, acme, STANDARD)
        updates.count_next_days(session, acme)
    assert shown(filled, acme) == ought
    count_org(filled, acme, STANDARD)
    assert shown(filled, acme) == ought
    assert differences(filled, acme) == []


def test_whoever_writes_gets_a_turn_while_the_past_is_counted(filled, acme, monkeypatch):
    """SQLite asks for its lock every tenth of a second: between two steps there is more than that."""
    monkeypatch.setattr(updates, "_SECONDS_PER_STEP", -1)
    pauses = []
    monkeypatch.setattr(maintenance, "sleep", pauses.append)
    maintenance.rebuild_all(filled, acme, [EVENTS])
    maintenance.finish_counting(filled, acme)

    assert len(pauses) > 20
    assert min(pauses) >= 0.15


def test_pruning_forgets_the_names_of_those_who_are_gone(store, acme):
    send(store, acme, [event(user="old", at=NOW - timedelta(days=9)), event(user="new", at=NOW)])

    prune(store, acme, to_us(NOW - timedelta(days=1)))

    with store.reading(acme) as session:
        names = session.execute(text("SELECT user_id FROM event_users")).scalars().all()
    assert names == ["new"]
    send(store, acme, [event(user="old", at=NOW)])
    assert differences(store, acme) == []


def test_a_local_day_before_1970_is_a_day_like_others(store, acme):
    maintenance.set_timezone(store, acme, "America/New_York")
    send(store, acme, [event("conversation.search_term", at="1970-01-01T01:00:00Z", properties={"term": "rice"})])  # fmt: skip

    assert differences(store, acme) == []
