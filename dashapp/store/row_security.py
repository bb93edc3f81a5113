"""The net below the scoped tables: a statement that forgot its org still sees no foreign row.

PostgreSQL: row-level security, forced, under a role that does not own the tables and cannot
bypass it; the org is a setting of the transaction. SQLite, when reading: temporary views of the
same names, filtered by a function, and an authorizer that denies the tables themselves to anything
but views whose names nobody can spell. Both cost nothing per row. Without an org they show nothing.

Writing on SQLite has no net: only `store` writes, with the org in every statement.
"""

import secrets
import sqlite3
from collections.abc import Callable
from time import monotonic
from typing import Any

from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from dashapp.store.tables import OWNED

_OWNED_NAMES = frozenset(table.name for table in OWNED)
_TEMPORARY_SCHEMA = frozenset({"sqlite_temp_master", "sqlite_temp_schema"})
_BOX = "dashapp_org"
_SECONDS = 5  # as long as statement_timeout on PostgreSQL
_STEPS = 50_000  # of SQLite's machine, between two looks at the clock
_UNLIMITED = text(
    "SELECT set_config('statement_timeout', '0', true), set_config('lock_timeout', '0', true), "
    "set_config('idle_in_transaction_session_timeout', '0', true)"
)

# What a reading connection never needs.
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


class _Box:
    """What one SQLite connection may see, and until when, while a transaction runs on it."""

    def __init__(self) -> None:
        self.org: int | None = None
        self.deadline = 0.0
        self.is_partial = False  # opened before the schema was there

    def is_late(self) -> bool:
        return 0.0 < self.deadline < monotonic()


def set_org(connection: Connection, org_id: int | None, role: str) -> None:
    """Tell the database whose rows this transaction may see; ends with the transaction."""
    if connection.dialect.name == "sqlite":
        box = connection.info.get(_BOX)
        if box is not None:
            box.org = org_id
            box.deadline = monotonic() + _SECONDS
    else:
        # Commands, not functions: Citus hands only those on to its workers. Both are words of ours:
        # a number, and a role that the settings have checked.
        org = "" if org_id is None else str(int(org_id))
        driver: Any = connection.connection.driver_connection
        driver.execute(f"SET LOCAL app.org_id = '{org}'; SET LOCAL ROLE {role}", prepare=False)


def take_time(connection: Connection) -> None:
    """No limit of time for this transaction: an operator's command, not a page."""
    if connection.dialect.name == "sqlite":
        box = connection.info.get(_BOX)
        if box is not None:
            box.deadline = 0.0
    else:
        connection.execute(_UNLIMITED)


def install_on_sqlite(engine: Engine) -> None:
    """Give every connection of a reading engine the views and the authorizer."""

    @event.listens_for(engine, "connect")
    def connect(connection: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
        box = entry.info[_BOX] = _Box()
        _install(connection, box)

    @event.listens_for(engine, "checkin")
    def checkin(_connection: DBAPIConnection | None, entry: ConnectionPoolEntry) -> None:
        box = entry.info.get(_BOX)
        if box is not None:
            box.org, box.deadline = None, 0.0
            if box.is_partial:
                entry.invalidate()


def _install(connection: Any, box: _Box) -> None:
    connection.create_function("dashapp_org", 0, lambda: box.org, deterministic=True)
    connection.set_progress_handler(box.is_late, _STEPS)
    known = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    box.is_partial = not known >= _OWNED_NAMES
    own = f"own_{secrets.token_hex(16)}_"
    for name in sorted(_OWNED_NAMES & known):
        for statement in (
            f"CREATE TEMP VIEW {own}{name} AS SELECT * FROM main.{name} WHERE org_id = dashapp_org()",  # noqa: E501, S608 - our own names
            f"CREATE TEMP VIEW {name} AS SELECT * FROM temp.{own}{name}",  # noqa: S608
        ):
            connection.execute(statement)
    connection.execute("SELECT 1 FROM json_each('[]')").fetchall()  # declares its table, once
    connection.execute("PRAGMA query_only = ON")
    connection.set_authorizer(authorizer(own))


def authorizer(own: str) -> Callable[..., int]:
    """Owned tables may be read by the views that `own` is the prefix of, and by nothing else."""

    def authorize(
        action: int, first: str | None, _second: str | None, database: str | None, view: str | None
    ) -> int:
        if action in _DENIED_ACTIONS:
            return sqlite3.SQLITE_DENY
        if action != sqlite3.SQLITE_READ:
            return sqlite3.SQLITE_OK
        if first in _TEMPORARY_SCHEMA:  # holds the names of the views
            return sqlite3.SQLITE_DENY
        is_denied = database == "main" and first in _OWNED_NAMES and view != f"{own}{first}"
        return sqlite3.SQLITE_DENY if is_denied else sqlite3.SQLITE_OK

    return authorize
