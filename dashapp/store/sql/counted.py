"""What a tally counts, in SQL: the counterpart of `Tally.key_of` in Python.

The functions take the events as a table or as the scoped subquery, so that reading and recounting
share them.
"""

from typing import Any

from sqlalchemy import ColumnElement, case, func, literal

from dashapp.domain.events.values import MAX_LABEL
from dashapp.domain.metrics.tallies import OTHER, Counted, Tally
from dashapp.store.sql.properties import property_text


def is_counted(tally: Tally, events: Any, event_type: Any) -> list[ColumnElement[bool]]:
    """Return the conditions that an event must meet to count, whatever its key.

    `event_type` is the column that the index looks up.
    """
    conditions: list[ColumnElement[bool]] = []
    if tally.types:
        conditions.append(event_type.in_(tally.types))
    if tally.where:
        name, value = tally.where
        conditions.append(property_text(events.c.properties, name) == value)
    if tally.counted is Counted.USERS:
        conditions.append(events.c.user_id.is_not(None))
    return conditions


def field_of(tally: Tally, events: Any) -> Any:
    """Return the column or property that the tally counts by; an empty text if there is none."""
    name = tally.property_name
    if name is not None:
        return property_text(events.c.properties, name)
    return events.c[tally.by] if tally.by else literal("")


def has_key(tally: Tally, events: Any, event_type: Any, key: str = "") -> list[ColumnElement[bool]]:
    """Return the conditions for an event to have this key; an empty key means any."""
    if tally.by == "":
        return []
    if tally.by == "type":
        return [event_type == key] if key else []
    field = field_of(tally, events)
    if key == OTHER and tally.values:
        return [field != "", field.not_in(tally.values)]
    return [field == key if key else field != ""]


def key_of(tally: Tally, events: Any) -> Any:
    """Return the key of an event for a tally with exact labels."""
    field = field_of(tally, events)
    if tally.values:
        return case((field.in_(tally.values), field), else_=literal(OTHER))
    return truncated(field) if tally.property_name else field


def truncated(field: Any) -> Any:
    """Return a label truncated as `domain/events/values.py` does it."""
    start = func.substr(field, 1, MAX_LABEL - 1)
    return case((func.length(field) > MAX_LABEL, start.concat("…")), else_=field)
