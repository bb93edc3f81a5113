"""Values of properties in SQL: read as text, and matched against filters.

A property is a path: `a.b-c` is the value of "b-c" in the object "a". Lists have no paths, as in
`domain/metrics/conditions.py`.

One expression per engine does what `domain/events/values.py` does in Python: text stays as it is,
numbers and booleans are their JSON text, with `7.0` as `7` and `-0.0` as `0`. Null, lists and
objects have no value. orjson writes the properties, so each number has one text.
"""

from typing import Any

from sqlalchemy import Boolean, Integer, Text, func
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction

from dashapp.domain.access.filters import MAX_FIELD_DEPTH
from dashapp.domain.events.shapes import BOOLEAN, DEEPER, NUMBER, TEXT
from dashapp.store.sql.json_paths import (
    parts_of,
    path_literal,
    postgresql_text,
    postgresql_value,
    sqlite_path,
)

_MATCHED = ("filters", "type", "channel", "user_id", "properties")

# `->` keeps the text of a number; `json_extract` rounds it to 15 digits.
_VALUE_SQLITE = """CASE json_type({properties}, {path})
    WHEN 'text' THEN json_extract({properties}, {path})
    WHEN 'real' THEN CASE {properties} -> {path} WHEN '-0.0' THEN '0'
        ELSE CASE WHEN {properties} -> {path} LIKE '%.0'
            THEN substr({properties} -> {path}, 1, length({properties} -> {path}) - 2)
            ELSE replace({properties} -> {path}, 'e+', 'e') END END
    WHEN 'integer' THEN {properties} -> {path}
    WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' END"""
_VALUE_POSTGRESQL = """CASE json_typeof({value})
    WHEN 'string' THEN {text}
    WHEN 'number' THEN CASE {text} WHEN '-0.0' THEN '0'
        ELSE replace(regexp_replace({text}, '\\.0$', ''), 'e+', 'e') END
    WHEN 'boolean' THEN {text} END"""
_KIND_SQLITE = f"""CASE json_type({{properties}}, {{path}})
    WHEN 'text' THEN {TEXT} WHEN 'integer' THEN {NUMBER} WHEN 'real' THEN {NUMBER}
    WHEN 'true' THEN {BOOLEAN} WHEN 'false' THEN {BOOLEAN} WHEN 'object' THEN {DEEPER} END"""
_KIND_POSTGRESQL = f"""CASE json_typeof({{value}})
    WHEN 'string' THEN {TEXT} WHEN 'number' THEN {NUMBER}
    WHEN 'boolean' THEN {BOOLEAN} WHEN 'object' THEN {DEEPER} END"""


class _PropertyText(GenericFunction[Any]):
    name = "dashapp_property_text"
    type = Text()
    inherit_cache = True


class _PropertyKind(GenericFunction[Any]):
    name = "dashapp_property_kind"
    type = Integer()
    inherit_cache = True


class _Matches(GenericFunction[Any]):
    name = "dashapp_matches"
    type = Boolean()
    inherit_cache = True


@compiles(_PropertyText, "sqlite")
def _text_sqlite(element: _PropertyText, compiler: SQLCompiler, **kw: Any) -> str:
    properties, names, _others = parts_of(element, compiler, kw)
    return _VALUE_SQLITE.format(properties=properties, path=sqlite_path(names))


@compiles(_PropertyKind, "sqlite")
def _kind_sqlite(element: _PropertyKind, compiler: SQLCompiler, **kw: Any) -> str:
    properties, names, _others = parts_of(element, compiler, kw)
    return _KIND_SQLITE.format(properties=properties, path=sqlite_path(names))


@compiles(_PropertyText, "postgresql")
def _text_postgresql(element: _PropertyText, compiler: SQLCompiler, **kw: Any) -> str:
    properties, names, _others = parts_of(element, compiler, kw)
    return _VALUE_POSTGRESQL.format(
        value=postgresql_value(properties, names), text=postgresql_text(properties, names)
    )


@compiles(_PropertyKind, "postgresql")
def _kind_postgresql(element: _PropertyKind, compiler: SQLCompiler, **kw: Any) -> str:
    properties, names, _others = parts_of(element, compiler, kw)
    return _KIND_POSTGRESQL.format(value=postgresql_value(properties, names))


