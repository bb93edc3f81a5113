"""A quantity: what is counted, and how its value is made from what tallies know."""

from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from dashapp.domain.boards.definitions import ADDITIVE, Measured
from dashapp.domain.metrics.amounts import Amount
from dashapp.domain.metrics.numbers import MILLION, number_from
from dashapp.domain.metrics.spreads import Spread
from dashapp.domain.metrics.tallies import (
    DISTINCT,
    EVENTS,
    EVENTS_BY_TYPE,
    FAMILY,
    Counted,
    Label,
    Tally,
    is_of_types,
)
from dashapp.domain.series import Number
from dashapp.queries.reading.asks import Ask, Labels, Range, together

_COUNTED = {
    "count": Counted.EVENTS,
    "users": Counted.USERS,
    "unique": Counted.VALUES,
    "sum": Counted.NUMBERS,
    "average": Counted.NUMBERS,
    "min": Counted.NUMBERS,
    "max": Counted.NUMBERS,
}
Asking = Generator[Sequence[Ask], list[Any], Any]
Parts = tuple[Any, ...]  # the state of each part of a quantity; None without events


class By(NamedTuple):
    """The field that a quantity is broken down by.

    `values` are the only values that are told apart; `always` are shown even without events.
    """

    field: str = ""
    values: tuple[str, ...] = ()
    always: tuple[str, ...] = ()
    label: Label = Label.EXACT

    @property
    def is_property(self) -> bool:
        return self.field.startswith("properties.")


TOTAL = By()


@dataclass(frozen=True)
class Quantity:
    """A measure of events, or the ratio of two. `is_inverted` means one minus the ratio."""

    parts: tuple[Measured, ...]
    is_inverted: bool = False

    @property
    def is_ratio(self) -> bool:
        return len(self.parts) > 1

    @property
    def is_additive(self) -> bool:
        """Whether the total of some values is their sum."""
        return not self.is_ratio and self.parts[0].measure in ADDITIVE

    @property
    def is_distinct(self) -> bool:
        """Whether users or values are counted that can occur in several buckets."""
        return any(_COUNTED.get(part.measure) in DISTINCT for part in self.parts)

    @property
    def is_approximate(self) -> bool:
        return any(_percent(part) for part in self.parts)

    @property
    def types(self) -> tuple[str, ...]:
        """The event types that count; empty means all."""
        if not all(part.types for part in self.parts):
            return ()
        return tuple(dict.fromkeys(name for part in self.parts for name in part.types))

    def tallies(self, by: By = TOTAL) -> list[Tally]:
        """Return the tallies to keep for the quantity.

        None for what is counted from events: percentiles and unique values of a property.
        """
        tallies = [self._tally(part, by) for part in self.parts]
        return [t for t in tallies if not by.is_property or t.counted not in _FROM_EVENTS]

    @staticmethod
    def _tally(part: Measured, by: By) -> Tally:
        if _is_by_type(part, by):
            return EVENTS if not part.types and not by.field else EVENTS_BY_TYPE
        return tally_of(part, by)

    def value(self, parts: Parts) -> Number | None:
        """Return the value of the parts' states; None without data."""
        if not self.is_ratio:
            return _value(self.parts[0], parts[0])
        top, bottom = (_share(part, state) for part, state in zip(self.parts, parts, strict=True))
        whole = bottom.number * top.scale
        if not whole:
            return None
        counted = top.number * bottom.scale
        return (whole - counted if self.is_inverted else counted) / whole

    def events(self, parts: Parts) -> int:
        """Return how many events the value is based on; those of the whole for a ratio."""
        state = parts[-1]
        if isinstance(state, Amount | Spread):
            return state.n
        return 0 if state is None else len(state) if not isinstance(state, int) else state


_FROM_EVENTS = frozenset({Counted.SPREAD, Counted.VALUES})


class _Share(NamedTuple):
    number: int
    scale: int


def _share(part: Measured, state: Any) -> _Share:
    """Return a part of a ratio as a whole number and its scale."""
    if isinstance(state, Amount):
        return _Share(state.total, MILLION)
    count = 0 if state is None else state if isinstance(state, int) else len(state)
    return _Share(count, MILLION if part.measure == "sum" else 1)


def _value(part: Measured, state: Any) -> Number | None:
    if part.measure in {"count", "users", "unique"}:
        return 0 if state is None else state if isinstance(state, int) else len(state)
    if part.measure == "sum":
        return number_from(state.total) if state else 0
    if state is None:
        return None
    percent = _percent(part)
    if percent:
        number = state.percentile(percent)
        return None if number is None else number_from(number)
    names = {"average": "average", "min": "minimum", "max": "maximum"}
    value: Number | None = getattr(state, names[part.measure])
    return value


