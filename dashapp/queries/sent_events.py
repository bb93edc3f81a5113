"""What has the org sent? Its event types, their properties, and for authors some values.

Names and kinds come from `event_fields`, which covers the whole org. Where the scope is only a part
of the org, they come from the newest events of each type in it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.events.personal import looks_personal
from dashapp.domain.events.shapes import BOOLEAN, NUMBER, TEXT, VALUE, kinds_of
from dashapp.domain.events.values import value_text
from dashapp.domain.metrics.conditions import property_of
from dashapp.domain.metrics.tallies import EVENTS_BY_TYPE
from dashapp.domain.time.local_days import day_number_at, day_start_us
from dashapp.queries.reading.asks import Ask
from dashapp.queries.reading.reader import Reader
from dashapp.store.events.fields import ANY
from dashapp.store.orgs.states import org_state
from dashapp.store.sql.scoped import event_fields, event_types, events

SAMPLE = 200  # newest events of each type
MIN_USERS = 3  # in the sample, who sent a value that is shown
MAX_EXAMPLES = 10  # of a property
_MAX_EXAMPLE = 60  # characters; longer texts are no categories
Kind = Literal["text", "number", "boolean"]
_KIND_NAMES: dict[int, Kind] = {TEXT: "text", NUMBER: "number", BOOLEAN: "boolean"}

_LAST = select(
    event_types.c.type,
    select(events.c.occurred_at)
    .where(events.c.type == event_types.c.type)
    .order_by(events.c.occurred_at.desc())
    .limit(1)
    .correlate(event_types)
    .scalar_subquery()
    .label("last"),
)
_TYPES = select(event_types.c.type)
_FIELDS = select(event_fields.c.type, event_fields.c.name, event_fields.c.kinds)
_NEWEST = (
    select(events.c.user_id, events.c.properties)
    .where(events.c.type == bindparam("type"))
    .order_by(events.c.occurred_at.desc(), events.c.id.desc())
    .limit(SAMPLE)
)

Sampled = Sequence[tuple[str | None, Mapping[str, Any]]]  # users and properties, newest first


class SentProperty(NamedTuple):
    """A property: its path, the kinds of its values, and values that several users sent."""

    name: str
    kinds: tuple[Kind, ...]
    examples: tuple[str, ...]


class SentType(NamedTuple):
    """An event type: the number of its events, the time of the last one, and its properties."""

    type: str
    events: int
    last_at: int
    properties: tuple[SentProperty, ...]


def sent_events(session: Session, scope: Scope, *, has_examples: bool) -> Sequence[SentType]:
    """The types that have events, in alphabetical order. `last_at` is in microseconds.

    With examples, each property has up to MAX_EXAMPLES values that at least MIN_USERS users sent.
    They are read from the newest events on request: nothing outlives an erasure.
    """
    last = {
        row.type: row.last for row in session.execute(_LAST, scope.params) if row.last is not None
    }
    counts = events_by_type(session, scope, sorted(last))
    recorded = _recorded_kinds(session, scope)
    sent = []
    for event_type, count in counts.items():
        is_sampled = has_examples or recorded is None
        sample = _sample(session, scope, event_type) if is_sampled else []
        kinds = _sampled_kinds(sample) if recorded is None else recorded[event_type]
        properties = _properties(kinds, sample if has_examples else [])
        sent.append(SentType(event_type, count, last[event_type], properties))
    return sent


def sent_types(session: Session, scope: Scope) -> Sequence[str]:
    """The event types that the org has sent."""
    return session.execute(_TYPES, scope.params).scalars().all()


def count_events(session: Session, scope: Scope) -> int:
    """The number of the org's events, over the whole history."""
    return sum(events_by_type(session, scope, sent_types(session, scope)).values())


def events_by_type(session: Session, scope: Scope, types: Sequence[str]) -> dict[str, int]:
    """The number of events of each of these types, over the whole history."""
    state = org_state(session, scope)
    if state.first_event_at is None or state.last_event_at is None:
        return {}
    start = day_start_us(day_number_at(state.first_event_at, state.zone), state.zone)
    ask = Ask(EVENTS_BY_TYPE, ((start, state.last_event_at + 1),), tuple(types))
    ((counts,),) = Reader(session, scope).read([ask])
    return {event_type: counts.get(event_type, 0) for event_type in types}


def _recorded_kinds(session: Session, scope: Scope) -> Mapping[str, Mapping[str, int]] | None:
    """The kinds of each property of each type; None if they are not known for this scope."""
    is_part = scope.is_filtered or scope.project is not None
    if is_part or not org_state(session, scope).has_fields:
        return None
    kinds: dict[str, dict[str, int]] = defaultdict(dict)
    for event_type, name, bits in session.execute(_FIELDS, scope.params):
        if name != ANY:
            kinds[event_type][name] = bits
    return kinds


def _sample(session: Session, scope: Scope, event_type: str) -> Sampled:
    params = {**scope.params, "type": event_type}
    return [(row.user_id, row.properties) for row in session.execute(_NEWEST, params)]


def _sampled_kinds(sample: Sampled) -> dict[str, int]:
    kinds: dict[str, int] = {}
    for _user, properties in sample:
        for path, kind in kinds_of(properties).items():
            kinds[path] = kinds.get(path, 0) | kind
    return kinds


def _properties(kinds: Mapping[str, int], sample: Sampled) -> tuple[SentProperty, ...]:
    return tuple(
        SentProperty(path, _kind_names(bits), _examples(path, sample))
        for path, bits in sorted(kinds.items())
        if bits & VALUE
    )


def _kind_names(bits: int) -> tuple[Kind, ...]:
    return tuple(name for bit, name in _KIND_NAMES.items() if bits & bit)


def _examples(path: str, sample: Sampled) -> tuple[str, ...]:
    """Return the values that at least MIN_USERS users sent, those of most users first."""
    if looks_personal(path):
        return ()
    users: dict[str, set[str]] = defaultdict(set)
    for user, properties in sample:
        text = value_text(property_of(properties, path))
        if user and text and len(text) <= _MAX_EXAMPLE:
            users[text].add(user)
    return _most_shared(users.items())


def _most_shared(users: Iterable[tuple[str, set[str]]]) -> tuple[str, ...]:
    shared = [(-len(names), text) for text, names in users if len(names) >= MIN_USERS]
    return tuple(text for _count, text in sorted(shared)[:MAX_EXAMPLES])
