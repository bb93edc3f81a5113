"""The net below the scoped tables: a statement that forgot its org still sees no foreign row.

PostgreSQL: row-level security, forced, under a role that does not own the tables and cannot
bypass it; the org is a setting of the transaction. SQLite: temporary views of the same names,
filtered by a function, and an authorizer that denies the tables themselves. Both cost nothing per
row. Without an org they show nothing.
"""

import sqlite3
from typing import Any

from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from dashapp.store.tables import OWNED

_OWNED_NAMES = frozenset(table.name for table in OWNED)
_BOX = "dashapp_org"
_SET_POSTGRESQL = text(
    "SELECT set_config('app.org_id', :org, true), set_config('role', :role, true)"
)

# What a reading connection never needs. Numbers from sqlite3.h; not all have names in Python 3.11.
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
    """The org of one SQLite connection, while a transaction of a Scope runs on it."""

    org: int | None = None


def set_org(connection: Connection, org_id: int | None, role: str) -> None:
    """Tell the database whose rows this transaction may see; ends with the transaction."""
    if connection.dialect.name == "sqlite":
        box = connection.info.get(_BOX)
        if box is not None:
            box.org = org_id
    else:
        org = "" if org_id is None else str(org_id)
        connection.execute(_SET_POSTGRESQL, {"org": org, "role": role})


def install_on_sqlite(engine: Engine) -> None:
    """Give every connection of a reading engine the views and the authorizer."""

    @event.listens_for(engine, "connect")
    def connect(connection: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
        box = entry.info[_BOX] = _Box()
        _install(connection, box)

    @event.listens_for(engine, "checkin")
    def checkin(_connection: DBAPIConnection | None, entry: ConnectionPoolEntry) -> None:
        entry.info[_BOX].org = None


def _install(connection: Any, box: _Box) -> None:
    connection.create_function("dashapp_org", 0, lambda: box.org, deterministic=True)
    known = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    for name in sorted(_OWNED_NAMES & known):
        connection.execute(
            f"CREATE TEMP VIEW {name} AS SELECT * FROM main.{name} WHERE org_id = dashapp_org()"  # noqa: S608 - our own table names
        )
    connection.execute("SELECT 1 FROM json_each('[]')").fetchall()  # declares its table, once
    connection.execute("PRAGMA query_only = ON")
    connection.set_authorizer(_authorize)


def _authorize(
    action: int, first: str | None, _second: str | None, database: str | None, view: str | None
) -> int:
    if action in _DENIED_ACTIONS:
        return sqlite3.SQLITE_DENY
    is_owned_table = action == sqlite3.SQLITE_READ and database == "main" and first in _OWNED_NAMES
    return sqlite3.SQLITE_DENY if is_owned_table and view != first else sqlite3.SQLITE_OK
