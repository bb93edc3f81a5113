"""Which properties the types of an org's events have, or had at any time.

A viewer's filter leaves panels alone whose events do not have its field. Learned with each batch;
upkeep looks through the events that are older than this table.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, func, literal, select
from sqlalchemy.orm import Session

from dashapp.domain.access.filters import is_field
from dashapp.domain.access.scope import Scope
from dashapp.domain.events.event import Event
from dashapp.domain.events.values import value_text
from dashapp.store.engine import Store
from dashapp.store.orgs.states import change_state, lock
from dashapp.store.sql.dialect import DIALECTS, as_list, dialect_of
from dashapp.store.sql.parameters import field_list, ordered
from dashapp.store.tables import event_fields, event_types, events

MAX_FIELDS = 500  # of a type; one that has more is taken to have any
ANY = ""
Field = tuple[str, str]  # type and name

_listed = field_list(bindparam("fields")).alias("listed")
_KNOWN = select(event_fields.c.type, event_fields.c.name).select_from(
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


def learn(
    session: Session, scope: Scope, new: Sequence[Event], properties: Sequence[Mapping[str, Any]]
) -> None:
    """Remember the properties of new events. `properties` are theirs, decoded."""
    fields = {
        (event.type, name)
        for event, of_event in zip(new, properties, strict=True)
        for name, value in of_event.items()
        if value is not None and _is_value(name, value)
    }
    if fields:
        _add(session, scope, fields)


def learn_past(store: Store, scope: Scope) -> None:
    """Remember the properties of all events that are stored."""
    fields: set[Field] = set()
    with store.surveying(scope) as session:
        types = select(event_types.c.type).where(event_types.c.org_id == scope.org_id)
        statement = _NAMES[dialect_of(session)]
        for kind in session.execute(types).scalars().all():
            names = session.execute(statement, {"org": scope.org_id, "type": kind}).scalars()
            fields |= {(kind, name) for name in names if is_field(f"properties.{name}")}
    with store.maintaining(scope) as session:
        lock(session, scope)
        _add(session, scope, fields)
        change_state(session, scope, has_fields=True)


def _is_value(name: str, value: object) -> bool:
    return is_field(f"properties.{name}") and value_text(value) is not None


def _add(session: Session, scope: Scope, fields: Iterable[Field]) -> None:
    """Add those that are new, as long as there is room."""
    wanted = as_list(sorted(fields))
    owner = {"org": scope.org_id}
    rows = session.execute(_KNOWN, {**owner, "fields": wanted})
    fresh = sorted(set(fields) - {(kind, name) for kind, name in rows})
    if not fresh:
        return
    room: dict[str, int] = {
        kind: MAX_FIELDS - count for kind, count in session.execute(_COUNTS, owner)
    }
    kept: set[Field] = set()
    for kind, name in fresh:
        left = room.get(kind, MAX_FIELDS)
        kept.add((kind, name if left > 0 else ANY))
        room[kind] = left - 1
    params = {**owner, "fields": as_list(sorted(kept))}
    session.execute(_INSERT[dialect_of(session)], params)


def _insert_statement(dialect: str) -> Any:
    rows = field_list(bindparam("fields")).alias("listed")
    org = bindparam("org", type_=event_fields.c.org_id.type)
    # SQLite needs a WHERE before ON CONFLICT.
    values = select(org, rows.c.type, rows.c.name).where(literal(1) == 1)
    insert = DIALECTS[dialect].insert(event_fields)
    return insert.from_select(["org_id", "type", "name"], values).on_conflict_do_nothing()


def _names_statement(dialect: str) -> Any:
    """The names of properties that have a value in some event of a type."""
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


_INSERT = {dialect: _insert_statement(dialect) for dialect in DIALECTS}
_NAMES = {dialect: _names_statement(dialect) for dialect in DIALECTS}
