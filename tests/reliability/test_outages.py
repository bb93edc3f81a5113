"""A database that is down, overloaded or slow: one clear error, then recovery."""

import sqlite3
import threading
import time
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import event, text

from dashapp.dashboards.provision import add_org
from dashapp.domain.secrets.keys import KeyKind
from dashapp.store import migrate
from dashapp.store.engine import Store
from dashapp.store.tallies import maintenance
from tests import factories
from tests.postgresql import FAST, Cluster

DATA = "/api/v1/dashboards/operations/data?time_range=7d"


@pytest.fixture
def cluster():
    cluster = Cluster(FAST)
    cluster.init()
    cluster.start()
    migrate.upgrade(f"{cluster.url}/postgres")
    yield cluster
    cluster.stop()


def set_up(store: Store):
    """Return an org, a client, and the headers for reading and for sending."""
    acme = factories.scope(add_org(store, factories.scope, "acme", now=1))
    secrets = [factories.add_key(store, acme, kind)[1] for kind in (KeyKind.READ, KeyKind.INGEST)]
    headers = [{"Authorization": f"Bearer {secret}"} for secret in secrets]
    return acme, factories.app(store).test_client(), *headers


def test_requests_return_503_until_a_crashed_database_restarts(cluster):
    """T92: dead connections in the pool are detected before they are used."""
    store = Store(f"{cluster.url}/postgres")
    _, client, reader, sender = set_up(store)
    assert client.get(DATA, headers=reader).status_code == 200

    cluster.kill()
    refused = client.get(DATA, headers=reader)
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "2")
    assert client.post("/api/v1/events", json=[], headers=sender).status_code == 503
    assert client.get("/livez").status_code == 200

    cluster.start()
    assert client.get(DATA, headers=reader).status_code == 200
    response = client.post("/api/v1/events", json=[{"id": "a", "type": "a"}], headers=sender)
    assert response.json["accepted"] == 1
    store.close()


def test_connections_terminated_by_the_database_are_replaced(cluster):
    store = Store(f"{cluster.url}/postgres")
    _, client, reader, _ = set_up(store)
    for _ in range(3):
        with store._writer.connect() as connection:
            connection.execute(
                text("RESET ROLE; SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                     "WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'")
            )  # fmt: skip
            connection.invalidate()
        assert client.get(DATA, headers=reader).status_code == 200
    store.close()


@pytest.mark.parametrize("moment", ["checkout", "begin"])
def test_a_connection_lost_between_two_steps_of_a_request_is_a_503(postgresql_url, moment):
    """The pool has checked it, or its transaction has begun."""
    store = Store(postgresql_url)
    _, client, reader, _ = set_up(store)
    assert client.get(DATA, headers=reader).status_code == 200

    def end(connection, *_) -> None:
        driver = connection if moment == "checkout" else connection.connection.driver_connection
        with psycopg.connect(postgresql_url) as other:
            other.execute("SELECT pg_terminate_backend(%s, 2000)", [driver.info.backend_pid])

    target = store._writer.pool if moment == "checkout" else store._writer
    event.listen(target, moment, end, once=True)
    refused = client.get(DATA, headers=reader)

    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "2")
    assert client.get(DATA, headers=reader).status_code == 200
    store.close()


def test_an_exhausted_pool_returns_503_quickly(store, acme):
    """T93: the error comes within 15 seconds, and the process still reports that it is alive."""
    _, secret = factories.add_key(store, acme)
    client = factories.app(store).test_client()
    with ExitStack() as stack:
        for _ in range(10):
            session = stack.enter_context(store.read(acme))
            session.execute(text("SELECT 1"))
        started = time.monotonic()
        response = client.get(DATA, headers={"Authorization": f"Bearer {secret}"})
        assert client.get("/livez").status_code == 200
        assert time.monotonic() - started < 15
    assert (response.status_code, response.headers["Retry-After"]) == (503, "2")

    retried = client.get(DATA, headers={"Authorization": f"Bearer {secret}"})
    assert retried.status_code == 200


def test_a_slow_query_is_canceled_in_the_database(store, acme, monkeypatch):
    """T94: its panel shows an error, the others show numbers, and no query keeps running."""
    from dashapp.store import row_security
    from dashapp.widgets import Size, Widget, scalar
    from dashapp.widgets.catalog import Catalog

    monkeypatch.setattr(row_security, "_TIMEOUT_SECONDS", 0.2)
    endless_query = (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    )

    def slow(session, scope, time_range):
        if not store.is_sqlite:
            session.execute(text("SET LOCAL statement_timeout = 200"))
        session.execute(text(endless_query)).all()

    endless = Widget(slug="endless", title="Endless", size=Size.QUARTER, query=slow, draw=scalar)
    factories.place(store, acme, ["endless", "total-errors", "success-rate", "warnings-by-code"])
    _, secret = factories.add_key(store, acme)
    client = factories.app(store, catalog=Catalog([endless])).test_client()

    response = client.get(DATA, headers={"Authorization": f"Bearer {secret}"}).json

    states = {panel["slug"]: panel["status"] for panel in response["panels"]}
    assert states == {
        "endless": "error", "total-errors": "ok", "success-rate": "ok", "warnings-by-code": "empty",
    }  # fmt: skip
    if not store.is_sqlite:
        with store.read_shared() as session:
            running = session.execute(text("SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'WITH RECURSIVE n%' AND state = 'active'"))  # fmt: skip
            assert running.scalar() == 0


def test_sqlite_handles_writers_a_long_read_and_a_backup_at_the_same_time(sqlite_url, tmp_path):
    """T99: no lock errors, the write-ahead log stays small, and the copy is complete."""
    store = Store(sqlite_url)
    acme = factories.scope(add_org(store, factories.scope, "acme", now=1))
    failures = []

    def write(number: int) -> None:
        try:
            for n in range(10):
                batch = [factories.event(id=f"{number}-{n}-{i}", user=f"u{i}") for i in range(50)]
                factories.send(store, acme, batch)
        except Exception as error:  # noqa: BLE001
            failures.append(error)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    with store.read_primary(acme, has_time_limit=False) as reader:
        before = reader.execute(text("SELECT count(*) FROM events")).scalar()
        [thread.start() for thread in threads]
        source, target = sqlite3.connect(store.url.database), sqlite3.connect(tmp_path / "copy.db")
        source.backup(target, pages=50)
        [thread.join() for thread in threads]
        assert reader.execute(text("SELECT count(*) FROM events")).scalar() == before == 0
    target.execute("PRAGMA integrity_check")
    source.close()
    target.close()
    factories.send(store, acme, [factories.event()])

    assert failures == []
    assert list(maintenance.differences(store, acme)) == []
    assert Path(f"{store.url.database}-wal").stat().st_size < 64_000_000
    store.close()
