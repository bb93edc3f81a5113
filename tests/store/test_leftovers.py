"""Old entries of the audit and expired rows are removed by upkeep, in steps; others stay."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, insert, select

from dashapp.domain.access.actors import SYSTEM, Action
from dashapp.domain.time.instant import SECOND, to_us, utc_now
from dashapp.store import leftovers
from dashapp.store.audit.entries import add_entry, add_installation_entry
from dashapp.store.leftovers import LEFTOVERS, prune_leftovers, prune_records
from dashapp.store.tables import (
    METADATA,
    audit,
    installation_audit,
    invitations,
    password_resets,
    sign_ins,
    usage_viewers,
)
from dashapp.store.upkeep import Needs, run_due, run_upkeep
from tests import factories

DAY = 86_400 * SECOND
NOW = to_us(datetime(2026, 11, 20, tzinfo=UTC))


def add_old(store, owner, *days: int, now: int) -> None:
    with store.write(owner) as session:
        for day in days:
            add_entry(session, owner, SYSTEM, Action.EXPORTED, f"{day}", now=now - day * DAY)
    with store.write_shared() as session:
        for day in days:
            add_installation_entry(session, SYSTEM, Action.EXPORTED, f"{day}", now=now - day * DAY)


def targets(store, owner) -> tuple[list[str], list[str]]:
    with store.read(owner) as session:
        own = session.execute(
            select(audit.c.target).where(audit.c.org_id == owner.org_id).order_by(audit.c.at)
        )
        shared = session.execute(
            select(installation_audit.c.target).order_by(installation_audit.c.at)
        )
        return list(own.scalars()), list(shared.scalars())


def test_upkeep_removes_entries_after_the_configured_days(store, acme, rival):
    now = to_us(utc_now())
    add_old(store, acme, 401, 399, 1, now=now)
    with store.write(rival) as session:
        add_entry(session, rival, SYSTEM, Action.EXPORTED, "kept", now=now)

    run_upkeep(store, factories.scope, Needs(lambda _scope: (), "x"), utc_now(), is_for_all=True)

    assert targets(store, acme) == (["399", "1"], ["399", "1"])
    assert targets(store, rival)[0] == ["kept"]


def test_other_days_can_be_chosen(store, acme):
    now = to_us(utc_now())
    add_old(store, acme, 100, 50, now=now)

    run_due(store, factories.scope, utc_now(), audit_days=60)
    prune_leftovers(store, now, audit_days=60)

    assert targets(store, acme) == (["50"], ["50"])


def test_a_wrong_clock_removes_nothing(store, acme):
    now = to_us(utc_now())
    add_old(store, acme, 500, now=now)

    run_due(store, factories.scope, utc_now() + timedelta(days=900), may_prune=False)

    assert targets(store, acme)[0] == ["500"]


def test_many_entries_take_several_steps(store, acme, monkeypatch):
    now = to_us(utc_now())
    add_old(store, acme, 450, 440, 430, 420, 410, 5, now=now)
    monkeypatch.setattr(leftovers, "_STEP", 2)

    prune_records(store, acme, now, audit_days=400)
    prune_leftovers(store, now, audit_days=400)

    assert targets(store, acme) == (["5"], ["5"])


def test_viewers_of_the_last_three_years_stay(store, acme, rival):
    first_kept = 2026 * 12 + 10 - 36
    with store.write(acme) as session:
        for month in (first_kept - 1, first_kept):
            session.execute(insert(usage_viewers).values(org_id=acme.org_id, month=month, viewer="v"))  # fmt: skip

    prune_records(store, acme, NOW, audit_days=400)

    with store.read(acme) as session:
        months = select(usage_viewers.c.month).where(usage_viewers.c.org_id == acme.org_id)
        assert list(session.execute(months).scalars()) == [first_kept]


@pytest.fixture
def user(store):
    return factories.add_user(store, "ada@example.com")


def test_expired_rows_are_removed_and_others_stay(store, acme, user):
    with store.write_shared() as session:
        for name, at in (("old", NOW - 2 * DAY), ("new", NOW - SECOND)):
            session.execute(insert(password_resets).values(digest=name, user_id=user, created_at=1, expires_at=at, is_mailed=False))  # fmt: skip
            session.execute(insert(sign_ins).values(digest=name, user_id=user, password_hash="", form_digest="", created_at=at))  # fmt: skip
        for name, at in (("old", NOW - 31 * DAY), ("new", NOW - 29 * DAY)):
            session.execute(
                insert(invitations).values(
                    id=name, org_id=acme.org_id, email=name, role="ADMIN", digest=name,
                    invited_by="x", created_at=1, expires_at=at, is_mailed=False,
                )
            )  # fmt: skip

    prune_leftovers(store, NOW, audit_days=400)

    with store.read_shared() as session:
        for column in (password_resets.c.digest, sign_ins.c.digest, invitations.c.id):
            assert list(session.execute(select(column)).scalars()) == ["new"], column


def test_every_leftover_can_be_pruned(store):
    """The statements fit all tables: nothing fails, and nothing is there."""
    prune_leftovers(store, NOW, audit_days=400)

    with store.read_shared() as session:
        for leftover in LEFTOVERS:
            count = select(func.count()).select_from(METADATA.tables[leftover.table.name])
            assert session.execute(count).scalar() == 0
