"""The latest rejected events of an org are kept, without what they say."""

from dashapp.domain.events.event import Rejection
from dashapp.store.events.rejections import latest_rejections, record_rejections

NOW = 1_000_000


def reject(store, owner, *rejected: Rejection, now=NOW) -> None:
    with store.write(owner) as session:
        record_rejections(session, owner, rejected, "k1", now=now)


def latest(store, owner):
    with store.read(owner) as session:
        return latest_rejections(session, owner)


def test_a_rejected_event_is_kept_with_its_reason(store, acme, rival):
    reject(store, acme, Rejection(3, "invalid_type", "Bad type.", "a", "Order"))

    assert latest(store, acme) == [(NOW, "invalid_type", "Bad type.", "k1", "a", "Order")]
    assert latest(store, rival) == []


def test_the_newest_200_are_kept(store, acme, rival):
    reject(store, rival, Rejection(0, "c", "m", "of rival"))
    for number in range(3):
        events = [Rejection(n, "c", "m", f"{number}-{n}") for n in range(90)]
        reject(store, acme, *events, now=NOW + number * 1000)

    kept = [event.event_id for event in latest(store, acme)]
    assert len(kept) == 200
    assert kept[:2] == ["2-0", "2-1"]
    assert kept[-1] == "0-19"
    assert len(latest(store, rival)) == 1


def test_a_batch_of_rejected_events_keeps_the_first_200(store, acme):
    reject(store, acme, *(Rejection(n, "c", "m", str(n)) for n in range(1_000)))

    assert [event.event_id for event in latest(store, acme)] == [str(n) for n in range(200)]


def test_long_and_unprintable_texts_are_cut(store, acme):
    reject(store, acme, Rejection(0, "c", "m" * 500, "a\n\0b" + "x" * 90, "t" * 200))

    event = latest(store, acme)[0]
    assert event.message == "m" * 300
    assert event.event_id == "a??b" + "x" * 60
    assert event.type == "t" * 100
