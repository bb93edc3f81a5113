"""An empty store on each database: a SQLite file, and a temporary PostgreSQL cluster."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from sqlalchemy import create_engine, text

from dashapp.store import migrate
from dashapp.store.engine import Store
from tests import postgresql

# As durable as a real server.
_OPTIONS = "-c shared_buffers=256MB -c max_wal_size=4GB"


class Databases:
    """Makes empty databases of one kind."""

    def __init__(self, name: str, folder: Path, server: str | None) -> None:
        self.name = name
        self._folder = folder
        self._server = server

    @contextmanager
    def store(self) -> Iterator[Store]:
        """Yield a store with tables and without orgs."""
        name = f"b{uuid4().hex[:12]}"
        if self._server is None:
            url = f"sqlite:///{self._folder / name}.db"
        else:
            engine = create_engine(
                f"{self._server}/postgres".replace("postgresql:", "postgresql+psycopg:"),
                isolation_level="AUTOCOMMIT",
            )
            with engine.connect() as connection:
                connection.execute(text(f"CREATE DATABASE {name}"))
            engine.dispose()
            url = f"{self._server}/{name}"
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
        yield [sqlite, Databases("PostgreSQL", folder, cluster.url)]
    finally:
        cluster.stop()
