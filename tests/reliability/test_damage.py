"""A full disk, a read-only file, a bad page, another schema: nothing is half-written or wrong."""

import resource
import sqlite3
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import event as sql_event

from dashapp.cli import main
from dashapp.domain.secrets.keys import KeyKind
from dashapp.store import migrate
from dashapp.store.engine import Store, owner_engine
from dashapp.store.health import readiness
from dashapp.store.tallies import maintenance
from tests import factories
from tests.postgresql import FAST, Cluster

ENDPOINT = "/api/v1/events"
_numbers = count(1)


def batch(size=900):
    return [
        {"id": f"e{next(_numbers)}", "type": "page.viewed", "properties": {"text": "x" * 900}}
        for _ in range(size)
    ]


def is_exact(store, acme, accepted):
    is_counted = list(maintenance.differences(store, acme)) == []
    return is_counted and len(factories.stored_events(store, acme)) == accepted


def stopping(store, pragma):
    """Set a pragma on every connection that writes; return a function that ends this."""

    def set_pragma(connection, _entry):
        connection.execute(f"PRAGMA {pragma}").close()

    engines = (store._writer, store._lossy_writer)
    for engine in engines:
        engine.dispose()
        sql_event.listen(engine, "connect", set_pragma)

    def end():
        for engine in engines:
            sql_event.remove(engine, "connect", set_pragma)
            engine.dispose()

    return end


@pytest.fixture
def sender(store, acme):
    _, secret = factories.add_key(store, acme, KeyKind.INGEST)
    client = factories.app(store).test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {secret}"
    return client


@pytest.fixture
def sqlite_sender(sqlite_url):
    from dashapp.dashboards.provision import add_org

    store = Store(sqlite_url)
    acme = factories.scope(add_org(store, factories.scope, "acme", now=1))
    _, secret = factories.add_key(store, acme, KeyKind.INGEST)
    client = factories.app(store).test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {secret}"
    yield store, acme, client
    store.close()


@pytest.mark.parametrize("kind", ["full", "read-only"])
def test_a_disk_that_takes_nothing(sqlite_sender, kind):
    """Sends are a 503 and stored whole or not at all; the server says that it is not ready."""
    store, acme, client = sqlite_sender
    assert client.post(ENDPOINT, json=batch(10)).status_code == 200
    with closing(sqlite3.connect(str(store.url.database))) as connection:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
    end = stopping(store, f"max_page_count = {pages}" if kind == "full" else "query_only = ON")

    refused = client.post(ENDPOINT, json=batch())
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "2")
    if kind == "read-only":
        assert client.get("/readyz").json == {"status": "unavailable", "reason": "write"}
    assert client.get("/livez").status_code == 200
    assert is_exact(store, acme, 10)

    end()
    assert client.get("/readyz").json["status"] == "ok"
    assert client.post(ENDPOINT, json=batch(10)).status_code == 200
    assert is_exact(store, acme, 20)


@contextmanager
def files_of_at_most(size):
    """Let programs that start now write no larger files."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_of_postgresql():
    """Files that may not grow: the table cannot be extended, as on a full disk."""
    from dashapp.dashboards.provision import add_org

    cluster = Cluster(f"{FAST} -c autovacuum=off")
    cluster.init()
    with files_of_at_most(2**24):
        cluster.start()
    url = f"{cluster.url}/postgres"
    migrate.upgrade(url)
    store = Store(url)
    acme = factories.scope(add_org(store, factories.scope, "acme", now=1))
    _, secret = factories.add_key(store, acme, KeyKind.INGEST)
    client = factories.app(store).test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {secret}"
    accepted = 0
    try:
        for _ in range(60):
            answer = client.post(ENDPOINT, json=batch())
            if answer.status_code != 200:
                break
            accepted += answer.json["accepted"]
        assert answer.status_code == 503
        assert client.get("/livez").status_code == 200
        assert is_exact(store, acme, accepted)

        cluster.kill()
        cluster.start()
        assert client.post(ENDPOINT, json=batch(10)).status_code == 200
        assert is_exact(store, acme, accepted + 10)
    finally:
        store.close()
        cluster.stop()


def test_a_bad_page_is_found_and_never_shown_as_numbers(sqlite_sender, monkeypatch):
    store, _acme, client = sqlite_sender
    for _ in range(4):
        assert client.post(ENDPOINT, json=batch()).status_code == 200
    url = store.url.render_as_string(hide_password=False)
    monkeypatch.setenv("DASHAPP_DATABASE_URL", url)
    assert CliRunner().invoke(main, ["db", "check", "--deep"]).exit_code == 0
    store.close()
    path = Path(str(store.url.database))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (root,) = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'events'"
        ).fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    with path.open("r+b") as file:
        file.seek((root - 1) * size)
        file.write(b"\xff" * size)

    shallow = CliRunner().invoke(main, ["db", "check"])
    deep = CliRunner().invoke(main, ["db", "check", "--deep"])
    assert shallow.exit_code == 0
    assert deep.exit_code == 1
    assert "is damaged" in deep.output
    assert "Restore a backup" in deep.output
    assert client.post(ENDPOINT, json=batch(10)).status_code == 503


@pytest.mark.both_databases
def test_another_schema_while_the_server_runs(store, acme, sender, monkeypatch):
    monkeypatch.setattr(readiness, "_SECONDS", 0.0)
    assert sender.post(ENDPOINT, json=batch(10)).status_code == 200
    _set_revision(store, "9999")

    refused = sender.post(ENDPOINT, json=batch(10))
    assert (refused.status_code, refused.json["error"]["code"]) == (503, "unavailable")
    assert "being updated" in refused.json["error"]["message"]
    assert sender.get("/login").status_code == 503
    assert sender.get("/readyz").json == {"status": "unavailable", "reason": "schema"}
    assert sender.get("/livez").status_code == 200

    _set_revision(store, migrate.head())
    assert sender.post(ENDPOINT, json=batch(10)).status_code == 200
    assert is_exact(store, acme, 20)


def _set_revision(store, revision):
    engine = owner_engine(store.url)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{revision}'")
    engine.dispose()
