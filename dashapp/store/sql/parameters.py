"""Lists as parameters: one statement, whatever the number of buckets or events.

With `store/sql/properties.py`, the only SQL of reading and ingesting that differs per engine. SQLite
takes JSON apart with `json_each`; PostgreSQL takes JSON apart too, and arrays for the many events.
"""

from collections.abc import Callable
from typing import Any, cast

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Integer,
    String,
    Text,
    any_,
    bindparam,
    column,
    func,
    select,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction
from sqlalchemy.sql.selectable import Join, TableValuedAlias
from sqlalchemy.types import TypeEngine

EVENT_COLUMNS = (
    "type",
    "occurred_at",
    "id",
    "user_id",
    "channel",
    "project",
    "properties",
)
Listing = Callable[[Any], TableValuedAlias]

# What is filled in is a parameter's placeholder or one of our own column names.
_JSON_SQLITE = "(SELECT {columns} FROM json_each({rows}))"
# The fence makes columns of what is taken out of JSON. Without it PostgreSQL compares with the
# expressions themselves, which are not leakproof: under row-level security it would not look them
# up in an index, and read the whole org.
_JSON_POSTGRESQL = """(SELECT {columns}
    FROM jsonb_array_elements(CAST({rows} AS jsonb)) AS listed(item) OFFSET 0)"""
_EVENTS_POSTGRESQL = "(SELECT * FROM unnest({lists}) AS listed({columns}))"


def _listing(word: str, columns: dict[str, type[TypeEngine[Any]]]) -> Listing:
    """A list of lists as JSON -> rows with these columns, in this order."""

    class Rows(GenericFunction[Any]):
        name = f"dashapp_{word}"
        inherit_cache = True

    @compiles(Rows, "sqlite")
    def sqlite(element: Rows, compiler: SQLCompiler, **kw: Any) -> str:
        taken = ", ".join(
            f"json_extract(value, '$[{place}]') AS {key}" for place, key in enumerate(columns)
        )
        return _JSON_SQLITE.format(columns=taken, rows=compiler.process(element.clauses, **kw))

    @compiles(Rows, "postgresql")
    def postgresql(element: Rows, compiler: SQLCompiler, **kw: Any) -> str:
        taken = ", ".join(
            f"(item ->> {place})::{'text' if issubclass(kind, String) else 'bigint'} AS {key}"
            for place, (key, kind) in enumerate(columns.items())
        )
        return _JSON_POSTGRESQL.format(columns=taken, rows=compiler.process(element.clauses, **kw))

    def rows(parameter: Any) -> TableValuedAlias:
        listed = [column(key, kind) for key, kind in columns.items()]
        return Rows(parameter).table_valued(*listed)

    return rows


edge_list = _listing("edges", {"number": Integer, "low": BigInteger, "high": BigInteger})
step_list = _listing(
    "steps", {"number": Integer, "grain": Integer, "low": Integer, "high": Integer}
)
tally_list = _listing(
    "tallies",
    {
        "tally": Integer,
        "project": String,
        "grain": Integer,
        "step": Integer,
        "key": String,
        "spelling": String,
        "n": BigInteger,
    },
)
seen_list = _listing("seen", {"tally": Integer, "project": String, "day": Integer, "key": String})
user_list = _listing("users", {"user_id": String, "number": BigInteger})
field_list = _listing("fields", {"type": String, "name": String})
text_list = _listing("texts", {"text": String})


class _Ordered(Join):
    """A join whose left side is read first, and looks up the right one row by row.

    Few rows look up many. Databases guess otherwise where they know no better: SQLite always,
    PostgreSQL while it has no statistics. The fence keeps it from guessing.
    """

    inherit_cache = True


@compiles(_Ordered, "sqlite")
def _ordered_sqlite(join: _Ordered, compiler: SQLCompiler, **kw: Any) -> str:
    left, right, on = _parts(join, compiler, kw)
    return f"{left} CROSS JOIN {right} ON {on}"


