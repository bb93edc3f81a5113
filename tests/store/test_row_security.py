"""The net below the scoped tables: raw SQL that forgot its org."""

import random
import sqlite3
import threading

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, StatementError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from dashapp.store import row_security, tables
from dashapp.store.engine import Store
from dashapp.store.imports import import_log
from dashapp.store.orgs import embed_log
from dashapp.store.sql.scoped import events
from tests.factories import event, send

OWNED = [table.name for table in tables.OWNED]


@pytest.fixture
def filled(store, acme, rival):
    send(store, acme, [event(user="acme-user", properties={"a": 1}) for _ in range(3)])
    send(store, rival, [event(user="rival-user", properties={"a": 1}) for _ in range(5)])
    for owner in (acme, rival):
        with store.writing(owner) as session:
            org = {"org": owner.org_id}
            session.execute(text("INSERT INTO tombstones (org_id, id) VALUES (:org, 'gone')"), org)
            session.execute(text("INSERT INTO send_limits VALUES (:org, '', 1)"), org)
            import_log.begin_import(session, owner, import_log.Facts("i1", "x.csv", "", {}, "", 1))
            embed_log.log(session, owner, embed_log.Entry(1, "x", "", "d", "k", "v", "t"))
    return store


@pytest.mark.parametrize("table", OWNED)
def test_raw_sql_sees_only_the_rows_of_its_scope(filled, acme, rival, table):
    with filled.reading(acme) as session:
        seen = set(session.execute(text(f"SELECT org_id FROM {table}")).scalars())

    assert seen == {acme.org_id}


@pytest.mark.parametrize("table", OWNED)
def test_without_an_org_nothing_is_seen(filled, table):
    with filled.shared() as session:
        assert session.execute(text(f"SELECT count(*) FROM {table}")).scalar() == 0


def test_a_scoped_table_cannot_be_read_without_an_org(filled, acme):
    with filled.reading(acme) as session, pytest.raises(StatementError, match="org"):
        session.execute(events.select())


def test_the_net_holds_after_a_rollback(filled, acme):
    with filled.reading(acme) as session:
        with pytest.raises(DBAPIError):
            session.execute(text("SELECT no_such_column FROM events"))
        session.rollback()
        assert session.execute(text("SELECT count(*) FROM events")).scalar() == 3


@pytest.mark.parametrize("org", ["NULL", "0", "-1"])
def test_a_row_without_an_org_is_refused_by_the_database(filled, acme, org):
    statement = f"INSERT INTO projects (org_id, slug, created_at) VALUES ({org}, 'x', 1)"

    with pytest.raises(DBAPIError), filled.writing(acme) as session:
        session.execute(text(statement))


def test_a_row_for_another_org_is_refused_by_postgresql(postgresql_url):
    store = Store(postgresql_url)
    from dashapp.dashboards.provision import add_org
    from tests.factories import scope

    acme, rival = (scope(add_org(store, scope, slug, now=1)) for slug in ("acme", "rival"))
    statement = "INSERT INTO projects (org_id, slug, created_at) VALUES (:org, 'x', 1)"

    with pytest.raises(DBAPIError, match="row-level security"), store.writing(acme) as session:
        session.execute(text(statement), {"org": rival.org_id})
    store.close()


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT count(*) FROM main.events",
        "WITH all_of_it AS (SELECT * FROM main.events) SELECT count(*) FROM all_of_it",
        "SELECT (SELECT count(*) FROM main.events)",
        "INSERT INTO events SELECT * FROM events",
        "DELETE FROM main.events",
        "WITH events AS MATERIALIZED (SELECT * FROM main.events) SELECT * FROM events",
        "SELECT name FROM sqlite_temp_master",
        "SELECT name FROM temp.sqlite_schema",
        "UPDATE main.events SET org_id = 1",
        "DROP VIEW temp.events",
        "CREATE TEMP VIEW x AS SELECT * FROM main.events",
        "PRAGMA query_only = OFF",
        "ATTACH DATABASE ':memory:' AS x",
    ],
)
def test_sqlite_refuses_to_go_around_the_views(sqlite_url, statement):
    store = Store(sqlite_url)
    with store.shared() as session, pytest.raises(DBAPIError):
        session.execute(text(statement))
    store.close()


def test_the_net_turned_off_is_noticed(sqlite_url, monkeypatch):
    """A planted fault: without the authorizer, main.events can be read."""
    monkeypatch.setattr(row_security, "authorizer", lambda _own: lambda *_: sqlite3.SQLITE_OK)
    store = Store(sqlite_url)
    with store.shared() as session:
        assert session.execute(text("SELECT count(*) FROM main.events")).scalar() == 0
    store.close()


def test_a_small_pool_never_mixes_orgs(filled, acme, rival):
    """16 threads, two orgs, exceptions and rollbacks on the way (T12; 50,000 by `make bench`)."""
    wrong, done = [], []

    def read(owner, *, fails_first: bool) -> set[int]:
        with filled.reading(owner) as session:
            if fails_first:
                with pytest.raises(DBAPIError):
                    session.execute(text("SELECT nonsense FROM events"))
                session.rollback()
            return set(session.execute(text("SELECT DISTINCT org_id FROM events")).scalars())

    def work(seed: int) -> None:
        dice = random.Random(seed)
        while len(done) < 960:
            owner = dice.choice([acme, rival])
            try:
                seen = read(owner, fails_first=dice.random() < 0.1)
            except PoolTimeout:  # sixteen threads wait for ten connections
                continue
            (wrong if seen != {owner.org_id} else done).append(seen)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(16)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]

    assert wrong == []
    assert len(done) >= 960


def test_a_question_that_takes_too_long_is_cancelled(sqlite_url, monkeypatch):
    monkeypatch.setattr(row_security, "_SECONDS", 0.05)
    store = Store(sqlite_url)
    endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT max(x) FROM n"
    with store.shared() as session, pytest.raises(DBAPIError, match="interrupted"):
        session.execute(text(endless))
    with store.shared() as session:
        assert session.execute(text("SELECT 1")).scalar() == 1
    store.close()


def test_a_connection_from_before_the_schema_is_not_kept(tmp_path):
    from dashapp.dashboards.provision import add_org
    from dashapp.store import migrate
    from tests.factories import scope

    url = f"sqlite:///{tmp_path}/new.db"
    store = Store(url)
    assert not migrate.is_current(store)
    migrate.upgrade(url)

    acme = scope(add_org(store, scope, "acme", now=1))
    with store.reading(acme) as session:
        assert session.execute(text("SELECT count(*) FROM events")).scalar() == 0
    store.close()
