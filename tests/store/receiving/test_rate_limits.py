"""Rate limits of keys and orgs: shared by all workers, and exact at the limit."""

import threading

import pytest

from dashapp.domain.errors import TooLarge, TooMany
from dashapp.store.engine import Store
from dashapp.store.receiving.rate_limits import MINUTE, Sender, require_capacity, spend

SECOND = 1_000_000
NOW = 1_000 * MINUTE
KEY = Sender("k1", 60, 1_000)


def spend_events(store, owner, events, sender=KEY, now=NOW) -> None:
    with store.write(owner) as session:
        spend(session, owner, sender, events, now=now)


def expect_refusal(store, owner, events, **options) -> TooMany:
    """Spend events beyond the limit; return the error."""
    with pytest.raises(TooMany) as caught:
        spend_events(store, owner, events, **options)
    return caught.value


def test_one_minutes_worth_of_events_can_be_sent_at_once(store, acme):
    spend_events(store, acme, 59)
    spend_events(store, acme, 1)

    assert expect_refusal(store, acme, 1).retry_after == 1


def test_capacity_returns_evenly_over_time(store, acme):
    spend_events(store, acme, 60)

    expect_refusal(store, acme, 11, now=NOW + 10 * SECOND)
    spend_events(store, acme, 10, now=NOW + 10 * SECOND)
    assert expect_refusal(store, acme, 5, now=NOW + 10 * SECOND).retry_after == 5
    spend_events(store, acme, 60, now=NOW + 70 * SECOND)


def test_a_clock_that_was_ahead_does_not_close_ingestion(store, acme):
    """Limits that another clock used up later than a minute from now are as good as new."""
    for ahead in (61 * SECOND, 24 * 60 * MINUTE):
        spend_events(store, acme, 60, now=NOW + ahead)

        spend_events(store, acme, 60)
        assert expect_refusal(store, acme, 1).retry_after == 1


def test_a_refused_batch_uses_no_capacity(store, acme):
    spend_events(store, acme, 50)
    expect_refusal(store, acme, 11)

    spend_events(store, acme, 10)


def test_an_org_is_limited_across_all_its_keys(store, acme, rival):
    first, second = Sender("k1", 600, 600), Sender("k2", 600, 600)
    spend_events(store, acme, 400, first)

    message = expect_refusal(store, acme, 300, sender=second).message
    assert "This org can send 600 events per minute" in message
    spend_events(store, acme, 200, second)
    spend_events(store, rival, 600, Sender("k3", 600, 600))


def test_a_batch_larger_than_the_limit_is_refused_as_too_large(store, acme):
    with pytest.raises(TooLarge, match="send smaller batches"):
        spend_events(store, acme, 61)


def test_missing_capacity_is_detected_before_the_body_is_read(store, acme):
    sender = Sender("k1", 60, 1_000)
    spend_events(store, acme, 59, sender)
    with store.read(acme) as session:
        require_capacity(session, acme, sender, now=NOW)
    spend_events(store, acme, 1, sender)
    with store.read(acme) as session, pytest.raises(TooMany):
        require_capacity(session, acme, sender, now=NOW)


def test_ten_of_fifty_concurrent_events_fit_the_remaining_capacity(database_url, store, acme):
    """Two workers with 25 threads each."""
    spend_events(store, acme, 50)
    workers = [Store(database_url) for _ in range(2)]
    accepted, refused = [], []

    def work(worker: Store) -> None:
        while True:
            try:
                spend_events(worker, acme, 1)
                accepted.append(1)
            except TooMany:
                refused.append(1)
            except Exception:  # noqa: BLE001 - the connection pool is full: try again
                continue
            return

    threads = [threading.Thread(target=work, args=(workers[n % 2],)) for n in range(50)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    [worker.close() for worker in workers]

    assert (len(accepted), len(refused)) == (10, 40)
