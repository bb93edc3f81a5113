"""Lists as parameters: one statement, whatever the number of buckets or events.

The only SQL of reading and ingesting that differs per engine. SQLite takes JSON apart with
`json_each`; PostgreSQL takes JSON apart for the few edges, and arrays for the many events.
"""

from typing import Any

from sqlalchemy import BigInteger, Column, Integer, String, Text, column, func
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction
from sqlalchemy.sql.selectable import TableValuedAlias

EVENT_COLUMNS = (
    "type",
    "occurred_at",
    "id",
    "user_id",
    "channel",
    "project",
    "properties",
)

# What is filled in is a parameter's placeholder or one of our own column names.
_EDGES_SQLITE = """(SELECT key AS number, json_extract(value, '$[0]') AS low,
    json_extract(value, '$[1]') AS high FROM json_each({edges}))"""
_EDGES_POSTGRESQL = """(SELECT ordinality - 1 AS number, (edge ->> 0)::bigint AS low,
    (edge ->> 1)::bigint AS high FROM jsonb_array_elements(CAST({edges} AS jsonb))
    WITH ORDINALITY AS listed(edge, ordinality))"""
_EVENTS_SQLITE = "(SELECT {columns} FROM json_each({rows}))"
_EVENTS_POSTGRESQL = "(SELECT * FROM unnest({lists}) AS listed({columns}))"


class _Edges(GenericFunction[Any]):
    name = "dashapp_edges"
    inherit_cache = True


class _EventList(GenericFunction[Any]):
    name = "dashapp_events"
    inherit_cache = True


@compiles(_Edges, "sqlite")
def _edges_sqlite(element: _Edges, compiler: SQLCompiler, **kw: Any) -> str:
    return _EDGES_SQLITE.format(edges=compiler.process(element.clauses, **kw))


@compiles(_Edges, "postgresql")
def _edges_postgresql(element: _Edges, compiler: SQLCompiler, **kw: Any) -> str:
    return _EDGES_POSTGRESQL.format(edges=compiler.process(element.clauses, **kw))


@compiles(_EventList, "sqlite")
def _events_sqlite(element: _EventList, compiler: SQLCompiler, **kw: Any) -> str:
    rows = compiler.process(element.clauses, **kw)
    columns = ", ".join(
        f"json_extract(value, '$[{number}]') AS {name}" for number, name in enumerate(EVENT_COLUMNS)
    )
    return _EVENTS_SQLITE.format(columns=columns, rows=rows)


@compiles(_EventList, "postgresql")
def _events_postgresql(element: _EventList, compiler: SQLCompiler, **kw: Any) -> str:
    types = {"occurred_at": "bigint"}
    rows = list(element.clauses)
    lists = ", ".join(
        f"CAST({compiler.process(rows[number], **kw)} AS {types.get(name, 'text')}[])"
        for number, name in enumerate(EVENT_COLUMNS)
    )
    return _EVENTS_POSTGRESQL.format(lists=lists, columns=", ".join(EVENT_COLUMNS))


def edge_list(parameter: Any) -> TableValuedAlias:
    """`[[low, high], …]` as JSON -> rows of (number, low, high)."""
    return func.dashapp_edges(parameter).table_valued(
        column("number", Integer), column("low", BigInteger), column("high", BigInteger)
    )


def event_list(*parameters: Any) -> TableValuedAlias:
    """Events -> rows of EVENT_COLUMNS: one JSON parameter on SQLite, seven arrays on PostgreSQL."""
    kinds: dict[str, Column[Any]] = {
        "occurred_at": Column("occurred_at", BigInteger),
        "properties": Column("properties", Text),
    }
    return func.dashapp_events(*parameters).table_valued(
        *(column(name, kinds[name].type if name in kinds else String()) for name in EVENT_COLUMNS)
    )
