"""Tallies: numbers that are counted in the transaction that stores the events.

A query declares the tallies it needs with `@needs`; anything else is counted from events. A tally
is data, stored per org in the database, so that workers of all versions keep the same tallies.
"""

import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import Any, TypeVar

from dashapp.domain.errors import ConfigurationError
from dashapp.domain.events.event import Event
from dashapp.domain.events.values import truncate_label
from dashapp.domain.metrics.conditions import PROPERTY_PREFIX, Condition, text_of

OTHER = "other"
ALL_PROJECTS = ""  # never a project's slug
FAMILY = ".*"
_PROPERTY = re.compile(r"properties(\.[A-Za-z0-9_-]{1,60}){1,5}", re.ASCII)
_BY = re.compile(rf"|type|channel|project|{_PROPERTY.pattern}", re.ASCII)
_FIELD = re.compile(rf"type|channel|user|{_PROPERTY.pattern}", re.ASCII)
_STRIPPED = " \t\r\n\"'`´“”„‟‘’‚‛«»‹›"
_NO_LABEL = ("", "")
AnyQuery = TypeVar("AnyQuery", bound=Callable[..., Any])


class Counted(StrEnum):
    """What a tally counts: events, distinct users, numbers, their percentiles, distinct values."""

    EVENTS = "events"
    USERS = "users"
    NUMBERS = "numbers"
    SPREAD = "spread"
    VALUES = "values"


DISTINCT = frozenset({Counted.USERS, Counted.VALUES})
_HAVE_HOURS = frozenset({Counted.EVENTS, Counted.NUMBERS})
_NEED_PROPERTY = frozenset({Counted.NUMBERS, Counted.SPREAD, Counted.VALUES})


class Label(StrEnum):
    """How a property's text becomes a label: as is, trimmed, or trimmed and case-folded."""

    EXACT = "exact"
    TRIMMED = "trimmed"
    FOLDED = "folded"


@dataclass(frozen=True)
class Tally:
    """What events count, per local day and by one field.

    `types` are the event types that count, or families such as `order.*`; empty means all. All
    conditions in `where` must be met. `of` is the property that is measured. `by` is empty,
    `type`, `channel`, `project` or `properties.NAME`; `domain/events/values.py` defines the text of
    a property. With `values`, all other values are counted together as “other”. Unbounded values
    are kept by day and by blocks of days, so that a few lookups find the most frequent ones of a
    year.
    """

    types: tuple[str, ...] = ()
    by: str = ""
    values: tuple[str, ...] = ()
    label: Label = Label.EXACT
    counted: Counted = Counted.EVENTS
    of: str | None = None
    where: tuple[Condition, ...] = ()

    def __post_init__(self) -> None:
        if not _BY.fullmatch(self.by):
            raise ValueError(f"A tally cannot count by {self.by!r}.")
        if not all(_FIELD.fullmatch(condition.field) for condition in self.where):
            raise ValueError("A tally cannot filter by one of its fields.")
        is_property = self.of is not None and _PROPERTY.fullmatch(self.of) is not None
        if is_property != (self.counted in _NEED_PROPERTY):
            raise ValueError(f"A tally of {self.counted} cannot measure {self.of!r}.")
        if self.counted in DISTINCT and self.label is not Label.EXACT:
            raise ValueError("Users can only be counted by exact labels.")

    @property
    def property_name(self) -> str | None:
        """The name of the property in `by`, or None."""
        return (
            self.by.removeprefix(PROPERTY_PREFIX) if self.by.startswith(PROPERTY_PREFIX) else None
        )

    @cached_property
    def is_unbounded(self) -> bool:
        """Whether the tally keeps labels by blocks: it has no fixed list of values."""
        return self.has_hours and self.property_name is not None and not self.values

    @property
    def has_hours(self) -> bool:
        """Whether counts are also kept by hour, and not only by day."""
        return self.counted in _HAVE_HOURS

    @property
    def has_spellings(self) -> bool:
        """Whether the spellings of each label are counted."""
        return self.label is Label.FOLDED and self.counted is Counted.EVENTS

    @cached_property
    def definition(self) -> str:
        """The tally as canonical JSON without defaults: equal texts mean equal counts."""
        fields = {name: value for name, value in asdict(self).items() if value}
        if self.counted is Counted.EVENTS:
            del fields["counted"]
        if self.label is Label.EXACT:
            del fields["label"]
        if self.where:
            fields["where"] = [_condition_parts(condition) for condition in self.where]
        return json.dumps(fields, separators=(",", ":"), sort_keys=True)

    def counts_type(self, event_type: str) -> bool:
        """Return whether events of a type can count."""
        return not self.types or is_of_types(event_type, self.types)

    def key_of(self, event: Event, properties: Mapping[str, Any]) -> tuple[str, str] | None:
        """Return the key that an event counts under, and its spelling; None if it does not count.

        `properties` are the decoded properties of the event.
        """
        for condition in self.where:
            if not condition.is_met(event, properties):
                return None
        if self.by == "":
            return _NO_LABEL
        return self.key_of_field(text_of(event, properties, self.by))

    def key_of_field(self, text: str | None) -> tuple[str, str] | None:
        """Return the key and the spelling for the stored text of the field in `by`."""
        if self.by in {"", "type"}:
            return text or "", ""
        if text and self.label is not Label.EXACT:
            text = normalize_label(text)
        if not text:
            return None
        spelling = ""
        if self.label is Label.FOLDED:
            spelling, text = truncate_label(text), unicodedata.normalize("NFC", text.casefold())
        text = truncate_label(text)
        if self.values and text not in self.values:
            return OTHER, ""
        return text, spelling if self.has_spellings else ""


