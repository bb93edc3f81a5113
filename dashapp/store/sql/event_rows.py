"""The columns of events that a sender sets, and a batch of events as rows of a statement."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, String, Text, bindparam, column, func
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction
from sqlalchemy.sql.selectable import TableValuedAlias
from sqlalchemy.types import TypeEngine

from dashapp.domain.events.event import Event
from dashapp.store.sql.dialect import as_list


class EventColumn(NamedTuple):
    """A field of `Event`, the column of `events` that stores it, and its type as a parameter."""

    field: str
    name: str
    type: TypeEngine[Any]


EVENT_COLUMNS = (
    EventColumn("type", "type", String()),
    EventColumn("occurred_at", "occurred_at", BigInteger()),
    EventColumn("id", "id", String()),
    EventColumn("user", "user_id", String()),
    EventColumn("channel", "channel", String()),
    EventColumn("project", "project", String()),
    EventColumn("properties", "properties", Text()),
)
# An event sent again is a duplicate if these are the same.
CONTENT_COLUMNS = tuple(
    column for column in EVENT_COLUMNS if column.name not in {"id", "occurred_at"}
)


class _EventRows(GenericFunction[Any]):
    name = "dashapp_events"
    inherit_cache = True


@compiles(_EventRows, "sqlite")
def _rows_sqlite(element: _EventRows, compiler: SQLCompiler, **kw: Any) -> str:
    rows = compiler.process(element.clauses, **kw)
    columns = ", ".join(
        f"json_extract(value, '$[{index}]') AS {name}"
        for index, (_field, name, _type) in enumerate(EVENT_COLUMNS)
    )
    return f"(SELECT {columns} FROM json_each({rows}))"  # noqa: S608 - our own names


@compiles(_EventRows, "postgresql")
def _rows_postgresql(element: _EventRows, compiler: SQLCompiler, **kw: Any) -> str:
    arrays = ", ".join(
        f"CAST({compiler.process(clause, **kw)} AS {_postgresql_type(column)}[])"
        for clause, column in zip(element.clauses, EVENT_COLUMNS, strict=True)
    )
    names = ", ".join(column.name for column in EVENT_COLUMNS)
    return f"(SELECT * FROM unnest({arrays}) AS listed({names}))"  # noqa: S608 - our own names


def _postgresql_type(event_column: EventColumn) -> str:
    return "bigint" if isinstance(event_column.type, BigInteger) else "text"


def event_rows(dialect: str) -> TableValuedAlias:
    """Return rows of EVENT_COLUMNS from the parameters that `event_params` makes.

    SQLite takes one JSON list, PostgreSQL an array per column: the fastest form of each.
    """
    names = ["rows"] if dialect == "sqlite" else [column.name for column in EVENT_COLUMNS]
    columns = [column(name, type_) for _field, name, type_ in EVENT_COLUMNS]
    rows: TableValuedAlias = func.dashapp_events(*(bindparam(name) for name in names)).table_valued(
        *columns
    )
    return rows


def event_params(batch: Sequence[Event], dialect: str) -> dict[str, object]:
    """Return a batch as the parameters of `event_rows`, in the batch's order."""
    columns = {
        name: [getattr(event, field) for event in batch] for field, name, _type in EVENT_COLUMNS
    }
    if dialect == "sqlite":
        return {"rows": as_list(zip(*columns.values(), strict=True))}
    return {**columns}
