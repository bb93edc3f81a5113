"""Engines and transactions: primary or replica, read or write, one org or the shared tables.

Sessions that take a Scope are the only way to an org's rows. Sessions on the shared tables
see no owned rows, except `write_shared()` on SQLite, which has no row security.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, SessionTransaction
from sqlalchemy.pool import Pool

from dashapp.domain.access.scope import Scope
from dashapp.domain.errors import ConfigurationError
from dashapp.domain.events.shapes import KnownShapes
from dashapp.store import postgresql, row_security
from dashapp.store.columns.columns import CacheFolder, Columns
from dashapp.store.database_url import parse_url
from dashapp.store.orgs.states import IMPATIENT, forget_state
from dashapp.store.sql import sqlite_functions

KNOWN_SHAPES = "known_shapes"  # key of a session's info
_BUSY_SECONDS = 5
_POOL_WAIT_SECONDS = 2
_READ_SETTING = "DASHAPP_DATABASE_READ_URL"
_PING = text("SELECT 1")


class Store:
    """One database: engines that read under row security, and engines that write.

    With `read_url`, `read()` uses a replica. Memberships, keys and login sessions are always read
    from the primary, so that revoking one takes effect at once. `cache` is the folder for copies of
    sealed days, or None for the default, and its size in megabytes.
    """

    def __init__(
        self,
        url: str,
        *,
        role: str = "dashapp_app",
        read_url: str | None = None,
        cache: tuple[str | None, int] = (None, 4_096),
    ) -> None:
        self.url = parse_url(url)
        self.role = role
        self.columns = Columns(*CacheFolder.of(self.url, *cache))
        self._known_shapes = KnownShapes()
        if self.is_sqlite and read_url:
            raise ConfigurationError(
                f"{_READ_SETTING} requires PostgreSQL: it names a replica of the "
                "database in DASHAPP_DATABASE_URL."
            )
        if self.is_sqlite:
            self._writer = _sqlite_engine(self.url, "BEGIN IMMEDIATE")
            self._replica = _sqlite_engine(self.url, "BEGIN")
            self._lossy_writer = _sqlite_engine(self.url, "BEGIN IMMEDIATE", busy_seconds=0.05)
            row_security.install_on_sqlite(self._replica)
            self._primary = self._replica
        else:
            self._writer = self._lossy_writer = postgresql.engine(self.url, role)
            self._primary = _in_one_snapshot(self._writer)
            replica = _replica_engine(read_url, role) if read_url else None
            self._replica = _in_one_snapshot(replica) if replica else self._primary

    @property
    def is_sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    @contextmanager
    def read(self, scope: Scope) -> Iterator[Session]:
        """Read an org's rows in one snapshot, from the replica if there is one."""
        with self._session(self._replica, scope) as session:
            yield session

    @contextmanager
    def read_primary(self, scope: Scope, *, has_time_limit: bool = True) -> Iterator[Session]:
        """Read an org's rows in one snapshot of the primary: nothing lags behind."""
        with self._session(self._primary, scope, has_time_limit=has_time_limit) as session:
            yield session

    @contextmanager
    def write(self, scope: Scope, *, has_time_limit: bool = True) -> Iterator[Session]:
        """Write an org's rows in one transaction. An exception leaves nothing behind."""
        session = self._session(self._writer, scope, has_time_limit=has_time_limit)
        with session, session.begin():
            yield session

    @contextmanager
    def write_at_once(self, scope: Scope) -> Iterator[Session]:
        """Write an org's rows without waiting for a lock. Raises OperationalError."""
        with self._impatient_session(scope) as session, session.begin():
            yield session

    @contextmanager
    def try_write(self, scope: Scope) -> Iterator[Session]:
        """Write an org's rows that may be lost, without waiting for a lock."""
        with self._lossy_session(scope) as session:
            yield session

    @contextmanager
    def read_shared(self) -> Iterator[Session]:
        """Read orgs, users, memberships, login sessions, origins and keys from the primary."""
        with self._session(self._primary, None) as session:
            yield session

    @contextmanager
    def write_shared(self) -> Iterator[Session]:
        """Write the shared tables in one transaction."""
        with self._session(self._writer, None) as session, session.begin():
            yield session

    @contextmanager
    def write_shared_at_once(self) -> Iterator[Session]:
        """Write shared rows without waiting for a lock. Raises OperationalError."""
        with self._impatient_session(None) as session, session.begin():
            yield session

    @contextmanager
    def try_write_shared(self) -> Iterator[Session]:
        """Write shared rows that may be lost, such as "last used", without waiting for a lock."""
        with self._lossy_session(None) as session:
            yield session

    def enter_org(self, session: Session, scope: Scope) -> None:
        """Let the transaction that added an org continue with that org's rows."""
        session.info["org_id"] = scope.org_id
        forget_state(session)
        row_security.set_org(session.connection(), scope.org_id, self.role)

    def _session(
        self, engine: Engine, scope: Scope | None, *, has_time_limit: bool = True
    ) -> Session:
        org_id = scope.org_id if scope else None
        info = {
            "org_id": org_id,
            "role": self.role,
            "has_time_limit": has_time_limit,
            KNOWN_SHAPES: self._known_shapes,
            **self.columns.info,
        }
        return Session(engine, info=info)

    @contextmanager
    def _lossy_session(self, scope: Scope | None) -> Iterator[Session]:
        with (
            suppress(OperationalError),
            self._impatient_session(scope) as session,
            session.begin(),
        ):
            yield session

    def _impatient_session(self, scope: Scope | None) -> Session:
        session = self._session(self._lossy_writer, scope)
        session.info[IMPATIENT] = True
        return session

    def ping(self) -> None:
        """Check that the database that dashboards read answers. Raises SQLAlchemyError."""
        with self._session(self._replica, None) as session:
            session.execute(_PING)

    def empty_log(self) -> None:
        """Empty SQLite's log, unless others use it: it still has what was just deleted."""
        if not self.is_sqlite:
            return
        connection = self._lossy_writer.raw_connection()
        try:
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").close()
        finally:
            connection.close()

    def pools(self) -> dict[str, Pool]:
        """Return the pools of connections by name, to see how they are used."""
        engines = {"write": self._writer, "read": self._replica, "lossy": self._lossy_writer}
        pools: dict[str, Pool] = {}
        for name, engine in engines.items():
            if engine.pool not in pools.values():
                pools[name] = engine.pool
        return pools

    def close(self) -> None:
        self.columns.close()
        self._replica.dispose()
        self._lossy_writer.dispose()
        self._writer.dispose()


