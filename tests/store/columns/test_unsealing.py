"""Whatever changes the events of a sealed day unseals it in the same transaction."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from dashapp.domain.time.instant import to_us
from dashapp.domain.time.local_days import DAY
from dashapp.store import tables
from dashapp.store.columns.days import publish
from dashapp.store.columns.sealed import sealed_between
from dashapp.store.columns.sealing import make_next
from dashapp.store.columns.verify import sealed_differences
from dashapp.store.events import ingest
from dashapp.store.events.erasure import erase_user, prune
from dashapp.store.events.replacement import replace
from dashapp.store.imports.import_log import Counts, Facts, begin_import, count_batch
from dashapp.store.imports.undo import undo_import
from dashapp.store.orgs.states import org_state
from dashapp.store.tallies import maintenance
from tests.factories import NOW, event, send, set_timezone
from tests.queries.columns.sealed_org import LOCKED, TYPE, answers, fill, from_events, orders
from tests.sealing import seal, small_segments

MIDDLE = NOW - timedelta(days=4)
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def viewer(acme):
    return acme.filtered_by(LOCKED)


def sealed_days(store, owner):
    """Return how many days ago the sealed days are."""
    with store.read(owner) as session:
        sealed = sealed_between(session, owner, 0, to_us(NOW))
    return sorted(to_us(NOW) // DAY - day for day in sealed.days)


def bodies(store, owner):
    """Return the content of all segments, as rows of text."""
    segments = tables.segments
    with store.read(owner) as session:
        statement = select(segments.c.sha256).where(segments.c.org_id == owner.org_id)
        digests = session.execute(statement).scalars().all()
        sealed_between(session, owner, 0, to_us(NOW))  # loads them
    paths = [str(store.columns.cache.folder / f"{digest}.parquet") for digest in digests]
    with store.columns.duck.question(20) as question:
        return [
            str(row)
            for path in paths
            for row in question.run("SELECT * FROM read_parquet($path)", {"path": path})
        ]


def imported(store, owner, batch, name="i1"):
    """Store events as an import with --replace does."""
    with store.write(owner, has_time_limit=False) as session:
        number = begin_import(session, owner, Facts(name, "x.csv", "", {}, "", 1))
        at = to_us(NOW)
        receipt, _ = replace(session, owner, batch, received_at=at, import_number=number)
        count_batch(session, owner, number, Counts(receipt.accepted), batch)


def late_event(store, owner):
    send(store, owner, [event(TYPE, MIDDLE, properties={"city": "both", "total": 1000})])


def replaced_import(store, owner):
    changed = [item._replace(properties='{"city":"both","total":7}') for item in IMPORTED[:2]]
    imported(store, owner, changed, "i2")


IMPORTED = [event(TYPE, MIDDLE, user=f"i{n}", properties={"city": "both", "total": n}) for n in range(4)]  # fmt: skip


def undone_import(store, owner):
    undo_import(store, owner, "i1", now=to_us(NOW), by="")


def pruned_days(store, owner):
    prune(store, owner, (to_us(NOW) // DAY - 5) * DAY)


def pruned_hours(store, owner):
    prune(store, owner, to_us(NOW - timedelta(days=5, minutes=2)))


def erased_user(store, owner):
    assert erase_user(store, owner, "acme-1") == 6


OTHERS = [2, 3, 5, 6, 7]
CHANGES = {  # how many days ago the days are that are sealed after a change
    late_event: OTHERS,
    replaced_import: OTHERS,
    undone_import: OTHERS,
    pruned_days: [2, 3, 4, 5],
    pruned_hours: [2, 3, 4],
    erased_user: [],
}


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_numbers_are_right_after_a_change_and_after_sealing_again(store, acme, viewer, change):
    imported(store, acme, IMPORTED)
    send(store, acme, orders("acme", 6))
    assert seal(store, acme, most=12) == 40
    before = answers(store, viewer)

    change(store, acme)

    assert sealed_days(store, acme) == CHANGES[change]
    assert answers(store, viewer) == from_events(store, viewer) != before
    maintenance.finish_counting(store, acme)
    seal(store, acme, now=LATER)
    assert answers(store, viewer) == from_events(store, viewer)
    assert list(sealed_differences(store, acme)) == []
    with store.read(acme) as session:
        first = org_state(session, acme).first_event_at
    assert sealed_days(store, acme) == [*range(2, to_us(NOW) // DAY - first // DAY + 1)]


def test_a_change_that_does_not_unseal_is_caught(store, acme, viewer, monkeypatch):
    """A planted fault."""
    monkeypatch.setattr(ingest, "unseal", lambda *_args: None)
    fill(store, acme, "acme")

    late_event(store, acme)

    assert answers(store, viewer) != from_events(store, viewer)
    assert len(list(sealed_differences(store, acme))) == 1


def test_a_change_that_is_rolled_back_unseals_nothing(store, acme):
    fill(store, acme, "acme")
    with store.write(acme) as session:
        ingest.ingest(session, acme, [event(TYPE, MIDDLE)], received_at=to_us(NOW))
        session.rollback()

    assert sealed_days(store, acme) == [2, 3, 4, 5, 6, 7]


def test_todays_events_unseal_nothing(store, acme):
    fill(store, acme, "acme")

    send(store, acme, [event(TYPE, NOW)])

    assert sealed_days(store, acme) == [2, 3, 4, 5, 6, 7]


def test_an_erased_user_is_in_no_segment(store, acme):
    send(store, acme, [event(TYPE, MIDDLE, user="ada", properties={"name": "Ada Lovelace"})])
    send(store, acme, orders("acme", 6))
    seal(store, acme, most=12)
    assert "Ada Lovelace" in str(bodies(store, acme))

    erase_user(store, acme, "ada")

    assert len(bodies(store, acme)) == 30  # one segment is deleted
    assert "Ada Lovelace" not in str(bodies(store, acme))


def test_a_user_who_is_erased_while_a_segment_is_made_is_in_no_segment(store, acme):
    send(store, acme, orders("acme", 4))
    send(store, acme, [event(TYPE, MIDDLE, user="ada", properties={"name": "Ada Lovelace"})])
    with small_segments():
        unpublished = make_next(store, acme, to_us(NOW), is_quiet=False)

    erase_user(store, acme, "ada")
    with store.write(acme) as session:
        assert publish(session, acme, unpublished, to_us(NOW)) == []

    seal(store, acme, now=LATER)
    assert len(bodies(store, acme)) == 24
    assert "Ada Lovelace" not in str(bodies(store, acme))


@pytest.mark.parametrize("change", [pruned_days, undone_import])
def test_a_segment_whose_days_are_all_gone_is_deleted(store, acme, change):
    imported(store, acme, [item._replace(properties='{"name":"Ada"}') for item in IMPORTED])
    old = NOW - timedelta(days=6)
    send(store, acme, [event(TYPE, old, properties={"name": "Ada"})])
    send(store, acme, orders("acme", 1, days=1))
    assert seal(store, acme, most=1) == 6
    assert str(bodies(store, acme)).count("Ada") == 5

    change(store, acme)

    assert str(bodies(store, acme)).count("Ada") == {pruned_days: 4, undone_import: 1}[change]


def test_a_day_that_changes_while_its_segment_is_made_stays_unsealed(store, acme, viewer):
    send(store, acme, orders("acme", 4))
    with small_segments():
        unpublished = make_next(store, acme, to_us(NOW), is_quiet=False)

    late_event(store, acme)
    with store.write(acme) as session:
        publish(session, acme, unpublished, to_us(NOW))

    assert sealed_days(store, acme) == OTHERS
    assert answers(store, viewer) == from_events(store, viewer)
    assert seal(store, acme, now=LATER) > 0
    assert sealed_days(store, acme) == [2, 3, 4, 5, 6, 7]


def test_sealed_days_stay_right_when_the_orgs_zone_changes(store, acme, viewer):
    fill(store, acme, "acme")

    set_timezone(store, acme, "Asia/Kathmandu")

    assert answers(store, viewer) == from_events(store, viewer)
    maintenance.finish_counting(store, acme)
    send(store, acme, [event(TYPE, MIDDLE, user="new", properties={"city": "both"})])
    seal(store, acme, now=LATER)
    assert answers(store, viewer) == from_events(store, viewer)
    assert list(sealed_differences(store, acme)) == []
