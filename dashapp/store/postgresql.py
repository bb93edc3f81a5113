"""Connections to PostgreSQL: directly, or through a pooler such as PgBouncer.

Nothing is set for a whole connection: a pooler may give each transaction another one. The role and
the time limits are set in each transaction, however it begins.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import URL, Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session

_POOL_WAIT_SECONDS = 2
# Without an answer. A slow statement is ended by the server, after five seconds.
_SILENT_SECONDS = 12.0
# Milliseconds. A dashboard that takes longer is broken and must not block a worker. Compiling a
# statement would take longer than running it: docs/adr/0036-no-compiler.md
LIMITS = (
    "SET LOCAL statement_timeout = 5000; SET LOCAL lock_timeout = 1000; "
    "SET LOCAL idle_in_transaction_session_timeout = 10000; SET LOCAL jit = off"
)
_MIGRATION_LOCK = "SET LOCAL lock_timeout = 10000"  # milliseconds
_QUEUE = text("SET LOCAL lock_timeout = 0")
_NETWORK = {
    "connect_timeout": 3,
    "tcp_user_timeout": 10_000,  # milliseconds
    "keepalives_idle": 30,
    "keepalives_interval": 5,
    "keepalives_count": 3,
}


def engine(url: URL, role: str) -> Engine:
    """Return an engine whose transactions run as a role, and end if the server falls silent."""
    made = create_engine(
        url,
        pool_size=5,
        max_overflow=5,
        pool_timeout=_POOL_WAIT_SECONDS,
        pool_pre_ping=True,
        connect_args=_NETWORK,
        hide_parameters=True,  # errors are logged
    )
    event.listen(made, "do_connect", _connect)
    event.listen(made, "checkin", _limit_silence)

    @event.listens_for(made, "begin")
    def begin(connection: Connection) -> None:
        run_settings(connection, f"{LIMITS}; SET LOCAL ROLE {role}")

    return made


def run_settings(connection: Connection, commands: str) -> None:
    """Run SET commands in one message. If that fails, the connection is not used again.

    The driver runs them: SQLAlchemy would have them prepared, which several commands cannot be.
    """
    driver: Any = connection.connection.driver_connection
    try:
        driver.execute(commands, prepare=False)
    except driver.Error as error:
        connection.invalidate(error)
        raise OperationalError(commands, None, error, connection_invalidated=True) from error


def wait_for_no_lock(connection: Connection) -> None:
    """Let the statements of this transaction fail if they would wait for a lock."""
    if connection.dialect.name == "postgresql":
        run_settings(connection, "SET LOCAL lock_timeout = 50")  # milliseconds; 0 means no limit


def wait_for_locks(session: Session) -> None:
    """Let the statements of this transaction wait for locks in a queue, up to statement_timeout."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(_QUEUE)


class Command(NamedTuple):
    """A statement for the driver, and its parameters."""

    sql: str
    params: Mapping[str, object] | None = None


def run_in_pipeline(connection: Connection, commands: Iterable[Command]) -> None:
    """Run many statements that return no rows, without waiting for each. Raises DBAPIError."""
    driver: Any = connection.connection.driver_connection
    try:
        with driver.pipeline():
            for sql, params in commands:
                driver.execute(sql, params)
    except driver.Error as error:
        raise DBAPIError.instance("(a pipeline)", None, error, driver.Error) from error


def owner_engine(url: URL) -> Engine:
    """Return an engine for migrations, without time limits other than for locks.

    It prepares no statements: a pooler may be in between.
    """
    connect_args = {**_NETWORK, "prepare_threshold": None}
    made = create_engine(url, hide_parameters=True, connect_args=connect_args)

    @event.listens_for(made, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(_MIGRATION_LOCK)

    return made


def _connect(_dialect: object, _record: object, args: Any, options: Any) -> Any:
    connection = _connection_class().connect(*args, **options)
    try:
        connection.autocommit = True
        (process,) = connection.execute("SELECT pg_backend_pid()", prepare=False).fetchone() or (0,)
        connection.autocommit = False
    except connection.Error:
        connection.close()
        raise
    if process != connection.info.backend_pid:
        connection.prepare_threshold = None  # a pooler: the next transaction may go elsewhere
    return connection


def _limit_silence(connection: Any, _record: object) -> None:
    if connection is not None:
        set_silence_limit(connection, is_limited=True)


def set_silence_limit(connection: Any, *, is_limited: bool) -> None:
    """Set whether a connection waits for an answer without a limit."""
    connection.silent_seconds = _SILENT_SECONDS if is_limited else None


def _connection_class() -> Any:
    """Return the class of connections; psycopg is an optional package."""
    import psycopg  # noqa: PLC0415
    from psycopg.errors import _WaitTimeout  # noqa: PLC0415

    class LimitedConnection(psycopg.Connection[Any]):
        """A connection that is closed if the server does not answer for too long."""

        silent_seconds: float | None = _SILENT_SECONDS

        def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
            limit = self.silent_seconds if timeout is None else timeout
            try:
                return super().wait(gen, interval, limit)
            except _WaitTimeout:
                if timeout is not None:
                    raise
                self.pgconn.finish()
                raise psycopg.OperationalError("the server does not answer") from None

    return LimitedConnection
