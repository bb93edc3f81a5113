"""Row security: raw SQL without an org filter still sees only its own org's rows."""

import random
import sqlite3
import threading
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, StatementError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from dashapp.domain.access.actors import Action
from dashapp.domain.access.roles import Role
from dashapp.domain.access.saved_views import SavedView
from dashapp.domain.metrics.tallies import Counted, Tally
from dashapp.store import row_security, tables
from dashapp.store.audit.entries import add_entry
from dashapp.store.engine import Store
from dashapp.store.imports import import_log
from dashapp.store.orgs import embed_log, saved_views
from dashapp.store.sql.scoped import events
from dashapp.store.tallies.updates import declare
from tests import factories
from tests.factories import NOW, OPERATOR, event, send
from tests.sealing import seal

OWNED = [table.name for table in tables.OWNED]
RECORDS = (
    "audit_doors VALUES (:org, 1)",
    "usage VALUES (:org, 1, 'stored', 1)",
    "usage_viewers VALUES (:org, 1, 'v')",
    "rejections (org_id, at, mark, code, message, key_id) VALUES (:org, 1, 'm', 'c', 'x', 'k')",
    "erasures (org_id, user_id, requested_at, requested_by) VALUES (:org, 'u', 1, 'a')",
    "logos VALUES (:org, 'image/png', 1, '')",
)
MEASURING = [
    Tally(counted=counted, of="properties.a")
    for counted in (Counted.NUMBERS, Counted.SPREAD, Counted.VALUES)
]


@pytest.fixture
def filled(store, acme, rival):
    for owner in (acme, rival):
        user_id = factories.add_user(store, f"{owner.org.slug}@example.com", (owner, Role.OWNER))
        with store.write(owner) as session:
            declare(session, owner, MEASURING)
            saved_views.add_view(session, owner, user_id, SavedView("", "Rice", ""), now=1)
    send(store, acme, [event(user="acme-user", properties={"a": 1}) for _ in range(3)])
    send(store, rival, [event(user="rival-user", properties={"a": 1}) for _ in range(5)])
    for owner in (acme, rival):
        seal(store, owner, now=NOW + timedelta(days=2))
        with store.write(owner) as session:
            org = {"org": owner.org_id}
            session.execute(text("INSERT INTO tombstones (org_id, id) VALUES (:org, 'gone')"), org)
            session.execute(text("INSERT INTO send_limits VALUES (:org, '', 1)"), org)
            import_log.begin_import(session, owner, import_log.Facts("i1", "x.csv", "", {}, "", 1))
            embed_log.log(session, owner, embed_log.Entry(1, "x", "", "d", "k", "v", "t"))
            add_entry(session, owner, OPERATOR, Action.EXPORTED, now=1)
            for rows in RECORDS:
                session.execute(text(f"INSERT INTO {rows}"), org)
    return store


@pytest.mark.parametrize("table", OWNED)
def test_raw_sql_sees_only_the_rows_of_its_org(filled, acme, rival, table):
    with filled.read(acme) as session:
        seen = set(session.execute(text(f"SELECT org_id FROM {table}")).scalars())

    assert seen == {acme.org_id}


@pytest.mark.parametrize("table", OWNED)
def test_without_an_org_no_rows_are_visible(filled, table):
    with filled.read_shared() as session:
        assert session.execute(text(f"SELECT count(*) FROM {table}")).scalar() == 0


def test_a_scoped_table_cannot_be_read_without_an_org(filled, acme):
    with filled.read(acme) as session, pytest.raises(StatementError, match="org"):
        session.execute(events.select())


def test_row_security_applies_after_a_rollback(filled, acme):
    with filled.read(acme) as session:
        with pytest.raises(DBAPIError):
            session.execute(text("SELECT no_such_column FROM events"))
        session.rollback()
        assert session.execute(text("SELECT count(*) FROM events")).scalar() == 3


@pytest.mark.parametrize("org", ["NULL", "0", "-1"])
def test_the_database_refuses_a_row_without_an_org(filled, acme, org):
    statement = f"INSERT INTO projects (org_id, slug, created_at) VALUES ({org}, 'x', 1)"

    with pytest.raises(DBAPIError), filled.write(acme) as session:
        session.execute(text(statement))


def test_postgresql_refuses_a_row_for_another_org(postgresql_url):
    store = Store(postgresql_url)
    from dashapp.dashboards.provision import add_org
    from tests.factories import scope

    acme, rival = (scope(add_org(store, scope, slug, now=1)) for slug in ("acme", "rival"))
    statement = "INSERT INTO projects (org_id, slug, created_at) VALUES (:org, 'x', 1)"

    with pytest.raises(DBAPIError, match="row-level security"), store.write(acme) as session:
        session.execute(text(statement), {"org": rival.org_id})
    store.close()


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT count(*) FROM main.events",
        "WITH all_events AS (SELECT * FROM main.events) SELECT count(*) FROM all_events",
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
def test_sqlite_refuses_to_bypass_the_views(sqlite_url, statement):
    store = Store(sqlite_url)
    with store.read_shared() as session, pytest.raises(DBAPIError):
        session.execute(text(statement))
    store.close()


def test_without_the_authorizer_main_tables_are_readable(sqlite_url, monkeypatch):
    """Planted fault: without the authorizer, `main.events` is readable."""
    monkeypatch.setattr(row_security, "authorizer", lambda _own: lambda *_: sqlite3.SQLITE_OK)
    store = Store(sqlite_url)
    with store.read_shared() as session:
        assert session.execute(text("SELECT count(*) FROM main.events")).scalar() == 0
    store.close()


def test_a_small_pool_never_mixes_orgs(filled, acme, rival):
    """T12: 16 threads, two orgs, with exceptions and rollbacks (`make bench` runs 50,000)."""
    wrong_reads, right_reads = [], []

    def read(owner, *, fails_first: bool) -> set[int]:
        with filled.read(owner) as session:
            if fails_first:
                with pytest.raises(DBAPIError):
                    session.execute(text("SELECT nonsense FROM events"))
                session.rollback()
            return set(session.execute(text("SELECT DISTINCT org_id FROM events")).scalars())

    def work(seed: int) -> None:
        rng = random.Random(seed)
        while len(right_reads) < 960:
            owner = rng.choice([acme, rival])
            try:
                seen = read(owner, fails_first=rng.random() < 0.1)
            except PoolTimeout:  # sixteen threads share ten connections
                continue
            (wrong_reads if seen != {owner.org_id} else right_reads).append(seen)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(16)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]

    assert wrong_reads == []
    assert len(right_reads) >= 960


def test_a_slow_query_is_canceled(sqlite_url, monkeypatch):
    monkeypatch.setattr(row_security, "_TIMEOUT_SECONDS", 0.05)
    store = Store(sqlite_url)
    endless_query = (
        "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT max(x) FROM n"
    )
    with store.read_shared() as session, pytest.raises(DBAPIError, match="interrupted"):
        session.execute(text(endless_query))
    with store.read_shared() as session:
        assert session.execute(text("SELECT 1")).scalar() == 1
    store.close()


def test_a_connection_opened_before_the_migration_is_not_reused(tmp_path):
    from dashapp.dashboards.provision import add_org
    from dashapp.store import migrate
    from tests.factories import scope

    url = f"sqlite:///{tmp_path}/new.db"
    store = Store(url)
    assert not migrate.is_current(store)
    migrate.upgrade(url)

    acme = scope(add_org(store, scope, "acme", now=1))
    with store.read(acme) as session:
        assert session.execute(text("SELECT count(*) FROM events")).scalar() == 0
    store.close()
