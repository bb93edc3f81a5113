"""Many orgs in one transaction: each has its own first rows, written under its own security."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError

from dashapp.dashboards.adding import add_orgs, first_rows
from dashapp.dashboards.provision import add_org
from dashapp.store.boards.loading import built_in_definitions
from dashapp.store.orgs import new_orgs
from dashapp.store.orgs.new_orgs import NewOrg
from dashapp.store.orgs.orgs import list_orgs
from dashapp.store.tables import org_states, panels, tally_states
from tests.factories import event, scope, send
from tests.statements import unbound_tables

FIRST = first_rows(built_in_definitions(), None, now=1)


def rows_of(store, org):
    """Return all rows of the tables that a new org has rows in, without its id."""
    with store.read(scope(org)) as session:
        return {
            table: [
                row[1:]
                for row in session.execute(text(f"SELECT * FROM {table.name} ORDER BY 1, 2, 3"))
            ]
            for table in (org_states, *new_orgs._COLUMNS)
        }


def add_many(store, count, prefix="org"):
    new = (NewOrg(f"{prefix}-{number}", f"Org {number}") for number in range(count))
    return [org for step in add_orgs(store, scope, new, FIRST) for org in step.orgs]


def test_orgs_that_are_added_together_are_like_one_that_is_added_alone(store):
    alone = rows_of(store, add_org(store, scope, "alone", now=1))

    many = add_many(store, 3)

    assert [org.slug for org in many] == ["org-0", "org-1", "org-2"]
    assert [rows_of(store, org) for org in many] == [alone] * 3
    assert len(alone[panels]) == 8
    assert len(alone[tally_states]) > 0


def test_orgs_that_are_added_together_keep_events(store):
    for org in add_many(store, 2):
        assert send(store, scope(org), [event(), event()]).accepted == 2


def test_orgs_of_several_transactions_are_all_added(store):
    assert len(add_many(store, 1_001)) == 1_001


def test_two_processes_can_add_the_same_orgs(store):
    with ThreadPoolExecutor() as pool:
        added = list(pool.map(lambda _process: len(add_many(store, 300)), range(3)))

    with store.read_shared() as session:
        assert sum(added) == len(list_orgs(session)) == 300


def test_an_error_leaves_none_of_a_transaction(store):
    ((dashboard, placed),) = FIRST.dashboards
    broken = FIRST._replace(dashboards=[(dashboard._replace(title=None), placed)])

    with pytest.raises(DBAPIError):
        list(add_orgs(store, scope, [NewOrg("acme", "Acme"), NewOrg("rival", "Rival")], broken))

    with store.read_shared() as session:
        assert list_orgs(session) == []


def test_rows_of_another_org_are_refused(store, acme, monkeypatch):
    if store.is_sqlite:
        pytest.skip("writes on SQLite have no row-level security")
    monkeypatch.setattr(new_orgs, "_params", lambda _own: {"org": acme.org_id, "zone": "UTC"})

    with pytest.raises(DBAPIError, match="row-level security"):
        add_many(store, 1)


@pytest.mark.parametrize("dialect", [sqlite.dialect(), postgresql.psycopg.dialect()])
def test_every_statement_names_its_org(dialect):
    statements = [sql for _table, (sql, _params) in new_orgs._compiled(dialect)]

    assert len(statements) == 5
    assert [unbound_tables(sql, dialect.name) for sql in statements] == [()] * 5
