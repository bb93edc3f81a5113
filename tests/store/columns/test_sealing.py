"""Sealing survives `kill -9` at any point, and several processes that do it at once."""

import signal
import subprocess
import sys
import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from dashapp.domain.columns import planning
from dashapp.domain.time.instant import to_us
from dashapp.store import tables
from dashapp.store.columns import sealing
from dashapp.store.columns.sealing import NotCounted, seal_next
from dashapp.store.columns.upkeep import seal_all
from dashapp.store.columns.verify import sealed_differences
from dashapp.store.engine import Store
from tests.factories import NOW, event, send
from tests.queries.columns.sealed_org import LOCKED, TYPE, answers, fill, from_events, orders
from tests.sealing import seal, small_segments
from tests.store.columns.sealing_process import POINTS
from tests.store.columns.test_unsealing import sealed_days

ALL = [2, 3, 4, 5, 6, 7]
LATER = NOW + timedelta(minutes=31)  # marks are abandoned after half an hour


@pytest.fixture
def own(store, tmp_path):
    """The same database with a cache of its own."""
    own = Store(store.url.render_as_string(hide_password=False), cache=(str(tmp_path / "c"), 64))
    yield own
    own.close()


@pytest.fixture
def viewer(acme):
    return acme.filtered_by(LOCKED)


def kill_at(store, point):
    """Kill a process that seals an org at some point."""
    url = store.url.render_as_string(hide_password=False)
    module = "tests.store.columns.sealing_process"
    command = [sys.executable, "-m", module, url, str(store.columns.cache.folder), point]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "reached\n"
    process.send_signal(signal.SIGKILL)
    assert process.wait(10) == -signal.SIGKILL
    process.stdout.close()


def segments_of(store, owner):
    """Return the number of events of each segment."""
    segments = tables.segments
    with store.read(owner) as session:
        statement = select(segments.c.rows).where(segments.c.org_id == owner.org_id)
        return sorted(session.execute(statement).scalars())


def is_right(store, owner, viewer):
    assert list(sealed_differences(store, owner)) == []
    assert answers(store, viewer) == from_events(store, viewer)
    return True


@pytest.mark.parametrize("point", POINTS)
def test_a_killed_process_leaves_what_is_right_and_can_be_sealed_again(own, acme, viewer, point):
    if not own.is_sqlite and "written" in point:
        pytest.skip("files are the same whatever the database")
    send(own, acme, orders("acme", 6))
    kill_at(own, point)

    assert sealed_days(own, acme) == [6, 7]
    assert is_right(own, acme, viewer)
    seal(own, acme, most=12)
    assert sealed_days(own, acme) == [2, 3, 6, 7]  # the process might still be working
    assert is_right(own, acme, viewer)
    seal(own, acme, now=LATER, most=12)
    assert sealed_days(own, acme) == ALL
    assert is_right(own, acme, viewer)
    assert segments_of(own, acme) == [12, 12, 12]


def test_a_write_after_a_kill_is_counted(own, acme, viewer):
    send(own, acme, orders("acme", 6))
    kill_at(own, "days are marked")

    send(own, acme, [event(TYPE, NOW - timedelta(days=n), user="late", properties={"city": "both"}) for n in (3, 4, 6)])  # fmt: skip

    assert is_right(own, acme, viewer)
    seal(own, acme, now=LATER)
    assert sealed_days(own, acme) == ALL
    assert is_right(own, acme, viewer)


def test_several_sealers_at_once_seal_each_day_once(own, acme, viewer):
    send(own, acme, orders("acme", 6))
    stores = [Store(own.url.render_as_string(hide_password=False)) for _ in range(3)]
    counts, barrier = [], threading.Barrier(3)

    def work(store):
        barrier.wait()
        count = 0
        while sealed := seal_next(store, acme, to_us(NOW), is_quiet=False):
            count += sealed
        counts.append(count)

    with small_segments(most=6):
        threads = [threading.Thread(target=work, args=(store,)) for store in stores]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
    for store in stores:
        store.close()

    assert len(counts) == 3
    assert sealed_days(own, acme) == ALL
    assert sum(segments_of(own, acme)) == 36
    assert is_right(own, acme, viewer)


def test_events_that_arrive_while_days_are_sealed_are_counted(own, acme, viewer):
    send(own, acme, orders("acme", 6))
    is_over = threading.Event()

    def write():
        for n in range(40):
            send(own, acme, [event(TYPE, NOW - timedelta(days=2 + n % 6), properties={"city": "both", "total": n})])  # fmt: skip
        is_over.set()

    writer = threading.Thread(target=write)
    writer.start()
    while not is_over.is_set():
        seal(own, acme, most=12)
        assert list(sealed_differences(own, acme)) == []
    writer.join()

    seal(own, acme, now=LATER)
    assert sealed_days(own, acme) == ALL
    assert is_right(own, acme, viewer)


def test_a_segment_has_at_most_as_many_events_as_its_memory_allows(own, acme):
    fill(own, acme, "acme", most=20)

    assert max(segments_of(own, acme)) <= 20


def test_a_day_with_more_events_is_a_segment_of_its_own(own, acme, viewer):
    fill(own, acme, "acme", most=5)

    assert segments_of(own, acme) == [6] * 6
    assert is_right(own, acme, viewer)


def test_an_org_with_few_events_is_left_alone(own, acme):
    send(own, acme, orders("acme", 6))

    assert seal_all(own, [acme], to_us(NOW), is_quiet=False) == 0
    assert sealed_days(own, acme) == []


def test_a_day_that_changed_just_now_is_not_sealed_yet(own, acme):
    fill(own, acme, "acme")
    late = NOW - timedelta(days=4)
    send(own, acme, [event(TYPE, late)])  # it arrives now

    with small_segments():
        seal_all(own, [acme], to_us(NOW) + planning.QUIET)
        assert sealed_days(own, acme) == [2, 3, 5, 6, 7]
        seal_all(own, [acme], to_us(NOW) + planning.QUIET + 1)
    assert sealed_days(own, acme) == ALL


@pytest.mark.parametrize("error", [NotCounted(), RuntimeError("disk full"), OSError("disk full")])
def test_an_error_in_one_org_does_not_affect_the_others(own, acme, rival, monkeypatch, error):
    for owner, label in ((acme, "acme"), (rival, "rival")):
        send(own, owner, orders(label, 6))
    make_next = sealing.make_next

    def failing(store, owner, *args, **options):
        if owner == acme:
            raise error
        return make_next(store, owner, *args, **options)

    monkeypatch.setattr(sealing, "make_next", failing)
    with small_segments():
        assert seal_all(own, [acme, rival], to_us(NOW), is_quiet=False) == 36

    assert (sealed_days(own, acme), sealed_days(own, rival)) == ([], ALL)
