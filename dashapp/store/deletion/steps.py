"""Deletion in steps that are short enough for others not to wait."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic, sleep
from typing import Any

from sqlalchemy import ColumnElement, Table, delete, select, tuple_
from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.store.engine import Store

MAX_ROWS = 5_000  # of a step


@contextmanager
def step(store: Store, scope: Scope) -> Iterator[Session]:
    """Run one transaction. On SQLite, others then have as much time to write as it took."""
    started = monotonic()
    with store.write(scope, has_time_limit=False) as session:
        yield session
    if store.is_sqlite:
        sleep(monotonic() - started)


def delete_some(
    session: Session, table: Table, condition: ColumnElement[bool], most: int = MAX_ROWS
) -> int:
    """Delete at most that many rows that match; return how many there were."""
    key = [column for column in table.primary_key if column.name != "org_id"]
    some = select(*key).where(condition).limit(most)
    deletion: Any = session.execute(delete(table).where(condition, tuple_(*key).in_(some)))
    return int(deletion.rowcount)
