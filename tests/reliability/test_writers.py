"""Concurrent writers, late repeats and changed events: every count is exact."""

import threading
from datetime import timedelta

from dashapp.domain.time.instant import to_us
from dashapp.store.engine import Store
from dashapp.store.events.ingest import ingest
from dashapp.store.tallies import maintenance
from tests.factories import NOW, event, event_types, send, time_range
from tests.panels import panel


def batches():
    return [
        [
            event(
                ("page.viewed", "finding.recorded")[n % 2],
                at=NOW - timedelta(hours=n + 1),
                id=f"{number}-{n}",
                user=f"u{n % 7}",
                properties={"severity": "ERROR"},
            )
            for n in range(30)
        ]
        for number in range(6)
    ]


def test_batches_from_sixteen_concurrent_writers_count_once(database_url, store, acme):
    workers = [Store(database_url) for _ in range(2)]
    all_batches, receipts, failures = batches(), [], []

    def write(number: int) -> None:
        ordered_batches = all_batches if number % 2 else all_batches[::-1]
        try:
            for batch in ordered_batches:
                receipts.append(send(workers[number % 2], acme, batch[:: (-1) ** number]))
        except Exception as error:  # noqa: BLE001
            failures.append(error)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(16)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    [worker.close() for worker in workers]

    assert failures == []
    assert sum(receipt.accepted for receipt in receipts) == 180
    assert sum(receipt.duplicates for receipt in receipts) == 15 * 180
    assert len(event_types(store, acme)) == 180
    assert list(maintenance.differences(store, acme)) == []
    with store.read(acme) as session:
        rows = panel("users-time-series")(session, acme, time_range("7d"))
    assert max(row.value for row in rows) == 7


def test_an_event_sent_again_after_a_month_is_a_duplicate_and_a_changed_one_a_conflict(
    store, acme, rival
):
    for batch in batches():
        send(store, acme, batch)
    later = to_us(NOW + timedelta(days=30))
    with store.write(acme) as session:
        repeated = ingest(session, acme, batches()[0], received_at=later)
        changed = [sent._replace(user="other") for sent in batches()[1]]
        conflicts = ingest(session, acme, changed, received_at=later)

    assert repeated[:3] == (0, 30, [])
    assert (conflicts.accepted, conflicts.duplicates, len(conflicts.rejected)) == (0, 0, 30)
    assert send(store, rival, batches()[0]).accepted == 30
    assert list(maintenance.differences(store, acme)) == []
