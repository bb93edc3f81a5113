"""Batches of history: days are marked as stale, read from events, and counted by upkeep."""

from datetime import timedelta

import pytest

from dashapp.store import short_steps, upkeep
from dashapp.store.events import backfill
from dashapp.store.orgs.states import org_state
from dashapp.store.tallies import maintenance
from tests import factories
from tests.factories import NOW, event, scope, time_range
from tests.panels import panel

HISTORY = range(2, 42)


@pytest.fixture(autouse=True)
def without_pauses(monkeypatch):
    """Skip the pauses between two steps of counting."""
    monkeypatch.setattr(short_steps, "sleep", lambda _seconds: None)


def send(store, owner, events):
    return factories.send(store, owner, events, can_defer=True)


def days_ago(numbers):
    return [event(at=NOW - timedelta(days=n, hours=1), user=f"u{n % 7}") for n in numbers]


def state_of(store, owner):
    with store.read(owner) as session:
        return org_state(session, owner)


def panel_rows(store, owner):
    with store.read(owner) as session:
        last_month = time_range("30d")
        return panel("events-time-series")(session, owner, last_month), panel("users-time-series")(
            session, owner, last_month
        )


def count_marked_days(store, **delay):
    upkeep.run_due(store, scope, NOW + timedelta(**delay))


def test_past_days_are_marked_and_numbers_are_exact_before_they_are_counted(store, acme):
    send(store, acme, days_ago([0, 1, *HISTORY]))

    assert len(state_of(store, acme).stale) == len(HISTORY)
    volume, _users = panel_rows(store, acme)
    assert [row.value for row in volume] == [1] * 30


def test_upkeep_counts_marked_days_without_changing_numbers(store, acme):
    send(store, acme, days_ago(HISTORY))
    send(store, acme, days_ago(HISTORY))
    before = panel_rows(store, acme)

    count_marked_days(store, minutes=1)

    assert state_of(store, acme).stale == ()
    assert panel_rows(store, acme) == before
    assert list(maintenance.differences(store, acme)) == []


def test_upkeep_waits_until_no_more_history_arrives(store, acme):
    send(store, acme, days_ago(HISTORY))

    count_marked_days(store, seconds=10)
    assert len(state_of(store, acme).stale) == len(HISTORY)

    count_marked_days(store, seconds=31)
    assert state_of(store, acme).stale == ()


def test_batches_that_cannot_be_deferred_are_counted_at_once(store, acme):
    factories.send(store, acme, days_ago(HISTORY))

    assert state_of(store, acme).stale == ()


def test_recent_days_and_short_histories_are_counted_at_once(store, acme):
    send(store, acme, days_ago(range(backfill.MIN_DAYS + 1)))

    assert state_of(store, acme).stale == ()
    assert list(maintenance.differences(store, acme)) == []


def test_a_day_with_many_events_is_counted_at_once(store, acme, monkeypatch):
    monkeypatch.setattr(backfill, "MAX_EVENTS", 2)
    send(store, acme, [event(at=NOW - timedelta(days=5)) for _ in range(3)])

    send(store, acme, days_ago(HISTORY))

    assert len(state_of(store, acme).stale) == len(HISTORY) - 1
    count_marked_days(store, minutes=1)
    assert list(maintenance.differences(store, acme)) == []


def test_an_error_in_one_org_does_not_stop_counting_of_the_others(store, acme, rival, monkeypatch):
    for owner in (acme, rival):
        send(store, owner, days_ago(HISTORY))
    finish = upkeep.finish_counting

    def finish_or_fail(store, owner):
        if owner.org_id == acme.org_id:
            raise RuntimeError("acme")
        finish(store, owner)

    monkeypatch.setattr(upkeep, "finish_counting", finish_or_fail)
    count_marked_days(store, minutes=1)

    assert state_of(store, rival).stale == ()
