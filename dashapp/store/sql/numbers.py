"""Numbers of properties in SQL: the counterpart of `domain/metrics/numbers.py` and `spreads.py`.

SQLite calls Python (`sqlite_functions.py`), because its own arithmetic is not exact. PostgreSQL
computes with `numeric`, and has a function for the buckets (migration 0009).
"""

from typing import Any

from sqlalchemy import BigInteger, Boolean, Text, func, literal_column
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction

from dashapp.domain.metrics.amounts import DIGITS, OFFSET
from dashapp.domain.metrics.conditions import PROPERTY_PREFIX
from dashapp.domain.metrics.numbers import MAX_MILLIONTHS, MILLION
from dashapp.store.sql.json_paths import (
    parts_of,
    path_literal,
    postgresql_text,
    postgresql_value,
    sqlite_path,
)

# PostgreSQL rounds half away from zero: a half is therefore rounded on half the number.
_MILLIONTHS = f"""(SELECT CASE
    WHEN scaled.m >= {MAX_MILLIONTHS} OR scaled.m < -{MAX_MILLIONTHS} THEN NULL
    WHEN abs(scaled.m - trunc(scaled.m)) = 0.5 THEN 2 * round(scaled.m / 2)
    ELSE round(scaled.m) END
    FROM (SELECT CASE WHEN {{is_number}} THEN ({{text}})::numeric * {MILLION} END
        AS m OFFSET 0) AS scaled)"""  # noqa: S608 - our own numbers
_AMOUNT = """concat_ws(',', count(*) - count({number}), coalesce(sum({number}), 0)::text,
    coalesce(min({number})::text, '-'), coalesce(max({number})::text, '-'))"""


class _Amount(GenericFunction[Any]):
    name = "dashapp_amount_of"
    type = Text()
    inherit_cache = True


class _Bucket(GenericFunction[Any]):
    name = "dashapp_bucket_of"
    type = BigInteger()
    inherit_cache = True


class _IsBetween(GenericFunction[Any]):
    name = "dashapp_is_between"
    type = Boolean()
    inherit_cache = True


class _Sortable(GenericFunction[Any]):
    name = "dashapp_sortable_of"
    type = Text()
    inherit_cache = True


@compiles(_Sortable, "sqlite")
def _sortable_sqlite(element: _Sortable, compiler: SQLCompiler, **kw: Any) -> str:
    properties, names, _others = parts_of(element, compiler, kw)
    return f"dashapp_sortable({properties} -> {sqlite_path(names)})"


@compiles(_Sortable, "postgresql")
def _sortable_postgresql(element: _Sortable, compiler: SQLCompiler, **kw: Any) -> str:
    number = _number_postgresql(element, compiler, kw)
    return f"lpad(trunc({number} + {OFFSET})::text, {DIGITS}, '0')"


@compiles(_Amount, "sqlite")
def _amount_sqlite(element: _Amount, compiler: SQLCompiler, **kw: Any) -> str:
    properties, names, _others = parts_of(element, compiler, kw)
    return f"dashapp_amount({properties} -> {sqlite_path(names)})"


@compiles(_Amount, "postgresql")
def _amount_postgresql(element: _Amount, compiler: SQLCompiler, **kw: Any) -> str:
    return _AMOUNT.format(number=_number_postgresql(element, compiler, kw))


@compiles(_Bucket, "sqlite")
def _bucket_sqlite(element: _Bucket, compiler: SQLCompiler, **kw: Any) -> str:
    properties, names, _others = parts_of(element, compiler, kw)
    return f"dashapp_bucket({properties} -> {sqlite_path(names)})"


@compiles(_Bucket, "postgresql")
def _bucket_postgresql(element: _Bucket, compiler: SQLCompiler, **kw: Any) -> str:
    return f"dashapp_bucket({_number_postgresql(element, compiler, kw)})"


@compiles(_IsBetween, "sqlite")
def _is_between_sqlite(element: _IsBetween, compiler: SQLCompiler, **kw: Any) -> str:
    properties, names, bounds = parts_of(element, compiler, kw)
    path = sqlite_path(names)
    is_number = f"json_type({properties}, {path}) IN ('integer', 'real')"
    return f"({is_number}{_compared(f'json_extract({properties}, {path})', '', *bounds)})"


@compiles(_IsBetween, "postgresql")
def _is_between_postgresql(element: _IsBetween, compiler: SQLCompiler, **kw: Any) -> str:
    properties, names, bounds = parts_of(element, compiler, kw)
    value = f"({postgresql_text(properties, names)})::numeric"
    is_number = _is_number_postgresql(properties, names)
    return f"(CASE WHEN {is_number} THEN true{_compared(value, '::numeric', *bounds)} END)"


def _compared(value: str, cast: str, low: str, high: str) -> str:
    """Return the comparisons with the bounds; an absent bound is the word `NULL`."""
    at_least = "" if low == "NULL" else f" AND {value} >= {low}{cast}"
    return at_least + ("" if high == "NULL" else f" AND {value} < {high}{cast}")


def _number_postgresql(element: Any, compiler: SQLCompiler, kw: dict[str, Any]) -> str:
    properties, names, _others = parts_of(element, compiler, kw)
    return _MILLIONTHS.format(
        is_number=_is_number_postgresql(properties, names), text=postgresql_text(properties, names)
    )


def _is_number_postgresql(properties: str, names: list[str]) -> str:
    return f"json_typeof({postgresql_value(properties, names)}) = 'number'"


def _path_of(field: str) -> Any:
    return path_literal(field.removeprefix(PROPERTY_PREFIX))


def amount_text(properties: Any, field: str) -> Any:
    """Return an aggregate of a property: events without a number, sum, lowest, highest.

    As text, separated by commas, in millionths; `-` stands for no number.
    """
    return func.dashapp_amount_of(properties, _path_of(field))


def sortable_text(properties: Any, field: str) -> Any:
    """Return the number of a property as text that sorts like it, NULL if it has none."""
    return func.dashapp_sortable_of(properties, _path_of(field))


def bucket(properties: Any, field: str) -> Any:
    """Return the bucket of a property's number, NULL if it has none."""
    return func.dashapp_bucket_of(properties, _path_of(field))


def is_between(properties: Any, field: str, low: float | None, high: float | None) -> Any:
    """Return whether a property is a number with `low <= number < high`."""
    bounds: list[Any] = [
        literal_column("NULL" if bound is None else repr(bound)) for bound in (low, high)
    ]
    return func.dashapp_is_between(properties, _path_of(field), *bounds)