def owner_engine(url: URL) -> Engine:
    """Return an engine for migrations: the URL's own user, no statement timeout."""
    if url.get_backend_name() == "sqlite":
        return _sqlite_engine(url, "BEGIN IMMEDIATE")
    return postgresql.owner_engine(url)


@event.listens_for(Session, "after_begin")
def _set_org(session: Session, _transaction: SessionTransaction, connection: Connection) -> None:
    """Name the org in every transaction, including the one after a rollback."""
    forget_state(session)
    if "org_id" in session.info:
        row_security.set_org(connection, session.info["org_id"], session.info["role"])
        if session.info.get(IMPATIENT):
            postgresql.wait_for_no_lock(connection)
        if not session.info.get("has_time_limit", True):
            row_security.remove_time_limits(connection)


def _replica_engine(text: str, role: str) -> Engine:
    url = parse_url(text, _READ_SETTING)
    if url.get_backend_name() == "sqlite":
        raise ConfigurationError(f"{_READ_SETTING} must name a PostgreSQL replica.")
    return postgresql.engine(url, role)


def _in_one_snapshot(engine: Engine) -> Engine:
    """Read a dashboard from one snapshot: totals equal their series while events arrive."""
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def _sqlite_engine(url: URL, begin: str, busy_seconds: float = _BUSY_SECONDS) -> Engine:
    engine = create_engine(
        url,
        pool_size=5,
        max_overflow=5,
        pool_timeout=_POOL_WAIT_SECONDS,
        connect_args={"timeout": busy_seconds, "cached_statements": 512},
        hide_parameters=True,  # errors are logged
    )

    @event.listens_for(engine, "connect")
    def connect(connection: Any, _entry: object) -> None:
        connection.isolation_level = None  # the "begin" listener sends BEGIN
        sqlite_functions.install(connection)
        for pragma in (
            "journal_mode = WAL",
            "synchronous = FULL",
            "foreign_keys = ON",
            "recursive_triggers = ON",  # else, INSERT OR REPLACE would delete entries of the audit
            "secure_delete = ON",  # what is erased is not left in free pages
            f"busy_timeout = {int(busy_seconds * 1000)}",
            "cache_size = -65536",
            "mmap_size = 268435456",
        ):
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine
