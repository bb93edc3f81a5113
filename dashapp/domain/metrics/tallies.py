"""What is counted ahead, in the transaction that stores the events.

A query declares the tallies it needs (`@needs`); what nobody declared is counted from events. A
tally is data, written down in the database for each org, so that every worker keeps the same ones
whatever its version.
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
ALL_PROJECTS = ""  # no project has this name
_BY = re.compile(r"(|type|channel|properties\.[A-Za-z0-9_]{1,60})", re.ASCII)
PROPERTY_PREFIX = "properties."
_AROUND = " \t\r\n\"'`´“”„‟‘’‚‛«»‹›"
_NOT_A_LABEL = ("", "")
AnyQuery = TypeVar("AnyQuery", bound=Callable[..., Any])


class Counted(StrEnum):
    """What there are numbers of."""

    EVENTS = "events"
    USERS = "users"


class Label(StrEnum):
    """How the text of a property becomes a label: as it is, trimmed, or trimmed and in one case."""

    EXACT = "exact"
    TRIMMED = "trimmed"
    FOLDED = "folded"


@dataclass(frozen=True)
class Tally:
    """Numbers of events, or of different users, per local day and by one field.

    `types` are the events that count, all where it is empty; with `where`, a property and its text,
    only those that have it. `by` is empty, `type`, `channel` or `properties.NAME`, whose values are
    those of `domain/events/values.py`. With `values` all others are counted together as “other”. Where
    there is no end of values, they are kept by day and by blocks of days, so that the most frequent
    of a year are found in a few looks.
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
            raise ValueError(f"A tally cannot look at {self.where[0]!r}.")
        if self.counted is Counted.USERS and self.label is not Label.EXACT:
            raise ValueError("Users are counted by exact values.")

    @property
    def property_name(self) -> str | None:
        """The property that is counted by, if it is one."""
        return (
            self.by.removeprefix(PROPERTY_PREFIX) if self.by.startswith(PROPERTY_PREFIX) else None
        )

    @cached_property
    def is_unbounded(self) -> bool:
        """Whether there is no end of values."""
        return self.property_name is not None and not self.values

    @property
    def has_hours(self) -> bool:
        """Whether numbers are kept by hour too: counts of events are, users are not."""
        return self.counted is Counted.EVENTS

    @property
    def definition(self) -> str:
        """The tally as text: the same text, the same numbers."""
        said = asdict(self)
        if self.where is None:
            del said["where"]  # as it was written before there was any
        return json.dumps(said, separators=(",", ":"), sort_keys=True)

    @property
    def has_properties(self) -> bool:
        """Whether an event's properties say what it is counted under."""
        return self.where is not None or self.property_name is not None

    def key_of(self, event: Event, properties: Mapping[str, Any]) -> tuple[str, str] | None:
        """What an event is counted under, and how that is spelled; None where it has no value.

        `properties` are the event's, decoded.
        """
        if self.where and value_text(properties.get(self.where[0])) != self.where[1]:
            return None
        if self.by == "":
            return _NOT_A_LABEL
        if self.by == "type":
            return event.type, ""
        if self.by == "channel":
            return self.key_of_field(event.channel)
        return self.key_of_field(value_text(properties.get(self.by.removeprefix(PROPERTY_PREFIX))))

    def key_of_field(self, text: str | None) -> tuple[str, str] | None:
        """The same for what the database holds in the field that is counted by."""
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
# For panels that no template places: an org keeps them once a server that knows them counts.
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
# What a new org keeps from its first event on. Widgets of third parties add theirs.
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
    """The tally that a definition in the database describes."""
    found = json.loads(definition)
    unknown = found.keys() - Tally.__dataclass_fields__.keys()
    if unknown:  # of a newer version: to count it without them would be wrong for good
        raise ConfigurationError(f"This version does not know tallies with {min(unknown)!r}.")
    return Tally(
        types=tuple(found["types"]),
        by=found["by"],
        values=tuple(found["values"]),
        label=Label(found["label"]),
        counted=Counted(found["counted"]),
        where=tuple(found["where"]) if found.get("where") else None,
    )


def needs(*tallies: Tally, types: Sequence[str] = ()) -> Callable[[AnyQuery], AnyQuery]:
    """Declare on a query what is to be counted ahead for it.

    `types` are those of the events it counts, where its tallies do not say so.
    """

    def declare(query: AnyQuery) -> AnyQuery:
        query.tallies = tallies  # type: ignore[attr-defined]
        query.types = tuple(types)  # type: ignore[attr-defined]
        return query

    return declare


def event_types_of(query: Callable[..., Any]) -> tuple[str, ...]:
    """The types of events that a query counts; none is all of them."""
    types: tuple[str, ...] = getattr(query, "types", ())
    tallies: tuple[Tally, ...] = getattr(query, "tallies", ())
    if types or not all(tally.types for tally in tallies):
        return types
    return tuple(dict.fromkeys(name for tally in tallies for name in tally.types))


def declared_tallies(queries: Iterable[Callable[..., Any]]) -> list[Tally]:
    """What the queries declare, each once, in order."""
    found = (tally for query in queries for tally in getattr(query, "tallies", ()))
    return list(dict.fromkeys(found))


def normalize_label(text: str) -> str:
    """Without blanks and quotes around it, single blanks inside, composed characters (NFC).

    >>> trimmed(' “Basmati   rice" ')
    'Basmati rice'
    """
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    return " ".join(text.split()).strip(_AROUND)
