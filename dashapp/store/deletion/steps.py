"""How much of a table is deleted at a time."""

from typing import Any

from sqlalchemy import ColumnElement, Table, delete, select, tuple_
from sqlalchemy.orm import Session

MAX_ROWS = 5_000  # of a transaction


def delete_some(
    session: Session, table: Table, condition: ColumnElement[bool], most: int = MAX_ROWS
) -> int:
    """Delete at most that many rows that match; return how many there were."""
    key = [column for column in table.primary_key if column.name != "org_id"] or [table.c.org_id]
    some = select(*key).where(condition).limit(most)
    deletion: Any = session.execute(delete(table).where(condition, tuple_(*key).in_(some)))
    return int(deletion.rowcount)