def is_of_types(event_type: str, types: Iterable[str]) -> bool:
    """Return whether a type is listed, or belongs to a listed family.

    >>> is_of_types("order.paid", ["order.*"]), is_of_types("orders.paid", ["order.*"])
    (True, False)
    """
    return any(
        event_type.startswith(name[:-1]) if name.endswith(FAMILY) else event_type == name
        for name in types
    )


def _condition_parts(condition: Condition) -> list[Any]:
    return [*condition] if condition.is_range else [condition.field, condition.values]


EVENTS = Tally()
EVENTS_BY_TYPE = Tally(by="type")
USERS_BY_CHANNEL = Tally(by="channel", values=("api", "web"), counted=Counted.USERS)
# What every org keeps from its first event on. Panels add their own.
STANDARD = (EVENTS, EVENTS_BY_TYPE, USERS_BY_CHANNEL)


@lru_cache(maxsize=1024)
def tally_from_definition(definition: str) -> Tally:
    """Parse the definition of a tally from the database."""
    fields = json.loads(definition)
    unknown = fields.keys() - Tally.__dataclass_fields__.keys()
    if unknown:  # from a newer version: ignoring them would store wrong counts permanently
        raise ConfigurationError(
            f"This version does not support tallies with {min(unknown)!r}. Upgrade dashapp."
        )
    return Tally(
        types=tuple(fields.get("types", ())),
        by=fields.get("by", ""),
        values=tuple(fields.get("values", ())),
        label=Label(fields.get("label", Label.EXACT)),
        counted=Counted(fields.get("counted", Counted.EVENTS)),
        of=fields.get("of"),
        where=tuple(_condition(parts) for parts in fields.get("where", ())),
    )


def _condition(parts: list[Any]) -> Condition:
    field, values, *bounds = parts
    return Condition(field, tuple(values), *bounds)


def needs(*tallies: Tally, types: Sequence[str] = ()) -> Callable[[AnyQuery], AnyQuery]:
    """Declare the tallies that a query reads.

    `types` are the event types that it counts, if its tallies do not determine them.
    """

    def declare(query: AnyQuery) -> AnyQuery:
        query.tallies = tallies  # type: ignore[attr-defined]
        query.types = tuple(types)  # type: ignore[attr-defined]
        return query

    return declare


def event_types_of(query: Callable[..., Any]) -> tuple[str, ...]:
    """Return the event types that a query counts; empty means all."""
    types: tuple[str, ...] = getattr(query, "types", ())
    tallies: tuple[Tally, ...] = getattr(query, "tallies", ())
    if types or not all(tally.types for tally in tallies):
        return types
    return tuple(dict.fromkeys(name for tally in tallies for name in tally.types))


def declared_tallies(queries: Iterable[Callable[..., Any]]) -> list[Tally]:
    """Return the tallies that the queries declare, without duplicates, in order."""
    declared = (tally for query in queries for tally in getattr(query, "tallies", ()))
    return list(dict.fromkeys(declared))


def normalize_label(text: str) -> str:
    """Strip spaces and quotes, collapse inner whitespace, and compose characters (NFC).

    >>> normalize_label(' “Basmati   rice" ')
    'Basmati rice'
    """
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    return " ".join(text.split()).strip(_STRIPPED)