def _percent(part: Measured) -> int:
    return int(part.measure[1:]) if part.measure[1:].isdigit() else 0


def tally_of(part: Measured, by: By = TOTAL) -> Tally:
    """Return the tally that counts a measure by a field."""
    counted = _COUNTED.get(part.measure, Counted.SPREAD)
    return Tally(
        types=part.types,
        by=by.field,
        values=by.values,
        label=Label.EXACT if counted in DISTINCT else by.label,
        counted=counted,
        of=part.of,
        where=part.where,
    )


def _is_by_type(part: Measured, by: By) -> bool:
    """Whether the tally of all events by type has the numbers: every org keeps it."""
    return part.measure == "count" and not part.where and by.field in {"", "type"}


def totals(quantity: Quantity, ranges: Sequence[Range]) -> Asking:
    """Return the parts' states in each range."""
    tallies = map(total_tally, quantity.parts)
    answers = yield [Ask(tally, tuple(ranges), labels) for tally, labels in tallies]
    columns = [
        [total_state(part, states) for states in answer]
        for part, answer in zip(quantity.parts, answers, strict=True)
    ]
    return list(zip(*columns, strict=True))


def total_tally(part: Measured) -> tuple[Tally, Labels | tuple[str, ...]]:
    """Return the tally that has the total of a measure, and which of its labels to read."""
    if not _is_by_type(part, TOTAL):
        return tally_of(part), Labels.TOGETHER
    return (EVENTS_BY_TYPE, _types(part)) if part.types else (EVENTS, Labels.TOGETHER)


@lru_cache(maxsize=1024)
def _types(part: Measured) -> Labels | tuple[str, ...]:
    """Return the types to read: each, if some are families or all count."""
    has_families = any(name.endswith(FAMILY) for name in part.types)
    return Labels.EACH if has_families or not part.types else part.types


def total_state(part: Measured, states: Mapping[str, Any]) -> Any:
    """Return the state of a measure from those of `total_tally`."""
    if not part.types or not _is_by_type(part, TOTAL):
        return states.get("")
    if _types(part) is part.types:
        return sum(states.get(name, 0) for name in part.types) or None
    return sum(n for name, n in states.items() if is_of_types(name, part.types)) or None


def by_value(
    quantity: Quantity,
    by: By,
    ranges: Sequence[Range],
    labels: Labels | tuple[str, ...] = Labels.EACH,
) -> Asking:
    """Return the parts' states of each value, in each range."""
    answers = yield [ask_by_value(part, by, tuple(ranges), labels) for part in quantity.parts]
    kept = [
        [_kept(part, by, states) for states in answer]
        for part, answer in zip(quantity.parts, answers, strict=True)
    ]
    return [_joined(states) for states in zip(*kept, strict=True)]


def ask_by_value(
    part: Measured, by: By, ranges: tuple[Range, ...], labels: Labels | tuple[str, ...]
) -> Ask:
    """Return what to ask for a measure by a field."""
    if _is_by_type(part, by):
        wanted = _types(part) if labels is Labels.EACH else labels
        return Ask(EVENTS_BY_TYPE, ranges, wanted)
    tally = tally_of(part, by)
    return Ask(tally, ranges, labels, has_members=tally.counted in DISTINCT and by.is_property)


def _kept(part: Measured, by: By, states: Mapping[str, Any]) -> Mapping[str, Any]:
    if not _is_by_type(part, by) or not part.types:
        return states
    return {name: n for name, n in states.items() if is_of_types(name, part.types)}


def _joined(of_parts: Sequence[Mapping[str, Any]]) -> dict[str, Parts]:
    """Return the states of all parts by value."""
    names = dict.fromkeys(name for states in of_parts for name in states)
    return {name: tuple(states.get(name) for states in of_parts) for name in names}


def add_up(quantity: Quantity, parts: Iterable[Parts]) -> Parts:
    """Return the states of several values, or of several ranges, as one."""
    columns = list(zip(*parts, strict=True))
    if not columns:
        return (None,) * len(quantity.parts)
    return tuple(together(s for s in column if s is not None) for column in columns)


def left_out(parts: Parts) -> int:
    """Return how many events were left out because they have no number."""
    return sum(state.missing for state in parts if isinstance(state, Amount | Spread))
