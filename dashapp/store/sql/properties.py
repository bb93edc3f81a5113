"""Values of properties in SQL: read as text, and matched against filters.

One expression per engine does what `domain/events/values.py` does in Python: text stays as it is,
numbers and booleans are their JSON text, with `7.0` as `7` and `-0.0` as `0`. Null, lists and
objects have no value. orjson writes the properties, so each number has one text.
"""

from typing import Any

from sqlalchemy import Boolean, Text, func, literal_column
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction

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
_VALUE_POSTGRESQL = """CASE json_typeof({properties} -> {name})
    WHEN 'string' THEN {properties} ->> {name}
    WHEN 'number' THEN CASE {properties} ->> {name} WHEN '-0.0' THEN '0'
        ELSE replace(regexp_replace({properties} ->> {name}, '\\.0$', ''), 'e+', 'e') END
    WHEN 'boolean' THEN {properties} ->> {name} END"""


class _PropertyText(GenericFunction[Any]):
    name = "dashapp_property_text"
    type = Text()
    inherit_cache = True


class _Matches(GenericFunction[Any]):
    name = "dashapp_matches"
    type = Boolean()
    inherit_cache = True


@compiles(_PropertyText, "sqlite")
def _text_sqlite(element: _PropertyText, compiler: SQLCompiler, **kw: Any) -> str:
    properties, name = (compiler.process(clause, **kw) for clause in element.clauses)
    return _VALUE_SQLITE.format(properties=properties, path=f"('$.' || {name})")


@compiles(_PropertyText, "postgresql")
def _text_postgresql(element: _PropertyText, compiler: SQLCompiler, **kw: Any) -> str:
    properties, name = (compiler.process(clause, **kw) for clause in element.clauses)
    return _VALUE_POSTGRESQL.format(properties=properties, name=name)


# There is no filter without a matching value. An absent field has no value, so it never matches.
_MATCHES_SQLITE = """({filters} IS NULL OR NOT EXISTS (
    SELECT 1 FROM json_each({filters}) AS filter WHERE NOT EXISTS (
        SELECT 1 FROM json_each(filter.value, '$[1]') AS allowed
        WHERE allowed.value = CASE json_extract(filter.value, '$[0]')
            WHEN 'type' THEN {type} WHEN 'channel' THEN {channel} WHEN 'user' THEN {user_id}
            ELSE {value} END)))"""
_PATH_SQLITE = "('$.' || substr(json_extract(filter.value, '$[0]'), length('properties.') + 1))"
_MATCHES_POSTGRESQL = """({filters}::text IS NULL OR NOT EXISTS (
    SELECT 1 FROM jsonb_array_elements({filters}::jsonb) AS filter(item) WHERE NOT EXISTS (
        SELECT 1 FROM jsonb_array_elements_text(filter.item -> 1) AS allowed(value)
        WHERE allowed.value = CASE filter.item ->> 0
            WHEN 'type' THEN {type} WHEN 'channel' THEN {channel} WHEN 'user' THEN {user_id}
            ELSE {value} END)))"""
_NAME_POSTGRESQL = "substr(filter.item ->> 0, length('properties.') + 1)"


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
    value = _VALUE_POSTGRESQL.format(properties=columns["properties"], name=_NAME_POSTGRESQL)
    return _MATCHES_POSTGRESQL.format(value=value, **columns)


def matches(filters: Any, events: Any) -> Any:
    """Return whether an event has one of the values for each filtered field.

    `filters` is a parameter: a JSON list of [field, values] pairs, or NULL for no filter.
    """
    return func.dashapp_matches(filters, *(events.c[name] for name in _MATCHED[1:]))


def property_text(properties: Any, name: str) -> Any:
    """Return a property as text, NULL if it has no value. `name`: letters, digits, underscores."""
    return func.dashapp_property_text(properties, literal_column(f"'{name}'", Text))
