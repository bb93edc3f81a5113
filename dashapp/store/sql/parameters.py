"""Lists as parameters: one statement for any number of rows.

SQLite reads the rows from JSON with `json_each`, PostgreSQL with `jsonb_array_elements`. Besides
`event_rows.py`, `properties.py` and `aggregates.py`, this is the only SQL that differs per engine.
"""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Integer,
    String,
    Table,
    any_,
    bindparam,
    cast,
    column,
    literal,
    select,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction
from sqlalchemy.sql.selectable import TableValuedAlias
from sqlalchemy.types import TypeEngine

from dashapp.store.sql.dialect import DIALECTS

RowList = Callable[[Any], TableValuedAlias]

# Only parameter placeholders and our own column names are filled in.
_JSON_SQLITE = "(SELECT {columns} FROM json_each({rows}))"
# `OFFSET 0` turns the JSON expressions into columns. Without it PostgreSQL compares with the
# expressions, which are not leakproof: under row-level security it could not use an index for them
# and would read the whole org.
_JSON_POSTGRESQL = """(SELECT {columns}
    FROM jsonb_array_elements(CAST({rows} AS jsonb)) AS listed(item) OFFSET 0)"""


def row_list(word: str, columns: dict[str, type[TypeEngine[Any]]]) -> RowList:
    """Return a function from a parameter (JSON, a list of lists) to rows with these columns."""

    class Rows(GenericFunction[Any]):
        name = f"dashapp_{word}"
        inherit_cache = True

    @compiles(Rows, "sqlite")
    def sqlite(element: Rows, compiler: SQLCompiler, **kw: Any) -> str:
        extracted = ", ".join(
            f"json_extract(value, '$[{index}]') AS {key}" for index, key in enumerate(columns)
        )
        return _JSON_SQLITE.format(columns=extracted, rows=compiler.process(element.clauses, **kw))

    @compiles(Rows, "postgresql")
    def postgresql(element: Rows, compiler: SQLCompiler, **kw: Any) -> str:
        extracted = ", ".join(
            f"(item ->> {index})::{'text' if issubclass(kind, String) else 'bigint'} AS {key}"
            for index, (key, kind) in enumerate(columns.items())
        )
        return _JSON_POSTGRESQL.format(
            columns=extracted, rows=compiler.process(element.clauses, **kw)
        )

    def rows(parameter: Any) -> TableValuedAlias:
        return Rows(parameter).table_valued(*(column(key, kind) for key, kind in columns.items()))

    return rows


edge_list = row_list("edges", {"number": Integer, "low": BigInteger, "high": BigInteger})
step_list = row_list(
    "steps", {"number": Integer, "grain": Integer, "low": Integer, "high": Integer}
)
tally_list = row_list(
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
amount_list = row_list(
    "amounts",
    {
        "tally": Integer,
        "project": String,
        "grain": Integer,
        "step": Integer,
        "key": String,
        "n": BigInteger,
        "missing": BigInteger,
        "whole": BigInteger,
        "part": BigInteger,
        "low": String,
        "high": String,
    },
)
seen_list = row_list("seen", {"tally": Integer, "project": String, "day": Integer, "key": String})
user_list = row_list("users", {"user_id": String, "number": BigInteger})
value_list = row_list("values", {"value": String, "number": BigInteger})
field_list = row_list("fields", {"type": String, "name": String, "kinds": Integer})
text_list = row_list("texts", {"text": String})


def table_list(table: Table, names: Sequence[str]) -> RowList:
    """Return the row list of a table's columns. JSON is text in it, and a boolean 0 or 1."""
    kinds = {name: table.c[name].type for name in names}
    return row_list(
        f"new_{table.name}",
        {
            name: String if isinstance(kind, String | JSON) else BigInteger
            for name, kind in kinds.items()
        },
    )


def text_values(name: str) -> Any:
    """Return the texts of a list parameter, for `IN`."""
    texts = text_list(bindparam(name)).alias("listed")
    return select(texts.c.text)


def is_any_of(column: Any, name: str, dialect: str) -> Any:
    """Return whether a column equals one of many texts, looked up in its index by DELETE too.

    Without statistics, PostgreSQL does not use the index for a JSON list in a DELETE. It does for
    an array.
    """
    if dialect == "postgresql":
        return column == any_(bindparam(name, type_=postgresql.ARRAY(String)))
    return column.in_(text_values(name))


def insert_missing(table: Table, listed: RowList, dialect: str) -> Any:
    """Return an insert of the rows of the parameter `rows` for `:org`; existing keys are skipped.

    SQLite needs the WHERE before ON CONFLICT. Citus needs ON CONFLICT even where no conflict is
    possible: without it, it copies the rows, which row-level security forbids.
    """
    rows = listed(bindparam("rows")).alias("listed")
    names = [column.name for column in rows.c]
    org = bindparam("org", type_=table.c.org_id.type)
    columns = (_stored(rows.c[name], table.c[name], dialect) for name in names)
    values = select(org, *columns).where(literal(1) == 1)
    insert = DIALECTS[dialect].insert(table).from_select(["org_id", *names], values)
    return insert.on_conflict_do_nothing()


def _stored(value: Any, stored: Column[Any], dialect: str) -> Any:
    """Return a listed value as the type of its column."""
    if isinstance(stored.type, Boolean):
        return value == 1
    if isinstance(stored.type, JSON) and dialect == "postgresql":
        return cast(value, stored.type)
    return value
