"""A database that goes away, is full, or is slow: one clear answer, and all is well after it."""

import sqlite3
import threading
import time
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import text

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
    made = Cluster(FAST)
    made.init()
    made.start()
    migrate.upgrade(f"{made.url}/postgres")
    yield made
    made.stop()


def ready(store: Store):
    """An org, a client, and headers that read and that send."""
    acme = factories.scope(add_org(store, factories.scope, "acme", now=1))
    found = [factories.add_key(store, acme, kind)[1] for kind in (KeyKind.READ, KeyKind.INGEST)]
    headers = [{"Authorization": f"Bearer {secret}"} for secret in found]
    return acme, factories.app(store).test_client(), *headers


def test_a_crash_of_the_database_is_one_503_and_then_over(cluster):
    """T92: connections in the pool are dead, and are noticed before they are used."""
    store = Store(f"{cluster.url}/postgres")
    _, client, reader, sender = ready(store)
    assert client.get(DATA, headers=reader).status_code == 200

    cluster.kill()
    down = client.get(DATA, headers=reader)
    assert (down.status_code, down.headers["Retry-After"]) == (503, "2")
    assert client.post("/api/v1/events", json=[], headers=sender).status_code == 503
    assert client.get("/livez").status_code == 200

    cluster.start()
    assert client.get(DATA, headers=reader).status_code == 200
    answer = client.post("/api/v1/events", json=[{"id": "a", "type": "a"}], headers=sender)
    assert answer.json["accepted"] == 1
    store.close()


def test_connections_that_are_cut_under_a_running_server_are_replaced(cluster):
    store = Store(f"{cluster.url}/postgres")
    _, client, reader, _ = ready(store)
    for _ in range(3):
        with store._write.connect() as connection:
            connection.execute(
                text("RESET ROLE; SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                     "WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'")
            )  # fmt: skip
            connection.invalidate()
        assert client.get(DATA, headers=reader).status_code == 200
    store.close()


def test_a_pool_that_is_used_up_is_a_503_soon(store, acme):
    """T93: not after half a minute, and the process still says that it lives."""
    _, secret = factories.add_key(store, acme)
    client = factories.app(store).test_client()
    with ExitStack() as held:
        for _ in range(10):
            session = held.enter_context(store.reading(acme))
            session.execute(text("SELECT 1"))
        started = time.monotonic()
        answer = client.get(DATA, headers={"Authorization": f"Bearer {secret}"})
        assert client.get("/livez").status_code == 200
        assert time.monotonic() - started < 15
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")

    again = client.get(DATA, headers={"Authorization": f"Bearer {secret}"})
    assert again.status_code == 200


def test_a_question_that_takes_too_long_ends_in_the_database(store, acme, monkeypatch):
    """T94: its panel says so, the others have their numbers, and nothing runs on."""
    from dashapp.store import row_security
    from dashapp.widgets.catalog import Catalog, load_catalog
    from dashapp.widgets.operations import total_errors

    monkeypatch.setattr(row_security, "_SECONDS", 0.2)
    endless = (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    )

    def slow(session, scope, time_range):
        if not store.is_sqlite:
            session.execute(text("SET LOCAL statement_timeout = 200"))
        session.execute(text(endless)).all()

    widgets = [
        widget if widget is not total_errors.WIDGET else _with_query(widget, slow)
        for widget in load_catalog()
    ]
    _, secret = factories.add_key(store, acme)
    client = factories.app(store, catalog=Catalog(widgets)).test_client()

    answer = client.get(DATA, headers={"Authorization": f"Bearer {secret}"}).json

    states = {panel["slug"]: panel["status"] for panel in answer["panels"]}
    assert states.pop("total-errors") == "error"
    assert "error" not in states.values()
    if not store.is_sqlite:
        with store.shared() as session:
            running = session.execute(text("SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'WITH RECURSIVE n%' AND state = 'active'"))  # fmt: skip
            assert running.scalar() == 0


def _with_query(widget, query):
    from dataclasses import replace

    return replace(widget, query=query)


def test_sqlite_under_writers_a_long_reader_and_a_backup(sqlite_url, tmp_path):
    """T99: nobody is told that it is locked, the log stays small, the copy is whole."""
    store = Store(sqlite_url)
    acme = factories.scope(add_org(store, factories.scope, "acme", now=1))
    failed = []

    def write(number: int) -> None:
        try:
            for n in range(10):
                batch = [factories.event(id=f"{number}-{n}-{i}", user=f"u{i}") for i in range(50)]
                factories.send(store, acme, batch)
        except Exception as error:  # noqa: BLE001
            failed.append(error)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    with store.surveying(acme) as reader:
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

    assert failed == []
    assert list(maintenance.differences(store, acme)) == []
    assert Path(f"{store.url.database}-wal").stat().st_size < 64_000_000
    store.close()
