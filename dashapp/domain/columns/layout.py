"""The columns of a segment: some properties have their own, all others are in one JSON column.

A property is a path such as `wait.seconds`. Its text is that of `domain/events/values.py`, its
number and bucket are those that tallies count, so that columns, tallies, and events give the same
answers. A column is named after a hash of its path: names of properties never become SQL, and
segments with different columns can be read together.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache
from hashlib import sha256
from typing import Any, NamedTuple

import orjson

from dashapp.domain.access.filters import is_path

MAX_FIELDS = 50  # with columns of their own
REST = "rest"  # the column of the other properties: path -> text, number, bucket
# A number beyond what tallies count. Only ranges of numbers and texts can tell it apart.
BEYOND = 2**63 * 10**6


class Field(NamedTuple):
    """A property with its own columns. `is_wide`: its numbers need more than 64 bits."""

    path: str
    has_numbers: bool = False
    is_wide: bool = False


class Layout(NamedTuple):
    """The days of a segment, the properties that have columns, and whether others are in `rest`."""

    days: tuple[int, ...]
    fields: tuple[Field, ...]
    has_rest: bool

    def field(self, path: str) -> Field | None:
        return next((field for field in self.fields if field.path == path), None)

    def to_json(self) -> Any:
        fields = [[*field] for field in self.fields]
        return {"days": [*self.days], "fields": fields, "rest": self.has_rest}


def layout_from_json(parts: Mapping[str, Any]) -> Layout:
    fields = tuple(Field(*field) for field in parts["fields"])
    return Layout(tuple(parts["days"]), fields, parts["rest"])


@lru_cache(maxsize=4096)
def column_name(prefix: str, path: str) -> str:
    """Return the name of a column: `t` for text, `n` for numbers, `b` for their buckets.

    >>> column_name("t", "total")
    't_11239872d178729a'
    """
    return f"{prefix}_{sha256(path.encode()).hexdigest()[:16]}"


def flat(properties: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values by path; those that no question can name are left out.

    >>> flat({"total": 9.5, "wait": {"seconds": 3, "a b": 1}, "tags": ["a"], "note": None})
    {'total': 9.5, 'wait.seconds': 3}
    """
    values: dict[str, Any] = {}
    _add(values, "", properties)
    return values


def _add(values: dict[str, Any], prefix: str, properties: Mapping[str, Any]) -> None:
    for name, value in properties.items():
        path = prefix + name
        if value is None or isinstance(value, list) or "." in name or not _is_path(path):
            continue
        if isinstance(value, dict):
            _add(values, f"{path}.", value)
        else:
            values[path] = value


_is_path = lru_cache(maxsize=16_384)(is_path)


def most_frequent(samples: Iterable[tuple[int, Iterable[str]]]) -> tuple[str, ...]:
    """Return the most frequent paths, from the properties of some events of each type.

    A sample is the number of events of a type, and the properties of some of them as JSON.
    """
    counts: Counter[str] = Counter()
    for weight, listed in samples:
        properties = [flat(orjson.loads(text)) for text in listed]
        for values in properties:
            for path in values:
                counts[path] += max(1, weight // len(properties))
    paths = sorted(counts, key=lambda path: (-counts[path], path))
    return tuple(paths[:MAX_FIELDS])
