"""How a plan writes values and changes of definitions."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from dashapp.domain.boards.sources import Body, Kind

_RETIRED = "retired"
NUMBERS = "numbers change, past ones too"
_ONLY_SHOWN = frozenset({"title", "unit", "decimals", "better", "was"})
# Keys that change numbers; all keys of metrics do, except those above.
_COUNTED = {
    Kind.FIELD: frozenset({"text", "values"}),
    Kind.BOARD: frozenset({"metric", "metrics", "by", "where", "at_least"}),  # of its panels
}
_LONGEST = 100


class Line(NamedTuple):
    """A line of a plan: its sign (+ added, ~ changed, → renamed, · kept), what it is about."""

    sign: str
    name: str
    text: str


def added(name: str, note: str = "") -> Line:
    return Line("+", name, _with_note(name, note))


def changed(name: str, text: str, note: str = "") -> Line:
    return Line("~", name, _with_note(f"{name}{text}", note))


def renamed(old: str, new: str, users: str) -> Line:
    return Line("→", new, f"{old} is now {new}; {users} with the old name keep working")


def kept(name: str, text: str) -> Line:
    return Line("·", name, f"{name} {text}")


def value_changes(
    kind: Kind, name: str, before: Mapping[str, Any], after: Mapping[str, Any], note: str = ""
) -> Iterator[Line]:
    """Yield a line for each key with another value, and whether numbers change."""
    for key in sorted((before.keys() | after.keys()) - {"panels", "slug", _RETIRED}):
        old, new = before.get(key), after.get(key)
        if old != new:
            effect = NUMBERS if _changes_numbers(kind, key) else ""
            notes = "; ".join(filter(None, (effect, note)))
            yield changed(name, f".{key}: {value_text(old)} → {value_text(new)}", notes)


def _changes_numbers(kind: Kind, key: str) -> bool:
    return key not in _ONLY_SHOWN if kind is Kind.METRIC else key in _COUNTED.get(kind, ())


def value_text(value: Body) -> str:
    """Return a value as people read it, shortened if it is long.

    >>> value_text({"properties.currency": ["EUR"], "properties.total": {"min": 5}})
    'properties.currency = EUR; properties.total = min 5'
    """
    text = _text(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _text(value: Body) -> str:
    if value is None or value in ([], {}):
        return "none"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return ", ".join(_text(item) for item in value)
    if isinstance(value, dict):
        return "; ".join(f"{key} = {_bounds(entry)}" for key, entry in value.items())
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return " ".join(str(value).split())


def _bounds(value: Body) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {_text(entry)}" for key, entry in value.items())
    return _text(value)


def _with_note(text: str, note: str) -> str:
    return f"{text}   {note}" if note else text
