"""Definitions as files write them, in one canonical form: what is stored, compared and exported."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, NamedTuple

import msgspec

from dashapp.domain.metrics.conditions import Condition

Body = Any  # what JSON can hold
NEW_ORGS = "new_orgs"


class Kind(StrEnum):
    """What a source defines."""

    FIELD = "field"
    METRIC = "metric"
    BOARD = "board"
    TEXTS = "texts"  # translations, by language
    SETTING = "setting"


class Key(NamedTuple):
    """The kind and the name of a source."""

    kind: Kind
    name: str


Sources = Mapping[Key, Body]
_TABLES = {
    Kind.FIELD: "fields",
    Kind.METRIC: "metrics",
    Kind.BOARD: "boards",
    Kind.TEXTS: "texts",
}


def source_of(spec: msgspec.Struct, where: Iterable[Condition] = ()) -> dict[str, Body]:
    """Return a table of a file without defaults, with its conditions in canonical form."""
    body: dict[str, Body] = msgspec.json.decode(msgspec.json.encode(spec))
    conditions = {condition.field: _condition_source(condition) for condition in where}
    return {**body, "where": conditions} if conditions else body


def _condition_source(condition: Condition) -> Body:
    if not condition.is_range:
        return list(condition.values)
    bounds = {"min": condition.low, "max": condition.high}
    return {name: bound for name, bound in bounds.items() if bound is not None}


def tree_of(sources: Sources) -> dict[str, Any]:
    """Return sources as the tree of one file, which the reader accepts."""
    tree: dict[str, Any] = {"version": 1}
    for (kind, name), body in sources.items():
        if kind is Kind.SETTING:
            tree[name] = body
        else:
            tree.setdefault(_TABLES[kind], {})[name] = body
    return tree


def path_of(key: Key) -> tuple[str, ...]:
    """Return the path of a source in its file: `("metrics", "revenue")`."""
    return (key.name,) if key.kind is Kind.SETTING else (_TABLES[key.kind], key.name)
