"""Engines and transactions: who may read and write, how long it may take, and whose rows they are.

`reading(scope)` and `writing(scope)` are the ways to an org's rows. `shared()` and `changing()` are
for the tables that are read before an org is known: the net shows them no org's rows (but for
`changing()` on SQLite, which has no net and is used by `store` alone).
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, OperationalError
from sqlalchemy.orm import Session, SessionTransaction

from dashapp.domain.access.scope import Scope
from dashapp.domain.errors import ConfigurationError
from dashapp.store import row_security
from dashapp.store.orgs.states import forget_state

_BUSY_SECONDS = 5
_POOL_WAIT_SECONDS = 2
_PING = text("SELECT 1")
# Milliseconds. A dashboard that needs longer is broken, and must not hold a worker.
_POSTGRESQL_LIMITS = (
    "-c statement_timeout=5000 -c lock_timeout=1000 -c idle_in_transaction_session_timeout=10000"
)


class Store:
    """One database: a reading engine with the net, and a writing one.

    With `read_url`, orgs' rows are read from a replica. Who may read, keys and login sessions are
    asked of the primary: what was revoked there holds nowhere.
    """

    def __init__(self, url: str, *, role: str = "dashapp_app", read_url: str | None = None) -> None:
        self.url = parse_url(url)
        self.role = role
        if self.is_sqlite and read_url:
            raise ConfigurationError(
                "DASHAPP_DATABASE_READ_URL is for PostgreSQL: a replica of DASHAPP_DATABASE_URL."
            )
        if self.is_sqlite:
            self._write = _sqlite_engine(self.url, "BEGIN IMMEDIATE")
            self._read = _sqlite_engine(self.url, "BEGIN")
            self._note = _sqlite_engine(self.url, "BEGIN IMMEDIATE", busy_seconds=0.05)
            row_security.install_on_sqlite(self._read)
            self._ask = self._read
        else:
            self._write = self._note = _postgresql_engine(self.url, role)
            self._ask = _in_one_snapshot(self._write)
            replica = _postgresql_engine(parse_url(read_url), role) if read_url else None
            self._read = _in_one_snapshot(replica) if replica else self._ask

    @property
    def is_sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    @contextmanager
    def reading(self, scope: Scope) -> Iterator[Session]:
        """Read the rows of a Scope, in one snapshot."""
        with _session(self._read, scope.org_id, self.role) as session:
            yield session

    @contextmanager
    def asking(self, scope: Scope) -> Iterator[Session]:
        """Read the rows of a Scope from the primary: what must not lag behind."""
        with _session(self._ask, scope.org_id, self.role) as session:
            yield session

    @contextmanager
    def surveying(self, scope: Scope) -> Iterator[Session]:
        """Read an org's rows in one snapshot of the primary, however long it takes."""
        with _session(self._ask, scope.org_id, self.role, is_unlimited=True) as session:
            yield session

    @contextmanager
    def maintaining(self, scope: Scope) -> Iterator[Session]:
        """Write rows of one org in one transaction, however long it takes."""
        with (
            _session(self._write, scope.org_id, self.role, is_unlimited=True) as session,
            session.begin(),
        ):
            yield session

    @contextmanager
    def writing(self, scope: Scope) -> Iterator[Session]:
        """Write rows of one org in one transaction; an exception leaves nothing behind."""
        with _session(self._write, scope.org_id, self.role) as session, session.begin():
            yield session

    @contextmanager
    def shared(self) -> Iterator[Session]:
        """Read orgs, users, memberships, login sessions and keys."""
        with _session(self._ask, None, self.role) as session:
            yield session

    @contextmanager
    def changing(self) -> Iterator[Session]:
        """Write those, in one transaction."""
        with _session(self._write, None, self.role) as session, session.begin():
            yield session

    @contextmanager
    def noting(self) -> Iterator[Session]:
        """Write what may be lost, such as when something was last seen, and wait for nobody."""
        session = Session(self._note, info={"org_id": None, "role": self.role})
        with suppress(OperationalError), session, session.begin():
            yield session

    @contextmanager
    def noting_of(self, scope: Scope) -> Iterator[Session]:
        """The same for rows of one org."""
        session = Session(self._note, info={"org_id": scope.org_id, "role": self.role})
        with suppress(OperationalError), session, session.begin():
            yield session

    def enter(self, session: Session, scope: Scope) -> None:
        """Let a transaction that added an org go on with that org's rows."""
        session.info["org_id"] = scope.org_id
        forget_state(session)
        row_security.set_org(session.connection(), scope.org_id, self.role)

    def ping(self) -> None:
        """Ask the database that is read from whether it answers. Raises SQLAlchemyError."""
        with _session(self._read, None, self.role) as session:
            session.execute(_PING)

    def close(self) -> None:
        self._read.dispose()
        self._note.dispose()
        self._write.dispose()


