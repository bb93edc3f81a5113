"""Tallies always equal a recount of the events."""

from datetime import timedelta
from time import monotonic

import pytest
from sqlalchemy import text

from dashapp.domain.access.scope import Scope
from dashapp.domain.errors import BadInput
from dashapp.domain.metrics.tallies import EVENTS, STANDARD, Counted, Tally
from dashapp.domain.time.instant import to_us
from dashapp.queries.reading.asks import Ask, Labels
from dashapp.queries.reading.reader import Reader
from dashapp.store import short_steps
from dashapp.store.events.erasure import erase_user, prune
from dashapp.store.orgs import orgs
from dashapp.store.orgs.states import org_state
from dashapp.store.tallies import counting, maintenance, updates
from dashapp.store.upkeep import Needs, maintain_org, run_upkeep
from tests.factories import NOW, event, scope, send, set_timezone, time_range
from tests.panels import panel

PAGES = Tally(types=("page.viewed",), by="properties.page", values=("/0", "/1"))
BUYERS = Tally(types=("order.paid",), counted=Counted.USERS)


def differences(store, owner) -> list[str]:
    return list(maintenance.differences(store, owner))


def state_of(store, owner):
    with store.read(owner) as session:
        return org_state(session, owner)


def tallies_of(store, owner):
    return [org_tally.tally for org_tally in state_of(store, owner).tallies]


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


def panel_rows(store, owner, zone="UTC"):
    """Return the rows of two panels over thirty days."""
    last_month = time_range("30d", zone)
    with store.read(owner) as session:
        return panel("events-time-series")(session, owner, last_month), panel("users-time-series")(
            session, owner, last_month
        )


def delete_tallies(store, owner):
    with store.write(owner, has_time_limit=False) as session:
        updates.drop(session, owner, state_of(store, owner).tallies)
        session.execute(text("DELETE FROM event_users WHERE org_id = :org"), {"org": owner.org_id})


@pytest.fixture(autouse=True)
def without_pauses(monkeypatch):
    """Skip the pauses that give other writers a turn."""
    monkeypatch.setattr(short_steps, "sleep", lambda _seconds: None)


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
    ("fault", "message"),
    [
        ("UPDATE tally SET n = n + 1 WHERE org_id = :org AND tally = 1 AND grain = 0 AND project = '' AND step = 20777", "2026-11-20 (day): 2 stored, 1 counted"),
        ("DELETE FROM tally WHERE org_id = :org AND tally = 1 AND grain = 1 AND project = 'default' AND step = 664872", "(hour 08): 0 stored, 1 counted"),
        ("UPDATE seen SET n = n + 1 WHERE org_id = :org AND project = ''", "(users): 2 stored, 1 counted"),
        ("INSERT INTO tally VALUES (:org, 1, 'ghost', 0, 1, '', '', 5)", "project ghost, 1970-01-02 (day): 5 stored, 0 counted"),
    ],
)  # fmt: skip
def test_verify_finds_a_wrong_number_and_a_rebuild_fixes_it(filled, acme, rival, fault, message):
    with filled.write(acme) as session:
        session.execute(text(fault), {"org": acme.org_id})

    assert any(message in sentence for sentence in differences(filled, acme))
    assert differences(filled, rival) == []

    maintenance.rebuild_all(filled, acme, tallies_of(filled, acme))
    maintenance.finish_counting(filled, acme)
    assert differences(filled, acme) == []


def test_a_new_tally_is_counted_backwards_and_reads_are_right_at_every_step(
    filled, acme, monkeypatch
):
    monkeypatch.setattr(counting, "_SECONDS_PER_STEP", -1)  # one day per step
    low, high = to_us(NOW - timedelta(days=40)), to_us(NOW + timedelta(days=1))

    def answer():
        with filled.read(acme) as session:
            ranges = ((low, high), (low, high - 5 * 86_400_000_000))
            return Reader(session, acme).read([Ask(PAGES, ranges, Labels.EACH)])

    before = answer()
    with filled.write(acme, has_time_limit=False) as session:
        updates.declare(session, acme, [PAGES, BUYERS])
    steps = 0
    more = True
    while more:
        send(filled, acme, [])
        assert answer() == before
        with filled.write(acme, has_time_limit=False) as session:
            _, more = counting.count_next_days(session, acme)
        steps += 1

    assert steps > 20
    assert {org_tally.from_day for org_tally in state_of(filled, acme).tallies} == {updates.ALWAYS}
    assert differences(filled, acme) == []
    assert answer() == before


