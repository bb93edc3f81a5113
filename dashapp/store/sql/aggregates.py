"""Aggregates that PostgreSQL and SQLite spell differently."""

from typing import Any

import orjson
from sqlalchemy import JSON, func
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction


class _Pairs(GenericFunction[Any]):
    name = "dashapp_pairs"
    type = JSON()
    inherit_cache = True


@compiles(_Pairs, "sqlite")
def _pairs_sqlite(element: _Pairs, compiler: SQLCompiler, **kw: Any) -> str:
    left, right = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"json_group_array(json_array({left}, {right}))"


@compiles(_Pairs, "postgresql")
def _pairs_postgresql(element: _Pairs, compiler: SQLCompiler, **kw: Any) -> str:
    left, right = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"coalesce(json_agg(json_build_array({left}, {right})), '[]'::json)"


def pairs(left: Any, right: Any) -> Any:
    """Return an aggregate: the rows as one JSON list of pairs."""
    return func.dashapp_pairs(left, right)


def parsed_pairs(text: str) -> list[list[Any]]:
    """Return the pairs of an aggregate that was read as text."""
    rows: list[list[Any]] = orjson.loads(text)
    return rows
