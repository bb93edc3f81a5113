"""An org's imports: which file was read, by whom, and what was stored.

Counts are updated in the transaction that stores the events, so they are right after a crash.
"""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import case, func, insert, select, update
from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.errors import Conflict, NotFound, excerpt
from dashapp.domain.events.event import Event
from dashapp.store.orgs.states import lock
from dashapp.store.tables import imports


class Facts(NamedTuple):
    """What is known about an import before it begins. `started_at` is in microseconds."""

    id: str
    file_name: str
    file_hash: str
    plan: Mapping[str, Any]
    imported_by: str
    started_at: int


class Counts(NamedTuple):
    """The outcome of a batch, or of a whole import."""

    added: int = 0
    replaced: int = 0
    already: int = 0
    removed_before: int = 0
    refused: int = 0

    def plus(self, other: "Counts") -> "Counts":
        """Return the sums of both."""
        return Counts(*(left + right for left, right in zip(self, other, strict=True)))


class Import(NamedTuple):
    """An import as it is stored. Times are in microseconds."""

    number: int
    id: str
    file_name: str
    file_hash: str
    plan: Mapping[str, Any]
    imported_by: str
    started_at: int
    finished_at: int | None
    first_event_at: int | None
    last_event_at: int | None
    counts: Counts
    undo_started_at: int | None
    undone_at: int | None
    undone_by: str | None
    undone: int


def new_import_id() -> str:
    """Return a new id, unique across all orgs: one file may contain events of several orgs."""
    return f"i{secrets.token_hex(5)}"


def begin_import(session: Session, scope: Scope, facts: Facts) -> int:
    """Add an import to the org and return its number."""
    lock(session, scope)
    last = session.execute(
        select(func.max(imports.c.number)).where(imports.c.org_id == scope.org_id)
    ).scalar()
    number = (last or 0) + 1
    values = facts._asdict() | {
        "file_name": facts.file_name[-255:],
        "imported_by": facts.imported_by[:100],
    }
    session.execute(insert(imports).values(org_id=scope.org_id, number=number, **values))
    return number


def count_batch(
    session: Session, scope: Scope, number: int, counts: Counts, batch: Sequence[Event]
) -> None:
    """Add a batch to the counts of an import. Raises Conflict if its undo has begun."""
    times = [event.occurred_at for event in batch]
    columns = imports.c
    updated: Any = session.execute(
        update(imports)
        .where(
            columns.org_id == scope.org_id,
            columns.number == number,
            columns.undo_started_at.is_(None),
        )
        .values(
            **{name: columns[name] + count for name, count in counts._asdict().items()},
            first_event_at=_lesser(columns.first_event_at, min(times)),
            last_event_at=_greater(columns.last_event_at, max(times)),
        )
    )
    if updated.rowcount != 1:
        raise Conflict("The import was undone while it was running. No more events were stored.")


def finish_import(session: Session, scope: Scope, number: int, refused: int, now: int) -> None:
    """Mark an import as finished. `now` is in microseconds."""
    update_import(session, scope, number, finished_at=now, refused=refused)


def update_import(session: Session, scope: Scope, number: int, **values: object) -> None:
    """Set columns of an import."""
    session.execute(
        update(imports)
        .where(imports.c.org_id == scope.org_id, imports.c.number == number)
        .values(**values)
    )


def list_imports(session: Session, scope: Scope) -> list[Import]:
    """Return the org's imports, newest first."""
    rows = session.execute(_ALL.where(imports.c.org_id == scope.org_id))
    return [_import(row) for row in rows]


def find_import(session: Session, scope: Scope, import_id: str) -> Import:
    """Return an import of the org. Raises NotFound."""
    row = session.execute(
        _ALL.where(imports.c.org_id == scope.org_id, imports.c.id == import_id)
    ).first()
    if row is None:
        raise NotFound(
            f"No import {excerpt(import_id)} in org {scope.org.slug}. "
            f"See: dashapp import list --org {scope.org.slug}"
        )
    return _import(row)


_PLAIN_FIELDS = [name for name in Import._fields if name != "counts"]
_ALL = select(*(imports.c[name] for name in (*_PLAIN_FIELDS, *Counts._fields))).order_by(
    imports.c.number.desc()
)


def _import(row: Any) -> Import:
    values = dict(zip((*_PLAIN_FIELDS, *Counts._fields), row, strict=True))
    counts = Counts(*(values[name] for name in Counts._fields))
    return Import(**{name: values[name] for name in _PLAIN_FIELDS}, counts=counts)


def _lesser(column: Any, value: int) -> Any:
    """Return the lesser of both; the value if the column is NULL."""
    return case((column < value, column), else_=value)


def _greater(column: Any, value: int) -> Any:
    """Return the greater of both; the value if the column is NULL."""
    return case((column > value, column), else_=value)
