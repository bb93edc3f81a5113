"""Reads the whole database to find damage, such as a bad page. Takes minutes for a large one."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Org, Scope
from dashapp.store.database_errors import first_line
from dashapp.store.engine import Store
from dashapp.store.orgs.orgs import list_orgs
from dashapp.store.row_security import is_past_time_limit
from dashapp.store.tables import METADATA, OWNED

_MOST_FAULTS = 20


def damages(store: Store, make_scope: Callable[[Org], Scope]) -> Iterator[str]:
    """Yield a sentence for each damaged part of the database."""
    if store.is_sqlite:
        yield from _damages_of_file(str(store.url.database))
    else:
        yield from _damages_of_tables(store, make_scope)


def _damages_of_file(path: str) -> Iterator[str]:
    """Check all pages, that indexes match their tables, and references between tables."""
    try:
        with closing(sqlite3.connect(path)) as connection:
            verdicts = connection.execute(f"PRAGMA integrity_check({_MOST_FAULTS})").fetchall()
            lost = connection.execute("PRAGMA foreign_key_check").fetchmany(_MOST_FAULTS)
    except sqlite3.DatabaseError as error:
        yield f"The database {path} is damaged: {error}. Restore a backup (docs/operate.md)."
        return
    for (verdict,) in verdicts:
        if verdict != "ok":
            yield f"The database {path} is damaged: {verdict}. Restore a backup (docs/operate.md)."
    for table, row, parent, _key in lost:
        yield f"Row {row} of {table} refers to a row of {parent} that does not exist."


def _damages_of_tables(store: Store, make_scope: Callable[[Org], Scope]) -> Iterator[str]:
    """Read each value of each row: those that are damaged cannot be read."""
    for table in METADATA.sorted_tables:
        if table not in OWNED:
            yield from _unreadable(store.read_shared(), table.name)
    with store.read_shared() as session:
        scopes = [make_scope(org) for org in list_orgs(session)]
    for scope in scopes:
        for table in OWNED:
            session_of_org = store.read_primary(scope, has_time_limit=False)
            yield from _unreadable(session_of_org, table.name, scope)


def _unreadable(
    opened: AbstractContextManager[Session], table: str, scope: Scope | None = None
) -> Iterator[str]:
    statement, params = f"SELECT sum(length(t::text)) FROM {table} t", {}  # noqa: S608 - our table
    if scope is not None:
        statement, params = f"{statement} WHERE t.org_id = :org", {"org": scope.org_id}
    try:
        with opened as session:
            session.execute(text(statement), params)
    except DBAPIError as error:
        if is_past_time_limit(error):
            raise
        whose = "" if scope is None else f" of {scope.org.slug}"
        reason = first_line(error)
        yield f"The table {table}{whose} is damaged: {reason}. Restore a backup (docs/operate.md)."
