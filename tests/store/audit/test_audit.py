"""The audit: entries are added with the act, read in order, and cannot be changed."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from dashapp.domain.access.actors import SYSTEM, Action
from dashapp.domain.time.instant import SECOND, to_us, utc_now
from dashapp.store.audit.entries import (
    Wanted,
    add_entry,
    add_installation_entry,
    list_entries,
    list_installation_entries,
)
from dashapp.store.audit.pruning import FOREVER, prune_audit, prune_installation_audit
from tests.factories import OPERATOR

DAY = 86_400 * SECOND


def add(store, owner, *times: int, action: Action = Action.EXPORTED) -> None:
    with store.write(owner) as session:
        for at in times:
            add_entry(session, owner, OPERATOR, action, f"at {at}", now=at)


def listed(store, owner, **wanted) -> list[int]:
    with store.read(owner) as session:
        return [entry.at for entry in list_entries(session, owner, Wanted(**wanted))]


def test_entries_are_listed_newest_first_in_pages(store, acme, rival):
    add(store, acme, 1, 2, 3, 3)
    add(store, rival, 9)

    assert listed(store, acme) == [3, 3, 2, 1]
    with store.read(acme) as session:
        first = list_entries(session, acme, Wanted(most=2))
    assert listed(store, acme, after=(first[-1].at, first[-1].mark)) == [2, 1]


def test_entries_are_filtered(store, acme):
    add(store, acme, 1, 2)
    add(store, acme, 3, action=Action.KEY_ADDED)

    assert listed(store, acme, action="key_added") == [3]
    assert listed(store, acme, since=2, until=3) == [2]
    assert listed(store, acme, actor="root") == [3, 2, 1]
    assert listed(store, acme, actor="someone") == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET target = 'x' WHERE org_id = :org",
        "DELETE FROM audit WHERE org_id = :org",
        "UPDATE installation_audit SET target = 'x' WHERE :org > 0",
        "DELETE FROM installation_audit WHERE :org > 0",
        "INSERT INTO audit_doors VALUES (:org, 9000000000000000)",
    ],
)
def test_the_database_refuses_changes(store, acme, statement):
    now = to_us(utc_now())
    add(store, acme, now)
    with store.write_shared() as session:
        add_installation_entry(session, SYSTEM, Action.ORG_ADDED, org="acme", now=now)

    if "audit_doors" in statement and not store.is_sqlite:
        return  # PostgreSQL has no use for doors
    with pytest.raises(DBAPIError, match=r"kept|permission denied"), store.write(acme) as session:
        session.execute(text(statement), {"org": acme.org_id})
    assert listed(store, acme) == [now]


@pytest.mark.parametrize(
    "clause", ["INSERT OR REPLACE INTO audit", "INSERT INTO audit", "REPLACE INTO audit"]
)
def test_an_entry_cannot_be_replaced(store, acme, clause):
    add(store, acme, to_us(utc_now()))
    columns = "org_id, at, mark, actor_kind, actor, actor_name, address, browser, action, target"
    statement = (
        f"{clause} ({columns}, request_id) SELECT {columns.replace('target', repr('x'))}, '' "
        "FROM audit WHERE org_id = :org"
    )

    with pytest.raises(DBAPIError), store.write(acme) as session:
        session.execute(text(statement), {"org": acme.org_id})
    with store.read(acme) as session:
        assert list_entries(session, acme, Wanted())[0].target != "x"


def test_old_entries_are_pruned_but_none_of_the_last_thirty_days(store, acme, rival):
    now = to_us(utc_now())
    ages = [now - 40 * DAY, now - 31 * DAY, now - 29 * DAY, now]
    add(store, acme, *ages)
    add(store, rival, *ages)

    with store.write(acme) as session:
        assert prune_audit(session, acme, before=now - 30 * DAY - SECOND, most=1) == 1
        assert prune_audit(session, acme, before=now - 30 * DAY - SECOND, most=10) == 1
    assert listed(store, acme) == [now, now - 29 * DAY]
    assert len(listed(store, rival)) == 4


def test_recent_entries_are_not_pruned_even_if_asked(store, acme):
    now = to_us(utc_now())
    add(store, acme, now - 29 * DAY, now)
    try:
        with store.write(acme) as session:
            prune_audit(session, acme, before=FOREVER, most=10)
    except DBAPIError as error:
        assert "kept" in str(error)  # noqa: PT017 - PostgreSQL's function keeps them silently
    assert len(listed(store, acme)) == 2


def test_entries_of_the_installation_outlive_an_org_and_are_pruned_by_age(store):
    now = to_us(utc_now())
    with store.write_shared() as session:
        for at in (now - 31 * DAY, now):
            add_installation_entry(session, OPERATOR, Action.ORG_REMOVED, org="gone", now=at)
    with store.write_shared() as session:
        assert prune_installation_audit(session, before=now - 30 * DAY, most=10) == 1
    with store.read_shared() as session:
        assert [e.at for e in list_installation_entries(session, Wanted(), "gone")] == [now]
        assert list_installation_entries(session, Wanted(), "other") == []


def test_values_are_kept_as_they_were(store, acme):
    with store.write(acme) as session:
        add_entry(
            session, acme, OPERATOR, Action.ROLE_CHANGED, "a" * 400,
            before={"role": "MEMBER"}, after={"role": "OWNER"}, now=1,
        )  # fmt: skip
    with store.read(acme) as session:
        entry = list_entries(session, acme, Wanted())[0]

    assert (entry.before, entry.after) == ({"role": "MEMBER"}, {"role": "OWNER"})
    assert (entry.actor_kind, entry.actor, len(entry.target)) == ("operator", "root", 320)