# There is no filter that the event fails: one that excludes values and has the event's value, or
# another one that does not have it. An absent field equals no value.
_MATCHES_SQLITE = """({filters} IS NULL OR NOT EXISTS (
    SELECT 1 FROM json_each({filters}) AS filter WHERE json_extract(filter.value, '$[3]') = EXISTS (
        SELECT 1 FROM json_each(filter.value, '$[1]') AS allowed
        WHERE allowed.value = CASE json_extract(filter.value, '$[0]')
            WHEN 'type' THEN {type} WHEN 'channel' THEN {channel} WHEN 'user' THEN {user_id}
            ELSE {value} END)))"""
_PATH_SQLITE = "json_extract(filter.value, '$[2]')"
_NAME_POSTGRESQL = "substr(filter.item ->> 0, length('properties.') + 1)"
_MATCHES_POSTGRESQL = """({filters}::text IS NULL OR NOT EXISTS (
    SELECT 1 FROM jsonb_array_elements({filters}::jsonb) AS filter(item)
    WHERE (filter.item ->> 3)::boolean = coalesce(jsonb_exists(filter.item -> 1,
        CASE filter.item ->> 0
            WHEN 'type' THEN {type} WHEN 'channel' THEN {channel} WHEN 'user' THEN {user_id}
            ELSE {value} END), false)))"""
# `#>` with the whole path would be shorter, but it finds the items of lists by number. A subquery
# for the steps would raise the planner's estimate, and with it the use of JIT: 0.1 s a query.
_STEPS_POSTGRESQL = tuple(
    f"split_part({_NAME_POSTGRESQL}, '.', {step})" for step in range(1, MAX_FIELD_DEPTH + 1)
)
_DOTS_POSTGRESQL = f"length({_NAME_POSTGRESQL}) - length(replace({_NAME_POSTGRESQL}, '.', ''))"


@compiles(_Matches, "sqlite")
def _matches_sqlite(element: _Matches, compiler: SQLCompiler, **kw: Any) -> str:
    parts = (compiler.process(clause, **kw) for clause in element.clauses)
    columns = dict(zip(_MATCHED, parts, strict=True))
    value = _VALUE_SQLITE.format(properties=columns["properties"], path=_PATH_SQLITE)
    return _MATCHES_SQLITE.format(value=value, **columns)


@compiles(_Matches, "postgresql")
def _matches_postgresql(element: _Matches, compiler: SQLCompiler, **kw: Any) -> str:
    parts = (compiler.process(clause, **kw) for clause in element.clauses)
    columns = dict(zip(_MATCHED, parts, strict=True))
    flat, flat_text = (
        f"{columns['properties']} {operator} {_NAME_POSTGRESQL}" for operator in ("->", "->>")
    )
    nested = _nested_postgresql(columns["properties"])
    nested_text = f"{nested} #>> '{{}}'"
    value = (
        f"CASE strpos({_NAME_POSTGRESQL}, '.') "
        f"WHEN 0 THEN {_VALUE_POSTGRESQL.format(value=flat, text=flat_text)} "
        f"ELSE {_VALUE_POSTGRESQL.format(value=nested, text=nested_text)} END"
    )
    return _MATCHES_POSTGRESQL.format(value=value, **columns)


def _nested_postgresql(properties: str) -> str:
    """Return the value of the filtered property as JSON, if its path has several names."""
    cases = " ".join(
        f"WHEN {dots} THEN {' -> '.join([properties, *_STEPS_POSTGRESQL[: dots + 1]])}"
        for dots in range(1, MAX_FIELD_DEPTH)
    )
    return f"(CASE {_DOTS_POSTGRESQL} {cases} END)"


def matches(filters: Any, events: Any) -> Any:
    """Return whether an event has one of the values for each filtered field.

    `filters` is a parameter: NULL for no filter, or a JSON list of fields, their values, their JSON
    paths, and whether the values are excluded.
    """
    return func.dashapp_matches(filters, *(events.c[name] for name in _MATCHED[1:]))


def property_text(properties: Any, path: str) -> Any:
    """Return a property as text, NULL if it has no value. Raises ValueError for an invalid path."""
    return func.dashapp_property_text(properties, path_literal(path))


def property_kind(properties: Any, path: str) -> Any:
    """Return the kind of a property's value, a bit of `domain/events/shapes.py`.

    Returns NULL if it has no value. Raises ValueError for an invalid path.
    """
    return func.dashapp_property_kind(properties, path_literal(path))