@compiles(_Ordered, "postgresql")
def _ordered_postgresql(join: _Ordered, compiler: SQLCompiler, **kw: Any) -> str:
    left, right, on = _parts(join, compiler, kw)
    name = cast("Any", join.right).name
    fenced = f"(SELECT * FROM {right} WHERE {on} OFFSET 0) AS {name}"  # noqa: S608 - our own SQL
    return f"{left} CROSS JOIN LATERAL {fenced}"


def _parts(join: _Ordered, compiler: SQLCompiler, kw: dict[str, Any]) -> tuple[str, str, str]:
    kw.pop("asfrom", None)
    assert join.onclause is not None
    return (
        compiler.process(join.left, asfrom=True, **kw),
        compiler.process(join.right, asfrom=True, **kw),
        compiler.process(join.onclause, **kw),
    )


def ordered(left: Any, right: Any, on: Any) -> Any:
    """`left`, and for each of its rows those of `right` that fit.

    What restricts the right side belongs into the condition: it is looked up by nothing else.
    """
    return _Ordered(left, right, on)


def listed(name: str) -> Any:
    """The texts of a list, for `IN`."""
    texts = text_list(bindparam(name)).alias("listed")
    return select(texts.c.text)


def among(column: Any, name: str, dialect: str) -> Any:
    """Whether a column is one of many texts: looked up one by one, also by a DELETE.

    PostgreSQL does not look up the rows of a list of JSON where it deletes and has no statistics;
    an array it does.
    """
    if dialect == "postgresql":
        return column == any_(bindparam(name, type_=postgresql.ARRAY(String)))
    return column.in_(listed(name))


class _EventList(GenericFunction[Any]):
    name = "dashapp_events"
    inherit_cache = True


class _Pairs(GenericFunction[Any]):
    name = "dashapp_pairs"
    type = JSON()
    inherit_cache = True


@compiles(_EventList, "sqlite")
def _events_sqlite(element: _EventList, compiler: SQLCompiler, **kw: Any) -> str:
    rows = compiler.process(element.clauses, **kw)
    columns = ", ".join(
        f"json_extract(value, '$[{number}]') AS {name}" for number, name in enumerate(EVENT_COLUMNS)
    )
    return _JSON_SQLITE.format(columns=columns, rows=rows)


@compiles(_EventList, "postgresql")
def _events_postgresql(element: _EventList, compiler: SQLCompiler, **kw: Any) -> str:
    types = {"occurred_at": "bigint"}
    rows = list(element.clauses)
    lists = ", ".join(
        f"CAST({compiler.process(rows[number], **kw)} AS {types.get(name, 'text')}[])"
        for number, name in enumerate(EVENT_COLUMNS)
    )
    return _EVENTS_POSTGRESQL.format(lists=lists, columns=", ".join(EVENT_COLUMNS))


@compiles(_Pairs, "sqlite")
def _pairs_sqlite(element: _Pairs, compiler: SQLCompiler, **kw: Any) -> str:
    left, right = (compiler.process(one, **kw) for one in element.clauses)
    return f"json_group_array(json_array({left}, {right}))"


@compiles(_Pairs, "postgresql")
def _pairs_postgresql(element: _Pairs, compiler: SQLCompiler, **kw: Any) -> str:
    left, right = (compiler.process(one, **kw) for one in element.clauses)
    return f"coalesce(json_agg(json_build_array({left}, {right})), '[]'::json)"


def pairs(left: Any, right: Any) -> Any:
    """Rows as one JSON list of pairs: an aggregate."""
    return func.dashapp_pairs(left, right)


def event_list(*parameters: Any) -> TableValuedAlias:
    """Events -> rows of EVENT_COLUMNS: one JSON parameter on SQLite, seven arrays on PostgreSQL."""
    kinds: dict[str, Column[Any]] = {
        "occurred_at": Column("occurred_at", BigInteger),
        "properties": Column("properties", Text),
    }
    return func.dashapp_events(*parameters).table_valued(
        *(column(name, kinds[name].type if name in kinds else String()) for name in EVENT_COLUMNS)
    )
