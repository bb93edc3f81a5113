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
from dashapp.domain.events.values import truncate_label, value_text

OTHER = "other"
ALL_PROJECTS = ""  # never a project's slug
_BY = re.compile(r"(|type|channel|properties\.[A-Za-z0-9_]{1,60})", re.ASCII)
PROPERTY_PREFIX = "properties."
_STRIPPED = " \t\r\n\"'`´“”„‟‘’‚‛«»‹›"
_NO_LABEL = ("", "")
AnyQuery = TypeVar("AnyQuery", bound=Callable[..., Any])


class Counted(StrEnum):
    """What a tally counts."""

    EVENTS = "events"
    USERS = "users"


class Label(StrEnum):
    """How a property's text becomes a label: as is, trimmed, or trimmed and case-folded."""

    EXACT = "exact"
    TRIMMED = "trimmed"
    FOLDED = "folded"


@dataclass(frozen=True)
class Tally:
    """Counts of events, or of distinct users, per local day and by one field.

    `types` are the event types that count; empty means all. `where`, a property and its text,
    counts only events with that value. `by` is empty, `type`, `channel` or `properties.NAME`;
    `domain/events/values.py` defines the text of a property. With `values`, all other values are
    counted together as “other”. Unbounded values are kept by day and by blocks of days, so that a
    few lookups find the most frequent ones of a year.
    """

    types: tuple[str, ...] = ()
    by: str = ""
    values: tuple[str, ...] = ()
    label: Label = Label.EXACT
    counted: Counted = Counted.EVENTS
    where: tuple[str, str] | None = None

    def __post_init__(self) -> None:
        if not _BY.fullmatch(self.by):
            raise ValueError(f"A tally cannot count by {self.by!r}.")
        if self.where and not _BY.fullmatch(f"{PROPERTY_PREFIX}{self.where[0]}"):
            raise ValueError(f"A tally cannot filter by {self.where[0]!r}.")
        if self.counted is Counted.USERS and self.label is not Label.EXACT:
            raise ValueError("Users can only be counted by exact labels.")

    @property
    def property_name(self) -> str | None:
        """The name of the property in `by`, or None."""
        return (
            self.by.removeprefix(PROPERTY_PREFIX) if self.by.startswith(PROPERTY_PREFIX) else None
        )

    @cached_property
    def is_unbounded(self) -> bool:
        """Whether the tally counts by a property without a fixed list of values."""
        return self.property_name is not None and not self.values

    @property
    def has_hours(self) -> bool:
        """Whether counts are also kept by hour: those of events are, those of users are not."""
        return self.counted is Counted.EVENTS

    @property
    def definition(self) -> str:
        """The tally as canonical JSON: equal texts mean equal counts."""
        fields = asdict(self)
        if self.where is None:
            del fields["where"]  # older definitions have no such key
        return json.dumps(fields, separators=(",", ":"), sort_keys=True)

    @property
    def has_properties(self) -> bool:
        """Whether the key of an event depends on its properties."""
        return self.where is not None or self.property_name is not None

    def key_of(self, event: Event, properties: Mapping[str, Any]) -> tuple[str, str] | None:
        """Return the key that an event counts under, and its spelling; None without a value.

        `properties` are the decoded properties of the event.
        """
        if self.where and value_text(properties.get(self.where[0])) != self.where[1]:
            return None
        if self.by == "":
            return _NO_LABEL
        if self.by == "type":
            return event.type, ""
        if self.by == "channel":
            return self.key_of_field(event.channel)
        return self.key_of_field(value_text(properties.get(self.by.removeprefix(PROPERTY_PREFIX))))

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
        return text, spelling


EVENTS = Tally()
EVENTS_BY_TYPE = Tally(by="type")
FINDINGS_BY_SEVERITY = Tally(
    types=("finding.recorded",), by="properties.severity", values=("ERROR", "WARNING", "INFO")
)
WARNINGS_BY_CODE = Tally(
    types=("finding.recorded",),
    by="properties.code",
    label=Label.TRIMMED,
    where=("severity", "WARNING"),
)
# For widgets that no template places: an org gets these tallies from the catalog of its server.
WARNINGS_BY_VALIDATOR = Tally(
    types=("finding.recorded",),
    by="properties.validator",
    label=Label.TRIMMED,
    where=("severity", "WARNING"),
)
ERRORS_BY_CODE = Tally(
    types=("finding.recorded",),
    by="properties.code",
    label=Label.TRIMMED,
    where=("severity", "ERROR"),
)
USERS_BY_CHANNEL = Tally(by="channel", values=("api", "web"), counted=Counted.USERS)
SEARCH_TERMS = Tally(types=("conversation.search_term",), by="properties.term", label=Label.FOLDED)
PRODUCTS_ADDED = Tally(
    types=("conversation.product_added_to_cart",), by="properties.product", label=Label.TRIMMED
)
# The tallies that a new org keeps from its first event on. Third-party widgets add their own.
STANDARD = (
    EVENTS,
    EVENTS_BY_TYPE,
    FINDINGS_BY_SEVERITY,
    WARNINGS_BY_CODE,
    USERS_BY_CHANNEL,
    SEARCH_TERMS,
    PRODUCTS_ADDED,
)


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
        types=tuple(fields["types"]),
        by=fields["by"],
        values=tuple(fields["values"]),
        label=Label(fields["label"]),
        counted=Counted(fields["counted"]),
        where=tuple(fields["where"]) if fields.get("where") else None,
    )


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