def test_events_that_arrive_while_a_tally_is_counted_count_once(filled, acme, monkeypatch):
    monkeypatch.setattr(counting, "_SECONDS_PER_STEP", -1)
    with filled.write(acme, has_time_limit=False) as session:
        updates.declare(session, acme, [PAGES])
    for ago in (0, 1, 2, 20, 50, 3):
        with filled.write(acme, has_time_limit=False) as session:
            counting.count_next_days(session, acme)
        send(filled, acme, [event(at=NOW - timedelta(days=ago), properties={"page": "/new"})])

    maintenance.finish_counting(filled, acme)

    assert differences(filled, acme) == []


def test_declaring_a_tally_twice_changes_nothing(filled, acme):
    before = state_of(filled, acme).tallies
    maintain_org(filled, acme, [org_tally.tally for org_tally in before])

    assert state_of(filled, acme).tallies == before


def test_a_rebuild_deletes_undeclared_tallies(filled, acme):
    maintain_org(filled, acme, [PAGES])
    maintenance.rebuild_all(filled, acme, [EVENTS])

    assert tallies_of(filled, acme) == [EVENTS]


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"])
def test_changing_the_time_zone_recounts_the_days(filled, acme, zone):
    expected = panel_rows(filled, acme, zone)
    set_timezone(filled, acme, zone)
    moved = Scope(acme.org._replace(timezone=zone), acme.role)

    assert panel_rows(filled, moved, zone) == expected  # from events, at once
    maintenance.finish_counting(filled, moved)
    assert panel_rows(filled, moved, zone) == expected
    assert state_of(filled, moved).timezone == zone
    assert differences(filled, moved) == []


def test_an_invalid_time_zone_is_refused(filled, acme):
    with pytest.raises(BadInput, match="Unknown time zone"):
        set_timezone(filled, acme, "Mars/Olympus")

    assert differences(filled, acme) == []


def test_erasing_a_user_removes_their_events_and_lowers_totals(filled, acme, rival):
    erased = [old for old in days_of_events(40) if old.user == "u1"]
    before = sum(row.value for row in panel_rows(filled, acme)[0])

    assert erase_user(filled, acme, "u1") == len(erased) == 10

    volume, _ = panel_rows(filled, acme)
    assert sum(row.value for row in volume) == before - 10
    assert differences(filled, acme) == []
    assert state_of(filled, acme).stale == ()
    with filled.read(acme) as session:
        users = session.execute(text("SELECT count(*) FROM event_users WHERE user_id = 'u1'"))
        assert users.scalar() == 0
    assert differences(filled, rival) == []


def test_an_erased_event_sent_again_is_a_duplicate(store, acme):
    login = event(user="u1")
    send(store, acme, [login])
    erase_user(store, acme, "u1")

    assert send(store, acme, [login, login._replace(user=None)])[:2] == (0, 2)
    assert sum(row.value for row in panel_rows(store, acme)[0]) == 0


def test_a_user_who_returns_after_erasure_is_counted_again(filled, acme):
    erase_user(filled, acme, "u1")
    send(filled, acme, [event(user="u1")])

    assert differences(filled, acme) == []


def test_a_crash_after_erasing_leaves_correct_numbers(filled, acme, monkeypatch):
    from dashapp.store.events import erasure

    monkeypatch.setattr(erasure, "finish_counting", lambda *_: None)
    erase_user(filled, acme, "u1")
    rows_before_counting = panel_rows(filled, acme)
    assert len(state_of(filled, acme).stale) > 5

    run_upkeep(filled, scope, Needs(lambda _owner: [EVENTS], ""), NOW)

    assert panel_rows(filled, acme) == rows_before_counting
    assert state_of(filled, acme).stale == ()
    assert differences(filled, acme) == []


