"""What a key and an org may send: one count for all workers, exact at its edge."""

import threading

import pytest

from dashapp.domain.errors import TooLarge, TooMany
from dashapp.store.engine import Store
from dashapp.store.events.rate_limits import MINUTE, Sender, require_capacity, spend

SECOND = 1_000_000
NOW = 1_000 * MINUTE
KEY = Sender("k1", 60, 1_000)


def take(store, owner, events, sender=KEY, now=NOW) -> None:
    with store.writing(owner) as session:
        spend(session, owner, sender, events, now=now)


def refused(store, owner, events, **more) -> TooMany:
    with pytest.raises(TooMany) as caught:
        take(store, owner, events, **more)
    return caught.value


def test_a_minutes_worth_may_be_sent_at_once_and_no_more(store, acme):
    take(store, acme, 59)
    take(store, acme, 1)

    assert refused(store, acme, 1).retry_after == 1


def test_what_was_sent_comes_back_evenly(store, acme):
    take(store, acme, 60)

    refused(store, acme, 11, now=NOW + 10 * SECOND)
    take(store, acme, 10, now=NOW + 10 * SECOND)
    assert refused(store, acme, 5, now=NOW + 10 * SECOND).retry_after == 5
    take(store, acme, 60, now=NOW + 70 * SECOND)


def test_a_refused_batch_takes_nothing(store, acme):
    take(store, acme, 50)
    refused(store, acme, 11)

    take(store, acme, 10)


def test_an_org_is_limited_over_all_its_keys(store, acme, rival):
    first, second = Sender("k1", 600, 600), Sender("k2", 600, 600)
    take(store, acme, 400, first)

    said = refused(store, acme, 300, sender=second).message
    assert "This org may send 600 events a minute" in said
    take(store, acme, 200, second)
    take(store, rival, 600, Sender("k3", 600, 600))


def test_a_batch_that_could_never_pass_is_told_so(store, acme):
    with pytest.raises(TooLarge, match="send at most that many at once"):
        take(store, acme, 61)


def test_no_room_is_seen_before_a_body_is_read(store, acme):
    sender = Sender("k1", 60, 1_000)
    take(store, acme, 59, sender)
    with store.reading(acme) as session:
        require_capacity(session, acme, sender, now=NOW)
    take(store, acme, 1, sender)
    with store.reading(acme) as session, pytest.raises(TooMany):
        require_capacity(session, acme, sender, now=NOW)


def test_fifty_at_once_for_the_last_ten(database_url, store, acme):
    """Two workers, twenty-five threads each: exactly ten get through."""
    take(store, acme, 50)
    workers = [Store(database_url) for _ in range(2)]
    done, failed = [], []

    def work(worker: Store) -> None:
        while True:
            try:
                take(worker, acme, 1)
                done.append(1)
            except TooMany:
                failed.append(1)
            except Exception:  # noqa: BLE001 - a pool that is full: try again
                continue
            return

    threads = [threading.Thread(target=work, args=(workers[n % 2],)) for n in range(50)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    [worker.close() for worker in workers]

    assert (len(done), len(failed)) == (10, 40)
