"""An empty store on each database: a SQLite file, and a temporary PostgreSQL cluster."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

from sqlalchemy import Engine, create_engine, text

from dashapp.store import migrate
from dashapp.store.engine import Store
from tests import postgresql

# As durable as a real server.
_OPTIONS = "-c shared_buffers=256MB -c max_wal_size=4GB"


class Databases:
    """Makes empty databases of one kind."""

    def __init__(self, name: str, folder: Path, cluster: postgresql.Cluster | None) -> None:
        self.name = name
        self._folder = folder
        self._cluster = cluster

    @property
    def version(self) -> str | None:
        """The server's version; None for SQLite."""
        return self._cluster.bin.parent.name if self._cluster else None

    def cpu_seconds(self) -> float:
        """Return the CPU time of the server's processes; 0 for SQLite, which is in the workers."""
        if self._cluster is None:
            return 0.0
        server = int((self._cluster.folder / "data/postmaster.pid").read_text().split()[0])
        ticks = sum(_ticks(server))
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):
                if int(_fields(int(stat.parent.name))[1]) == server:
                    ticks += sum(_ticks(int(stat.parent.name)))
        return ticks / os.sysconf("SC_CLK_TCK")

    def vacuum(self, store: Store) -> None:
        """Do what autovacuum would have done by now."""
        if self._cluster is not None:
            with (
                _server_engine(f"{self._cluster.url}/{store.url.database}") as engine,
                engine.connect() as connection,
            ):
                connection.execute(text("VACUUM (ANALYZE)"))

    @contextmanager
    def store(self) -> Iterator[Store]:
        """Yield a store with tables and without orgs."""
        name = f"b{uuid4().hex[:12]}"
        if self._cluster is None:
            url = f"sqlite:///{self._folder / name}.db"
        else:
            with (
                _server_engine(f"{self._cluster.url}/postgres") as engine,
                engine.connect() as connection,
            ):
                connection.execute(text(f"CREATE DATABASE {name}"))
            url = f"{self._cluster.url}/{name}"
        migrate.upgrade(url)
        store = Store(url, cache=(str(self._folder / "cache"), 4_096))
        try:
            yield store
        finally:
            store.close()


@contextmanager
def databases(folder: Path) -> Iterator[list[Databases]]:
    """Yield SQLite, and PostgreSQL if it is installed."""
    sqlite = Databases("SQLite", folder, None)
    if postgresql.programs() is None:
        print("PostgreSQL is not installed")
        yield [sqlite]
        return
    cluster = postgresql.Cluster(_OPTIONS)
    cluster.init()
    cluster.start()
    try:
        yield [sqlite, Databases("PostgreSQL", folder, cluster)]
    finally:
        cluster.stop()


@contextmanager
def _server_engine(url: str) -> Iterator[Engine]:
    engine = create_engine(
        url.replace("postgresql:", "postgresql+psycopg:"), isolation_level="AUTOCOMMIT"
    )
    try:
        yield engine
    finally:
        engine.dispose()


def _fields(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()


def _ticks(pid: int) -> list[int]:
    """Return the CPU time of a process, and of its children that have ended, in ticks."""
    return [int(field) for field in _fields(pid)[11:15]]
