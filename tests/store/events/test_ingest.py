"""Ingestion: each event counts once per org, and a batch is one transaction."""

import threading
from datetime import timedelta

from sqlalchemy import text

from dashapp.store.events.ingest import Receipt, ingest
from tests.factories import NOW, event, send


def count(store, owner) -> int:
    with store.read(owner) as session:
        return session.execute(text("SELECT count(*) FROM events")).scalar()


def test_an_event_sent_twice_counts_once(store, acme):
    page_view = event()

    assert send(store, acme, [page_view])[:2] == (1, 0)
    assert send(store, acme, [page_view, page_view])[:2] == (0, 2)
    assert count(store, acme) == 1


def test_an_event_repeated_in_a_batch_counts_once(store, acme):
    page_view = event()

    assert send(store, acme, [page_view, event(), page_view])[:2] == (2, 1)


def test_the_same_event_with_another_time_is_a_duplicate(store, acme):
    send(store, acme, [event(id="a", at=NOW)])

    assert send(store, acme, [event(id="a", at=NOW - timedelta(days=1))])[:2] == (0, 1)


def test_different_content_with_the_same_id_is_a_conflict(store, acme):
    send(store, acme, [event(id="a", user="u1", properties={"n": 1})])

    changed = [
        event(id="a", user="u2", properties={"n": 1}),
        event(id="a", user="u1", properties={"n": 1.0}),
        event("page.left", id="a", user="u1", properties={"n": 1}),
        event(id="a", user="u1", properties={"n": 1}),
        event(id="b"),
    ]
    receipt = send(store, acme, changed)

    assert (receipt.accepted, receipt.duplicates) == (1, 1)
    assert [(rejection.index, rejection.code) for rejection in receipt.rejected] == [
        (0, "conflict"),
        (1, "conflict"),
        (2, "conflict"),
    ]


def test_the_first_event_with_an_id_in_a_batch_wins(store, acme):
    receipt = send(store, acme, [event(id="a", user="u1"), event(id="a", user="u2")])

    assert (receipt.accepted, receipt.rejected[0].index) == (1, 1)


def test_orgs_can_use_the_same_event_ids(store, acme, rival):
    send(store, acme, [event(id="a", user="u1")])

    assert send(store, rival, [event(id="a", user="u2")]).accepted == 1


def test_an_empty_batch_changes_nothing(store, acme):
    assert send(store, acme, []) == Receipt(0, 0, [])


def test_unknown_projects_are_added(store, acme):
    send(store, acme, [event(project="shop"), event()])

    with store.read(acme) as session:
        slugs = session.execute(text("SELECT slug FROM projects ORDER BY slug")).scalars().all()
    assert slugs == ["default", "shop"]


def test_a_batch_updates_the_first_event_time_and_the_revision(store, acme):
    send(store, acme, [event(at="2026-01-02T00:00:00Z"), event(at="2026-01-01T00:00:00Z")])
    send(store, acme, [event(at="2026-01-03T00:00:00Z")])

    with store.read(acme) as session:
        state = session.execute(text("SELECT revision, first_event_at FROM org_states")).one()
    assert state == (2, 1_767_225_600_000_000)


def test_a_failed_batch_stores_nothing(store, acme):
    try:
        with store.write(acme) as session:
            ingest(session, acme, [event()], received_at=1)
            raise RuntimeError("the power went")
    except RuntimeError:
        pass

    assert count(store, acme) == 0


def test_the_same_batches_from_four_concurrent_writers_count_once(store, acme):
    batches = [[event() for _ in range(50)] for _ in range(6)]
    receipts, failures = [], []

    def work(order: int) -> None:
        try:
            for batch in batches if order % 2 else reversed(batches):
                receipts.append(send(store, acme, batch if order < 2 else batch[::-1]))
        except Exception as error:  # noqa: BLE001
            failures.append(error)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]

    assert failures == []
    assert sum(receipt.accepted for receipt in receipts) == count(store, acme) == 300
    assert sum(receipt.duplicates for receipt in receipts) == 900


def test_any_text_is_stored_unchanged(store, acme):
    unusual = {"a": 'quote " and \\ and \u2028', "é": "🐎", "n": [9_007_199_254_740_993, 1e-7]}
    send(store, acme, [event(id="a'b\"c", user="ü \\ '", properties=unusual)])

    assert (
        send(store, acme, [event(id="a'b\"c", user="ü \\ '", properties=unusual)]).duplicates == 1
    )


def test_writers_of_one_org_wait_for_each_other(store, acme):
    """The wait is longer than the lock timeout of a page, which does not apply to writers."""
    import time

    failures = []

    def send_later() -> None:
        try:
            send(store, acme, [event()])
        except Exception as error:  # noqa: BLE001
            failures.append(error)

    with store.write(acme) as session:
        ingest(session, acme, [event()], received_at=1)
        thread = threading.Thread(target=send_later)
        thread.start()
        time.sleep(1.5)
    thread.join()

    assert failures == []
    assert count(store, acme) == 2
