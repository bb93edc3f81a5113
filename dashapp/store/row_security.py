"""Row-level security: a safety net below the scoped tables.

Even a statement that does not filter by org sees only the rows of its transaction's org, and no
rows without an org.

PostgreSQL: forced row-level security, under a role that does not own the tables and cannot bypass
it. The org is a setting of the transaction.

SQLite, for reads: a temporary view of the same name hides each table and shows only the org's rows.
An authorizer lets nothing but views with unguessable names read the tables themselves.

Neither costs anything per row. Writes on SQLite have no such net: only `store` writes, and it names
the org in every statement.
"""

import secrets
import sqlite3
from collections.abc import Callable
from time import monotonic
from typing import Any

from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from dashapp.domain.access.scope import Scope
from dashapp.store.postgresql import run_settings, set_silence_limit
from dashapp.store.tables import OWNED

_OWNED_NAMES = frozenset(table.name for table in OWNED)
_TEMPORARY_SCHEMA = frozenset({"sqlite_temp_master", "sqlite_temp_schema"})
_STATE = "dashapp_org"  # key of the connection's state
_TIMEOUT_SECONDS = 5  # the same as statement_timeout on PostgreSQL
_QUERY_CANCELED = "57014"  # PostgreSQL, appendix A
# Between two checks of the deadline, in steps of SQLite's virtual machine: some steps parse a long
# JSON text. More checks would cost time, these do not.
_STEPS_PER_CHECK = 1_000
_UNLIMITED = text(
    "SELECT set_config('statement_timeout', '0', true), set_config('lock_timeout', '0', true), "
    "set_config('idle_in_transaction_session_timeout', '0', true)"
)

# What a read connection never needs.
_DENIED_ACTIONS = frozenset(
    {
        sqlite3.SQLITE_INSERT,
        sqlite3.SQLITE_UPDATE,
        sqlite3.SQLITE_DELETE,
        sqlite3.SQLITE_ATTACH,
        sqlite3.SQLITE_DETACH,
        sqlite3.SQLITE_PRAGMA,
        sqlite3.SQLITE_CREATE_TABLE,
        sqlite3.SQLITE_CREATE_TEMP_TABLE,
        sqlite3.SQLITE_CREATE_VIEW,
        sqlite3.SQLITE_CREATE_TEMP_VIEW,
        sqlite3.SQLITE_DROP_TABLE,
        sqlite3.SQLITE_DROP_VIEW,
        sqlite3.SQLITE_DROP_TEMP_VIEW,
        sqlite3.SQLITE_CREATE_TRIGGER,
        sqlite3.SQLITE_CREATE_TEMP_TRIGGER,
        sqlite3.SQLITE_ALTER_TABLE,
    }
)


class _ConnectionState:
    """The org and the deadline of the transaction that runs on a SQLite connection."""

    def __init__(self) -> None:
        self.org: int | None = None
        self.deadline = 0.0
        self.is_partial = False  # opened before all tables existed

    def is_past_deadline(self) -> bool:
        return 0.0 < self.deadline < monotonic()


def set_org(connection: Connection, org_id: int | None, role: str) -> None:
    """Set the org whose rows this transaction can see, until the transaction ends."""
    if connection.dialect.name == "sqlite":
        state = connection.info.get(_STATE)
        if state is not None:
            state.org = org_id
            state.deadline = monotonic() + _TIMEOUT_SECONDS
    else:
        # SET commands rather than functions, because Citus only passes those on to its workers.
        # Both values are safe to insert: a number, and a role name that the settings validated.
        org = "" if org_id is None else str(int(org_id))
        run_settings(connection, f"SET LOCAL app.org_id = '{org}'; SET LOCAL ROLE {role}")


def command_to_enter(scope: Scope) -> str:
    """Return the command after which a transaction on PostgreSQL sees the rows of this org."""
    return f"SET LOCAL app.org_id = '{int(scope.org_id)}'"


def time_limit(session: Session) -> float | None:
    """Return the seconds that a question may take in this session; None means no limit."""
    return _TIMEOUT_SECONDS if session.info.get("has_time_limit", True) else None


def is_past_time_limit(error: DBAPIError) -> bool:
    """Whether the database stopped a statement because it took too long."""
    if isinstance(error.orig, sqlite3.OperationalError):
        return str(error.orig) == "interrupted"
    return getattr(error.orig, "sqlstate", None) == _QUERY_CANCELED


def remove_time_limits(connection: Connection) -> None:
    """Remove all time limits for this transaction. For operators' commands, not for pages."""
    if connection.dialect.name == "sqlite":
        state = connection.info.get(_STATE)
        if state is not None:
            state.deadline = 0.0
    else:
        connection.execute(_UNLIMITED)
        set_silence_limit(connection.connection.driver_connection, is_limited=False)


def install_on_sqlite(engine: Engine) -> None:
    """Add the views and the authorizer to every connection of a read engine."""

    @event.listens_for(engine, "connect")
    def connect(connection: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
        state = entry.info[_STATE] = _ConnectionState()
        _install(connection, state)

    @event.listens_for(engine, "checkin")
    def checkin(_connection: DBAPIConnection | None, entry: ConnectionPoolEntry) -> None:
        state = entry.info.get(_STATE)
        if state is not None:
            state.org, state.deadline = None, 0.0
            if state.is_partial:
                entry.invalidate()


def _install(connection: Any, state: _ConnectionState) -> None:
    connection.create_function("dashapp_org", 0, lambda: state.org, deterministic=True)
    connection.set_progress_handler(state.is_past_deadline, _STEPS_PER_CHECK)
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    state.is_partial = not tables >= _OWNED_NAMES
    prefix = f"own_{secrets.token_hex(16)}_"
    for name in sorted(_OWNED_NAMES & tables):
        for statement in (
            f"CREATE TEMP VIEW {prefix}{name} AS SELECT * FROM main.{name} WHERE org_id = dashapp_org()",  # noqa: E501, S608 - names from our schema
            f"CREATE TEMP VIEW {name} AS SELECT * FROM temp.{prefix}{name}",  # noqa: S608
        ):
            connection.execute(statement)
    connection.execute("SELECT 1 FROM json_each('[]')").fetchall()  # declares its virtual table
    connection.execute("PRAGMA query_only = ON")
    connection.set_authorizer(authorizer(prefix))


def authorizer(prefix: str) -> Callable[..., int]:
    """Return an authorizer that lets only the views `prefix` + table name read owned tables."""

    def authorize(
        action: int, first: str | None, _second: str | None, database: str | None, view: str | None
    ) -> int:
        if action in _DENIED_ACTIONS:
            return sqlite3.SQLITE_DENY
        if action != sqlite3.SQLITE_READ:
            return sqlite3.SQLITE_OK
        if first in _TEMPORARY_SCHEMA:  # contains the names of the views
            return sqlite3.SQLITE_DENY
        is_denied = database == "main" and first in _OWNED_NAMES and view != f"{prefix}{first}"
        return sqlite3.SQLITE_DENY if is_denied else sqlite3.SQLITE_OK

    return authorize
