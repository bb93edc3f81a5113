"""Backups restored without the role or its rights: a check names them, an upgrade mends them."""

import subprocess

import pytest
from sqlalchemy import text

from dashapp.dashboards.provision import add_org
from dashapp.store import migrate
from dashapp.store.engine import Store
from dashapp.store.health.damage import damages
from tests.conftest import _sql
from tests.factories import event, scope, send
from tests.postgresql import FAST, Cluster, programs


@pytest.fixture(scope="module")
def cluster():
    """A cluster without the role: it was never migrated."""
    cluster = Cluster(FAST)
    cluster.init()
    cluster.start()
    yield cluster
    cluster.stop()


@pytest.fixture
def restored(cluster, postgresql_url):
    """A backup of an org with two events, restored where the role does not exist."""
    store = Store(postgresql_url)
    acme = scope(add_org(store, scope, "acme", now=1))
    send(store, acme, [event(), event()])
    store.close()
    dump = cluster.folder / "backup.sql"
    with dump.open("wb") as file:
        subprocess.run([programs() / "pg_dump", "-Fp", postgresql_url], check=True, stdout=file)
    _sql(cluster.url, "CREATE DATABASE restored")
    # As the docs say: errors are about privileges of a role that does not exist yet.
    subprocess.run(
        [programs() / "psql", "-q", "-f", dump, f"{cluster.url}/restored"],
        check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    yield f"{cluster.url}/restored", acme
    _sql(cluster.url, "DROP DATABASE restored WITH (FORCE)")
    _sql(cluster.url, "DROP ROLE IF EXISTS dashapp_app")


def check(url):
    store = Store(url)
    try:
        return migrate.problems(store)
    finally:
        store.close()


def test_a_restore_without_the_role(restored):
    url, acme = restored
    assert check(url) == ["The role dashapp_app does not exist. Run: dashapp db upgrade"]

    migrate.upgrade(url)

    assert check(url) == []
    store = Store(url)
    with store.read(acme) as session:
        found = session.execute(text("SELECT count(*) FROM events WHERE org_id = :org"), {"org": acme.org_id})  # fmt: skip
        assert found.scalar() == 2
    with store.read_shared() as session:
        assert session.execute(text("SELECT count(*) FROM orgs")).scalar() == 1
    assert send(store, acme, [event()]).accepted == 1
    assert list(damages(store, scope)) == []
    store.close()


def test_a_restore_with_a_role_made_by_hand(restored, cluster):
    url, _acme = restored
    _sql(cluster.url, "CREATE ROLE dashapp_app NOLOGIN")

    (fault,) = check(url)
    assert "may not read and write these tables: " in fault
    assert "dashapp db upgrade" in fault
    migrate.upgrade(url)
    assert check(url) == []


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        ("REVOKE INSERT ON events FROM dashapp_app", "these tables: events."),
        ("REVOKE SELECT ON alembic_version FROM dashapp_app", "these tables: alembic_version."),
        ("DROP POLICY org ON events", "events has no policy"),
        ("ALTER TABLE events NO FORCE ROW LEVEL SECURITY", "Row-level security is off on events"),
        ("ALTER TABLE events DISABLE ROW LEVEL SECURITY", "Row-level security is off on events"),
    ],
)
def test_what_is_missing_is_named_and_mended(postgresql_url, harm, words):
    server, _, database = postgresql_url.rpartition("/")
    _sql(server, harm, database)

    faults = check(postgresql_url)
    assert any(words in fault for fault in faults), faults
    migrate.upgrade(postgresql_url)
    assert check(postgresql_url) == []


def test_a_policy_that_shows_more_rows_is_named(postgresql_url):
    server, _, database = postgresql_url.rpartition("/")
    _sql(server, "CREATE POLICY everything ON events USING (true)", database)

    assert any("policies that show more rows" in fault for fault in check(postgresql_url))
