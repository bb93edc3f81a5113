"""Upkeep looks at orgs that have work, at no others, and misses none."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from dashapp.domain.columns import planning
from dashapp.domain.metrics.tallies import EVENTS
from dashapp.domain.time.instant import to_us
from dashapp.store import short_steps, upkeep
from dashapp.store.columns import sealing
from dashapp.store.columns.days import unseal_all
from dashapp.store.events.erasure import erase_user
from dashapp.store.orgs import due
from dashapp.store.orgs.orgs import hide_org, set_org
from dashapp.store.orgs.states import delete_state
from dashapp.store.tables import orgs
from dashapp.store.tallies import maintenance
from dashapp.store.upkeep import Needs, run_due, run_upkeep
from tests.factories import NOW, event, scope, send, set_timezone
from tests.queries.columns.sealed_org import orders
from tests.sealing import small_segments
from tests.store.columns.test_unsealing import sealed_days

NEEDS = Needs(lambda _owner: [EVENTS], "v1")
SOON, LATER = NOW + timedelta(minutes=1), NOW + timedelta(minutes=31)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def without_pauses(monkeypatch):
    """Skip the pauses between two steps of counting."""
    monkeypatch.setattr(short_steps, "sleep", lambda _seconds: None)


@pytest.fixture
def looked_at(monkeypatch):
    """The slugs of the orgs that upkeep looks at."""
    slugs, look_at = [], upkeep._look_at

    def record(work, org):
        slugs.append(org.org.slug)
        look_at(work, org)

    monkeypatch.setattr(upkeep, "_look_at", record)
    return slugs


@pytest.fixture
def settled(store, acme, rival, looked_at):
    """A store whose orgs have nothing to do."""
    send(store, acme, [event(at=NOW)])
    run_upkeep(store, scope, NEEDS, NOW, is_quiet=True)
    looked_at.clear()
    return store


def due_at(store, owner):
    with store.read_shared() as session:
        return session.execute(select(orgs.c.due_at).where(orgs.c.id == owner.org_id)).scalar()


def seen_by(looked_at, run):
    """Return the orgs that this looks at."""
    looked_at.clear()
    run()
    return looked_at.copy()


def test_an_org_without_work_is_not_looked_at(settled, looked_at):
    assert seen_by(looked_at, lambda: run_due(settled, scope, SOON)) == []
    assert seen_by(looked_at, lambda: run_upkeep(settled, scope, NEEDS, SOON)) == []


def test_events_of_today_make_no_work(settled, acme, looked_at):
    send(settled, acme, [event(at=NOW)])

    assert seen_by(looked_at, lambda: run_upkeep(settled, scope, NEEDS, SOON)) == []


def test_every_org_is_looked_at_once_a_day(settled, acme, looked_at):
    assert seen_by(looked_at, lambda: run_due(settled, scope, NOW + DAY)) == ["acme", "rival"]
    assert seen_by(looked_at, lambda: run_due(settled, scope, NOW + DAY)) == []


def test_all_orgs_can_be_looked_at(settled, looked_at):
    run_upkeep(settled, scope, NEEDS, SOON, is_for_all=True)

    assert looked_at == ["acme", "rival"]


@pytest.mark.parametrize("change", [-400 * DAY, -2 * DAY, 2 * DAY, 400 * DAY])
def test_a_clock_that_was_wrong_delays_no_work_for_long(settled, acme, looked_at, change):
    run_upkeep(settled, scope, NEEDS, NOW + change, is_for_all=True)

    assert seen_by(looked_at, lambda: run_due(settled, scope, NOW)) == ["acme", "rival"]


def test_orgs_that_were_looked_at_together_are_not_due_together(settled):
    moments = [due.latest_look(number, 0) for number in range(10_000)]

    assert len(set(moments)) == 10_000
    assert due.LONGEST / 2 < min(moments) <= max(moments) <= due.LONGEST


def erase(store, owner):
    erase_user(store, owner, "u-1")


def late_event(store, owner):
    send(store, owner, [event(at=NOW - 3 * DAY)])


def retention(store, owner):
    with store.write_shared() as session:
        set_org(session, owner, keep_days=5)


def another_zone(store, owner):
    set_timezone(store, owner, "Europe/Berlin")


def rebuilt(store, owner):
    maintenance.rebuild_all(store, owner, [EVENTS])


def unsealed(store, owner):
    with store.write(owner) as session:
        unseal_all(session, owner)


@pytest.mark.parametrize("work", [erase, late_event, retention, another_zone, rebuilt, unsealed])
def test_whatever_makes_work_makes_its_org_due(settled, acme, looked_at, work):
    send(settled, acme, [event(at=NOW, user="u-1")])
    work(settled, acme)

    assert seen_by(looked_at, lambda: run_due(settled, scope, LATER)) == ["acme"]
    assert seen_by(looked_at, lambda: run_due(settled, scope, LATER)) == []


def test_a_change_that_is_rolled_back_makes_no_work(settled, acme, looked_at):
    with settled.write(acme) as session:
        unseal_all(session, acme)
        session.rollback()

    assert seen_by(looked_at, lambda: run_due(settled, scope, LATER)) == []


@pytest.mark.parametrize("step", ["maintain_org", "prune", "seal_org", "days_to_plan", "settle"])
def test_a_pass_that_ends_before_any_step_is_done_again(
    settled, acme, looked_at, monkeypatch, step
):
    late_event(settled, acme)
    retention(settled, acme)
    with monkeypatch.context() as patch:
        patch.setattr(upkeep, step, lambda *_args, **_options: 1 / 0)
        run_due(settled, scope, LATER)

    assert seen_by(looked_at, lambda: run_due(settled, scope, LATER)) == ["acme"]
    assert seen_by(looked_at, lambda: run_due(settled, scope, LATER)) == []


def test_work_that_arrives_during_a_look_is_not_missed(settled, acme, looked_at, monkeypatch):
    late_event(settled, acme)
    seal = upkeep.seal_org

    def seal_and_erase(*args, **options):
        seal(*args, **options)
        rebuilt(settled, acme)

    with monkeypatch.context() as patch:
        patch.setattr(upkeep, "seal_org", seal_and_erase)
        run_due(settled, scope, LATER)

    assert seen_by(looked_at, lambda: run_due(settled, scope, LATER)) == ["acme"]
    assert list(maintenance.differences(settled, acme)) == []


def test_a_retention_set_during_a_look_is_not_missed(settled, acme, looked_at, monkeypatch):
    late_event(settled, acme)
    plan = upkeep.days_to_plan

    def plan_and_set(*args):
        if not settled.is_sqlite:  # it has one writer at a time
            retention(settled, acme)
        return plan(*args)

    with monkeypatch.context() as patch:
        patch.setattr(upkeep, "days_to_plan", plan_and_set)
        run_due(settled, scope, LATER)
    if settled.is_sqlite:
        retention(settled, acme)

    assert seen_by(looked_at, lambda: run_due(settled, scope, LATER)) == ["acme"]


def test_expired_events_are_pruned_when_they_expire(settled, acme, looked_at):
    retention(settled, acme)
    run_due(settled, scope, SOON)

    assert seen_by(looked_at, lambda: run_due(settled, scope, SOON + timedelta(hours=2))) == []
    for day in range(1, 6):  # an org is looked at once a day in any case
        run_due(settled, scope, NOW + day * DAY)
    run_due(settled, scope, NOW + 5 * DAY + timedelta(hours=1))
    with settled.read(acme) as session:
        assert upkeep.org_state(session, acme).first_event_at is None


def test_an_org_is_looked_at_when_its_day_can_be_sealed(store, acme, looked_at):
    with small_segments(least=2):
        send(store, acme, orders("acme", 1))
        run_upkeep(store, scope, NEEDS, NOW)

        midnight = NOW.replace(hour=0, minute=0) + DAY
        assert due_at(store, acme) == to_us(midnight) + planning.QUIET


def test_a_day_that_a_killed_process_was_sealing_is_sealed_later(store, acme, monkeypatch):
    def killed(*_args):
        raise KeyboardInterrupt

    send(store, acme, orders("acme", 6))
    with small_segments():
        with monkeypatch.context() as patch:
            patch.setattr(sealing, "publish", killed)
            with pytest.raises(KeyboardInterrupt):
                run_upkeep(store, scope, NEEDS, NOW)
        run_due(store, scope, SOON)
        assert sealed_days(store, acme) == []

        run_due(store, scope, LATER)
        assert sealed_days(store, acme) == [2, 3, 4, 5, 6, 7]


def test_all_orgs_are_looked_at_after_needs_have_changed(settled, looked_at):
    other = Needs(NEEDS.of, "v2")

    assert seen_by(looked_at, lambda: run_due(settled, scope, SOON)) == []
    assert seen_by(looked_at, lambda: run_upkeep(settled, scope, other, SOON)) == ["acme", "rival"]
    assert seen_by(looked_at, lambda: run_upkeep(settled, scope, other, SOON)) == []


def test_orgs_are_found_page_by_page(settled, looked_at, monkeypatch):
    monkeypatch.setattr(due, "_NEXT", due._NEXT.limit(1))

    run_upkeep(settled, scope, NEEDS, NOW + DAY)

    assert looked_at == ["acme", "rival"]


def test_an_org_that_is_being_deleted_is_not_looked_at(settled, acme, rival, looked_at):
    with settled.write_shared() as session:
        hide_org(session, rival, now=1)

    assert seen_by(looked_at, lambda: run_due(settled, scope, NOW + DAY)) == ["acme"]


def test_an_org_that_is_deleted_during_a_pass_is_no_error(settled, acme, looked_at, caplog):
    retention(settled, acme)
    with settled.write(acme) as session:
        delete_state(session, acme)

    assert seen_by(looked_at, lambda: run_due(settled, scope, SOON)) == ["acme"]
    assert caplog.records == []
