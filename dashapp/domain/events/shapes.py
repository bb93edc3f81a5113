"""Which properties an event has: the paths of its values, such as `wait.seconds`, and their kinds.

Lists, nulls, and names with other characters than letters, digits, dashes, and underscores have no
path. Objects are followed to MAX_DEPTH names; what is below has the kind DEEPER.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

TEXT, NUMBER, BOOLEAN, DEEPER = 1, 2, 4, 8  # bits
VALUE = TEXT | NUMBER | BOOLEAN
MAX_DEPTH = 3
NAME = r"[A-Za-z0-9_-]{1,60}"
_NAME = re.compile(NAME, re.ASCII)
_KINDS: dict[type, int] = {str: TEXT, int: NUMBER, float: NUMBER, bool: BOOLEAN}
_MAX_NAMES = 64  # of a shape that is remembered
_MAX_SHAPES = 10_000  # remembered per process

Shape = tuple[object, ...]


def shape_of(event_type: str, properties: Mapping[str, Any]) -> Shape:
    """Return what events with the same paths and kinds have in common: a key for a set.

    Takes less than a microsecond for flat properties.
    """
    classes: tuple[object, ...] = tuple(map(type, properties.values()))
    if dict in classes:
        classes = tuple(
            shape_of("", value) if isinstance(value, dict) else type(value)
            for value in properties.values()
        )
    return (event_type, *properties, *classes)


def kinds_of(properties: Mapping[str, Any]) -> dict[str, int]:
    """Return the kind of each path.

    >>> kinds_of({"total": 9.5, "paid": True, "wait": {"seconds": 3}, "tags": ["a"], "note": None})
    {'total': 2, 'paid': 4, 'wait.seconds': 2}
    """
    kinds: dict[str, int] = {}
    _add_kinds(kinds, "", properties, 1)
    return kinds


def _add_kinds(
    kinds: dict[str, int], prefix: str, properties: Mapping[str, Any], depth: int
) -> None:
    for name, value in properties.items():
        if not _NAME.fullmatch(name):
            continue
        if isinstance(value, dict) and depth < MAX_DEPTH:
            _add_kinds(kinds, f"{prefix}{name}.", value, depth + 1)
            continue
        kind = DEEPER if isinstance(value, dict) else _KINDS.get(type(value), 0)
        if kind:
            kinds[prefix + name] = kind


def recorded_path(path: str) -> str:
    """Return the part of a path that is recorded: its first MAX_DEPTH names."""
    return ".".join(path.split(".")[:MAX_DEPTH])


def has_path(path: str, kinds: int) -> bool:
    """Return whether `recorded_path(path)` with these kinds means that the path has values.

    Kinds are 0 as long as they are not known.
    """
    needed = VALUE if path == recorded_path(path) else DEEPER
    return kinds == 0 or bool(kinds & needed)


class KnownShapes:
    """The shapes whose paths are in the database, by org. Ingestion skips them.

    `version` changes when paths are deleted; the shapes of older versions are forgotten.
    """

    def __init__(self) -> None:
        self._by_org: dict[int, tuple[int, set[Shape]]] = {}
        self._count = 0

    def of(self, org: int, version: int) -> set[Shape]:
        """Return the known shapes of an org."""
        known_version, shapes = self._by_org.get(org, (version, set()))
        return shapes if known_version == version else set()

    def add(self, org: int, version: int, shapes: Iterable[Shape]) -> None:
        """Remember shapes after the transaction that stored their paths."""
        small = [shape for shape in shapes if len(shape) <= 2 * _MAX_NAMES]
        self._count += len(small)
        if self._count > _MAX_SHAPES:
            self._by_org, self._count = {}, len(small)
        self._by_org[org] = (version, self.of(org, version).union(small))