def parse_url(url: str) -> URL:
    """The database's address. Raises ConfigurationError for what we cannot serve from."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise ConfigurationError(
            "DASHAPP_DATABASE_URL is not a database URL. Examples: sqlite:///var/dashapp.db, "
            "postgresql://user:password@host/name"
        ) from None
    backend = parsed.get_backend_name()
    if backend == "sqlite":
        if parsed.database in {None, "", ":memory:"}:
            raise ConfigurationError("SQLite needs a file: sqlite:///var/dashapp.db")
        return parsed
    if backend == "postgresql":
        if find_spec("psycopg") is None:
            raise ConfigurationError(
                'PostgreSQL needs its driver: pip install "dashapp[postgresql]"'
            )
        return parsed.set(drivername="postgresql+psycopg")
    raise ConfigurationError(f"DASHAPP_DATABASE_URL names {backend}; use sqlite or postgresql.")


def owner_engine(url: URL) -> Engine:
    """An engine for migrations: as the URL's own user, without limits on time."""
    if url.get_backend_name() == "sqlite":
        return _sqlite_engine(url, "BEGIN IMMEDIATE")
    return create_engine(url, connect_args={"options": "-c lock_timeout=10000"})


@contextmanager
def _session(
    engine: Engine, org_id: int | None, role: str, *, is_unlimited: bool = False
) -> Iterator[Session]:
    info = {"org_id": org_id, "role": role, "is_unlimited": is_unlimited}
    with Session(engine, info=info) as session:
        yield session


@event.listens_for(Session, "after_begin")
def _set_org(session: Session, _transaction: SessionTransaction, connection: Connection) -> None:
    """Every transaction names its org, also the next one after a rollback."""
    forget_state(session)
    if "org_id" in session.info:
        row_security.set_org(connection, session.info["org_id"], session.info["role"])
        if session.info.get("is_unlimited"):
            row_security.take_time(connection)


def _in_one_snapshot(engine: Engine) -> Engine:
    """For a whole dashboard: totals equal their series while events come in."""
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def _sqlite_engine(url: URL, begin: str, busy_seconds: float = _BUSY_SECONDS) -> Engine:
    Path(str(url.database)).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url,
        pool_size=5,
        max_overflow=5,
        pool_timeout=_POOL_WAIT_SECONDS,
        connect_args={"timeout": busy_seconds, "cached_statements": 512},
    )

    @event.listens_for(engine, "connect")
    def connect(connection: Any, _entry: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        for pragma in (
            "journal_mode = WAL",
            "synchronous = FULL",
            "foreign_keys = ON",
            f"busy_timeout = {int(busy_seconds * 1000)}",
            "cache_size = -65536",
            "mmap_size = 268435456",
        ):
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _postgresql_engine(url: URL, role: str) -> Engine:
    engine = create_engine(
        url,
        pool_size=5,
        max_overflow=5,
        pool_timeout=_POOL_WAIT_SECONDS,
        pool_pre_ping=True,
        connect_args={"options": _POSTGRESQL_LIMITS, "connect_timeout": 3},
    )

    @event.listens_for(engine, "connect")
    def connect(connection: Any, _entry: object) -> None:
        # Outside any transaction: set inside one, a rollback would make us the URL's user again.
        connection.autocommit = True
        connection.execute(f"SET ROLE {role}")
        connection.autocommit = False

    return engine
