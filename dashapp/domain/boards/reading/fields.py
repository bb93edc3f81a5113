"""Tables whose keys are fields, quoted (`"properties.a"`) or dotted (`properties.a`)."""

from collections.abc import Iterator, Mapping
from typing import Any

from dashapp.domain.access.filters import is_storable
from dashapp.domain.boards.names import CONDITIONS, is_property
from dashapp.domain.boards.reading.faults import Faults, Path
from dashapp.domain.events.values import value_text
from dashapp.domain.metrics.conditions import Condition

_PROPERTIES = "properties"
_BOUNDS = frozenset({"min", "max"})
_MAX_VALUES = 100


def flat_fields(table: Mapping[str, Any], leaf_keys: frozenset[str]) -> Iterator[tuple[str, Any]]:
    """Yield (field, value). `properties.a = 1` parses as nested tables; these are joined again.

    A table with one of `leaf_keys` is a value; so is one whose entries are not all tables.
    """
    for key, value in table.items():
        if key == _PROPERTIES and isinstance(value, dict):
            yield from _below(_PROPERTIES, value, leaf_keys)
        else:
            yield key, value


def _below(
    prefix: str, table: Mapping[str, Any], leaf_keys: frozenset[str]
) -> Iterator[tuple[str, Any]]:
    for key, value in table.items():
        name = f"{prefix}.{key}"
        if _is_nested(value, leaf_keys):
            yield from _below(name, value, leaf_keys)
        else:
            yield name, value


def _is_nested(value: Any, leaf_keys: frozenset[str]) -> bool:
    if not isinstance(value, dict) or value.keys() & leaf_keys:
        return False
    return bool(value) and all(isinstance(entry, dict | list) for entry in value.values())


def read_conditions(table: Mapping[str, Any], path: Path, faults: Faults) -> tuple[Condition, ...]:
    """Return the conditions of a `where` table; its faults are added."""
    conditions = []
    for field, value in flat_fields(table, _BOUNDS):
        place = (*path, field)
        if field not in CONDITIONS and not is_property(field):
            faults.add(place, f"{_unknown(field)} Use type, channel, user or properties.NAME.")
            continue
        condition = _condition(field, value, place, faults)
        if condition is not None:
            conditions.append(condition)
    return tuple(sorted(conditions))


def _condition(field: str, value: Any, path: Path, faults: Faults) -> Condition | None:
    if isinstance(value, dict):
        return _range(field, value, path, faults)
    values = value if isinstance(value, list) else [value]
    texts = [value_text(item) for item in values]
    is_valid = all(text is not None and is_storable(text) for text in texts)
    if not texts or len(texts) > _MAX_VALUES or not is_valid:
        faults.add(
            path,
            f"This must be a value, a list of 1 to {_MAX_VALUES} values, or "
            "{ min = …, max = … }.",
        )
        return None
    return Condition(field, tuple(dict.fromkeys(text for text in texts if text is not None)))


def _range(field: str, table: dict[str, Any], path: Path, faults: Faults) -> Condition | None:
    low, high = table.get("min"), table.get("max")
    is_number = all(
        bound is None
        or (isinstance(bound, int | float) and not isinstance(bound, bool) and _is_small(bound))
        for bound in (low, high)
    )
    if not table or not is_number or not table.keys() <= _BOUNDS:
        faults.add(path, "A range is { min = NUMBER, max = NUMBER }; one of them may be left out.")
        return None
    if not is_property(field):
        faults.add(path, f"{field} has no numbers: only properties can be in a range.")
        return None
    if low is not None and high is not None and not low < high:
        faults.add(path, "min must be less than max: min is included, max is not.")
        return None
    return Condition(field, (), low, high)


def _is_small(bound: float) -> bool:
    """Whether numbers of events can be compared with it on every database."""
    return -(2**63) <= bound < 2**63


def _unknown(field: str) -> str:
    return f'"{field}" is not a field.'