def test_erasing_an_unknown_user_changes_nothing(filled, acme):
    before = state_of(filled, acme)

    assert erase_user(filled, acme, "nobody") == 0
    assert state_of(filled, acme) == before


def test_pruned_events_are_removed_for_good(filled, acme, rival):
    edge = to_us(NOW - timedelta(days=10))
    old = [day for day in days_of_events(40) if day.occurred_at < edge]

    assert prune(filled, acme, edge) == len(old)

    assert state_of(filled, acme).first_event_at >= edge
    assert differences(filled, acme) == []
    assert sum(row.value for row in panel_rows(filled, acme)[0]) == 40 - len(old)
    assert sum(row.value for row in panel_rows(filled, rival)[0]) == 15
    assert prune(filled, acme, edge) == 0


def test_a_pruned_event_sent_again_is_a_duplicate(store, acme):
    old = event(at=NOW - timedelta(days=10))
    send(store, acme, [old])
    prune(store, acme, to_us(NOW))

    assert send(store, acme, [old])[:2] == (0, 1)
    assert state_of(store, acme).first_event_at is None


def test_upkeep_prunes_events_past_the_retention_of_their_org(filled, acme, rival):
    with filled.write_shared() as session:
        orgs.set_org(session, acme, keep_days=5)

    run_upkeep(filled, scope, Needs(lambda _owner: [EVENTS], ""), NOW)

    assert state_of(filled, acme).first_event_at >= to_us(NOW - timedelta(days=5))
    assert sum(row.value for row in panel_rows(filled, rival)[0]) == 15


def test_an_error_in_one_org_does_not_stop_upkeep_of_the_next(filled, acme, rival, monkeypatch):
    from dashapp.store import upkeep

    slugs = []

    def count(_store, owner, _tallies):
        slugs.append(owner.org.slug)
        raise RuntimeError("broken")

    monkeypatch.setattr(upkeep, "maintain_org", count)
    run_upkeep(filled, scope, Needs(lambda _owner: [], ""), NOW)

    assert slugs == ["acme", "rival"]


def test_past_days_are_counted_after_a_migration_from_a_version_without_tallies(
    filled, acme, monkeypatch
):
    expected = panel_rows(filled, acme)
    delete_tallies(filled, acme)

    assert panel_rows(filled, acme) == expected
    monkeypatch.setattr(counting, "_SECONDS_PER_STEP", -1)
    with filled.write(acme, has_time_limit=False) as session:
        updates.declare(session, acme, STANDARD)
        counting.count_next_days(session, acme)
    assert panel_rows(filled, acme) == expected
    maintain_org(filled, acme, STANDARD)
    assert panel_rows(filled, acme) == expected
    assert differences(filled, acme) == []


def test_other_writers_get_a_turn_while_past_days_are_counted(filled, acme, monkeypatch):
    """SQLite retries its lock every tenth of a second; the pause after a longer step is longer."""
    monkeypatch.setattr(counting, "_SECONDS_PER_STEP", -1)
    pauses = []
    monkeypatch.setattr(short_steps, "sleep", pauses.append)
    maintenance.rebuild_all(filled, acme, [EVENTS])
    maintenance.finish_counting(filled, acme)

    assert len(pauses) > 20
    for took, pause in ((0.01, 0.05), (0.1, 0.15), (1.0, 1.0)):
        short_steps.give_way(monotonic() - took)
        assert pauses[-1] == pytest.approx(pause, abs=0.1)
        assert pauses[-1] >= pause


def test_pruning_deletes_the_names_of_users_without_events(store, acme):
    send(store, acme, [event(user="old", at=NOW - timedelta(days=9)), event(user="new", at=NOW)])

    prune(store, acme, to_us(NOW - timedelta(days=1)))

    with store.read(acme) as session:
        names = session.execute(text("SELECT user_id FROM event_users")).scalars().all()
    assert names == ["new"]
    send(store, acme, [event(user="old", at=NOW)])
    assert differences(store, acme) == []


def test_local_days_before_1970_are_counted(store, acme):
    set_timezone(store, acme, "America/New_York")
    send(store, acme, [event("conversation.search_term", at="1970-01-01T01:00:00Z", properties={"term": "rice"})])  # fmt: skip

    assert differences(store, acme) == []
