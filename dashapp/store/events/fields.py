"""The property names that each event type of an org has or ever had.

A viewer's filter does not apply to panels whose events lack its field. Ingestion adds the
names of new events; upkeep adds those of events stored before this table existed.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from dashapp.domain.access.filters import is_field
from dashapp.domain.access.scope import Scope
from dashapp.domain.events.event import Event
from dashapp.domain.events.values import value_text
from dashapp.store.engine import Store
from dashapp.store.orgs.states import change_state, lock
from dashapp.store.sql.dialect import DIALECTS, as_list, dialect_of
from dashapp.store.sql.ordered import ordered
from dashapp.store.sql.parameters import field_list, insert_missing
from dashapp.store.tables import event_fields, event_types, events

MAX_FIELDS = 500  # of a type; a type with more is assumed to have every field
ANY = ""
Field = tuple[str, str]  # type and name

_listed = field_list(bindparam("fields")).alias("listed")
_EXISTING = select(event_fields.c.type, event_fields.c.name).select_from(
    ordered(
        _listed,
        event_fields,
        (event_fields.c.org_id == bindparam("org"))
        & (event_fields.c.type == _listed.c.type)
        & (event_fields.c.name == _listed.c.name),
    )
)
_COUNTS = (
    select(event_fields.c.type, func.count())
    .where(event_fields.c.org_id == bindparam("org"))
    .group_by(event_fields.c.type)
)


def record_fields(
    session: Session, scope: Scope, new: Sequence[Event], properties: Sequence[Mapping[str, Any]]
) -> None:
    """Store the property names of new events. `properties` are their decoded properties."""
    fields = {
        (event.type, name)
        for event, event_properties in zip(new, properties, strict=True)
        for name, value in event_properties.items()
        if value is not None and _is_value(name, value)
    }
    if fields:
        _add(session, scope, fields)


def record_past_fields(store: Store, scope: Scope) -> None:
    """Store the property names of all stored events."""
    fields: set[Field] = set()
    with store.read_primary(scope, has_time_limit=False) as session:
        types = select(event_types.c.type).where(event_types.c.org_id == scope.org_id)
        statement = _NAMES[dialect_of(session)]
        for event_type in session.execute(types).scalars().all():
            names = session.execute(statement, {"org": scope.org_id, "type": event_type}).scalars()
            fields |= {(event_type, name) for name in names if is_field(f"properties.{name}")}
    with store.write(scope, has_time_limit=False) as session:
        lock(session, scope)
        _add(session, scope, fields)
        change_state(session, scope, has_fields=True)


def _is_value(name: str, value: object) -> bool:
    return is_field(f"properties.{name}") and value_text(value) is not None


def _add(session: Session, scope: Scope, fields: Iterable[Field]) -> None:
    """Add the fields that are new, up to MAX_FIELDS per type; beyond that, add ANY once."""
    owner = {"org": scope.org_id}
    existing = session.execute(_EXISTING, {**owner, "fields": as_list(sorted(fields))})
    new_fields = sorted(set(fields) - {(event_type, name) for event_type, name in existing})
    if not new_fields:
        return
    room: dict[str, int] = {
        event_type: MAX_FIELDS - count for event_type, count in session.execute(_COUNTS, owner)
    }
    rows: set[Field] = set()
    for event_type, name in new_fields:
        type_room = room.get(event_type, MAX_FIELDS)
        rows.add((event_type, name if type_room > 0 else ANY))
        room[event_type] = type_room - 1
    params = {**owner, "rows": as_list(sorted(rows))}
    session.execute(_INSERT[dialect_of(session)], params)


def _names_statement(dialect: str) -> Any:
    """Select the names of properties that have a value in at least one event of a type."""
    if dialect == "sqlite":
        parts = func.json_each(events.c.properties).table_valued(
            "key", "type", name="part", joins_implicitly=True
        )
        is_value = parts.c.type.in_(["text", "integer", "real", "true", "false"])
    else:
        parts = func.json_each(events.c.properties).table_valued(
            "key", "value", name="part", joins_implicitly=True
        )
        is_value = func.json_typeof(parts.c.value).in_(["string", "number", "boolean"])
    return (
        select(parts.c.key)
        .distinct()
        .select_from(events, parts)
        .where(events.c.org_id == bindparam("org"), events.c.type == bindparam("type"), is_value)
    )


_INSERT = {dialect: insert_missing(event_fields, field_list, dialect) for dialect in DIALECTS}
_NAMES = {dialect: _names_statement(dialect) for dialect in DIALECTS}
