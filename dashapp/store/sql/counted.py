"""What a tally counts, in SQL: the counterpart of `Tally.key_of` in Python.

The functions take the events as a table or as the scoped subquery, so that reading and recounting
share them.
"""

from typing import Any

from sqlalchemy import ColumnElement, Text, and_, case, cast, func, literal, null, or_

from dashapp.domain.events.values import MAX_LABEL
from dashapp.domain.metrics.conditions import PROPERTY_PREFIX, Condition
from dashapp.domain.metrics.tallies import DISTINCT, FAMILY, OTHER, Counted, Label, Tally
from dashapp.store.sql.numbers import amount_text, bucket, is_between
from dashapp.store.sql.properties import property_text

_COLUMN_OF = {"type": "type", "channel": "channel", "project": "project", "user": "user_id"}


def is_counted(tally: Tally, events: Any, event_type: Any) -> list[ColumnElement[bool]]:
    """Return the conditions that an event must meet to count, whatever its key.

    `event_type` is the column that the index looks up.
    """
    conditions = [is_of_types(tally.types, event_type)] if tally.types else []
    conditions += [meets(condition, events) for condition in tally.where]
    if tally.counted is Counted.USERS:
        conditions.append(events.c.user_id.is_not(None))
    if tally.counted is Counted.VALUES:
        conditions.append(text_field(events, str(tally.of)) != "")
    return conditions


def is_of_types(types: tuple[str, ...], event_type: Any) -> ColumnElement[bool]:
    """Return whether a type is listed, or belongs to a listed family."""
    names = [name for name in types if not name.endswith(FAMILY)]
    families = [name.removesuffix("*") for name in types if name.endswith(FAMILY)]
    parts = [event_type.startswith(family, autoescape=True) for family in families]
    return or_(*([event_type.in_(names)] if names else []), *parts)


def meets(condition: Condition, events: Any) -> ColumnElement[bool]:
    """Return whether an event meets a condition."""
    if condition.is_range:
        return and_(is_between(events.c.properties, condition.field, condition.low, condition.high))
    return and_(text_field(events, condition.field).in_(condition.values))


def text_field(events: Any, field: str) -> Any:
    """Return the text of a field: a column, or a property."""
    if field in _COLUMN_OF:
        return events.c[_COLUMN_OF[field]]
    return property_text(events.c.properties, field.removeprefix(PROPERTY_PREFIX))


def field_of(tally: Tally, events: Any) -> Any:
    """Return the text that the tally counts by; an empty text if there is none."""
    return text_field(events, tally.by) if tally.by else literal("")


def has_value(tally: Tally, events: Any) -> list[ColumnElement[bool]]:
    """Return the condition for an event to have a value in the tally's field."""
    return [field_of(tally, events) != ""] if tally.by not in {"", "type"} else []


def key_of(tally: Tally, events: Any) -> Any:
    """Return the text from which `Tally.key_of_field` makes the key of an event."""
    field = field_of(tally, events)
    if tally.label is not Label.EXACT or not tally.by:
        return field
    if tally.values:
        return case((field.in_(tally.values), field), else_=literal(OTHER))
    return truncated(field) if tally.property_name else field


def truncated(field: Any) -> Any:
    """Return a label truncated as `domain/events/values.py` does it."""
    start = func.substr(field, 1, MAX_LABEL - 1)
    return case((func.length(field) > MAX_LABEL, start.concat("…")), else_=field)


def count_of(tally: Tally, events: Any) -> Any:
    """Return the number of a group: its events, or its distinct users or values."""
    if tally.counted in DISTINCT:
        return func.count(member_of(tally, events).distinct())
    return func.count()


def member_of(tally: Tally, events: Any) -> Any:
    """Return what is counted once: the user, or the value."""
    if tally.counted is Counted.USERS:
        return events.c.user_id
    return truncated(text_field(events, str(tally.of)))


def bucket_of(tally: Tally, events: Any) -> Any:
    """Return the bucket of an event's number, by which percentiles are grouped, as text."""
    return func.coalesce(cast(bucket(events.c.properties, str(tally.of)), Text), "")


def amounts_of(tally: Tally, events: Any) -> Any:
    """Return the amounts of a group's numbers as text (`amount_text`); NULL if it only counts."""
    if tally.counted in {Counted.NUMBERS, Counted.SPREAD}:
        return amount_text(events.c.properties, str(tally.of))
    return cast(null(), Text)
