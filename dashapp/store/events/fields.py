"""The properties that each event type of an org has or had: their paths, and kinds of values.

A viewer's filter does not apply to panels whose events lack its field, and `/api/v1/schema` lists
what an org has sent. Ingestion adds the paths of new events; upkeep adds those of events stored
before this table existed. `absent_fields.py` deletes those that no remaining event has.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import orjson
from sqlalchemy import Text, bindparam, cast, delete, event, func, literal, select, type_coerce
from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.events.event import Event
from dashapp.domain.events.shapes import KnownShapes, Shape, kinds_of, shape_of
from dashapp.store.engine import KNOWN_SHAPES, Store
from dashapp.store.orgs.states import change_state, lock, org_state
from dashapp.store.sql.dialect import DIALECTS, MAX_ROWS, as_list, dialect_of
from dashapp.store.sql.ordered import ordered
from dashapp.store.sql.parameters import field_list
from dashapp.store.tables import event_fields, events

MAX_FIELDS = 200  # of a type; a type with more is assumed to have every field
ANY = ""
Field = tuple[str, str]  # type and path
_COLUMNS = ("type", "name", "kinds")

_listed = field_list(bindparam("fields")).alias("listed")
_EXISTING = select(*(event_fields.c[name] for name in _COLUMNS)).select_from(
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

_DELETE_UNKNOWN = delete(event_fields).where(
    event_fields.c.org_id == bindparam("org"), event_fields.c.kinds == 0, event_fields.c.name != ANY
)


def record_fields(
    session: Session, scope: Scope, new: Sequence[Event], properties: Sequence[Mapping[str, Any]]
) -> None:
    """Store the paths of new events. `properties` are their decoded properties.

    Shapes that this process has stored before are skipped.
    """
    known_shapes: KnownShapes = session.info[KNOWN_SHAPES]
    version = org_state(session, scope).fields_version
    known = known_shapes.of(scope.org_id, version)
    shapes: dict[Shape, tuple[str, Mapping[str, Any]]] = {}
    for new_event, event_properties in zip(new, properties, strict=True):
        shape = shape_of(new_event.type, event_properties)
        if shape not in known:
            shapes[shape] = (new_event.type, event_properties)
    if not shapes:
        return
    _add(session, scope, _kinds_by_field(shapes.values()))
    remember = _after_commit(known_shapes, scope, version, list(shapes))
    event.listen(session, "after_commit", remember, once=True)


def _after_commit(
    known_shapes: KnownShapes, scope: Scope, version: int, shapes: list[Shape]
) -> Any:
    def remember(_session: Session) -> None:
        known_shapes.add(scope.org_id, version, shapes)

    return remember


def record_past_fields(store: Store, scope: Scope) -> None:
    """Store the paths of all stored events, and delete older rows that none of them has."""
    with store.read_primary(scope, has_time_limit=False) as session:
        shapes = _distinct_shapes(session, scope)
        kinds = _kinds_by_field(shapes, max_per_type=MAX_FIELDS + 1)
    with store.write(scope, has_time_limit=False) as session:
        lock(session, scope)
        _add(session, scope, kinds)
        session.execute(_DELETE_UNKNOWN, {"org": scope.org_id})
        change_state(session, scope, has_fields=True)


def _distinct_shapes(session: Session, scope: Scope) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield type and properties of one event of each shape."""
    statement = _PROPERTIES[dialect_of(session)].execution_options(yield_per=MAX_ROWS)
    seen_shapes: set[Shape] = set()
    for event_type, text in session.execute(statement, {"org": scope.org_id}):
        properties = orjson.loads(text)
        shape = shape_of(event_type, properties)
        if shape not in seen_shapes:
            if len(seen_shapes) < MAX_ROWS:  # limits the memory
                seen_shapes.add(shape)
            yield event_type, properties


def _kinds_by_field(
    shapes: Iterable[tuple[str, Mapping[str, Any]]], *, max_per_type: int | None = None
) -> dict[Field, int]:
    """Return the kinds of each path that events of these types and properties have.

    `max_per_type` limits the memory, if a sender makes up a new name for every event.
    """
    kinds: dict[str, dict[str, int]] = defaultdict(dict)
    for event_type, properties in shapes:
        of_type = kinds[event_type]
        for path, kind in kinds_of(properties).items():
            if path in of_type or max_per_type is None or len(of_type) < max_per_type:
                of_type[path] = of_type.get(path, 0) | kind
    return {
        (event_type, path): kind
        for event_type, of_type in kinds.items()
        for path, kind in of_type.items()
    }


def _add(session: Session, scope: Scope, kinds: Mapping[Field, int]) -> None:
    """Add new fields and kinds, up to MAX_FIELDS per type; beyond that, add ANY once."""
    owner = {"org": scope.org_id}
    listed = as_list((*field, kind) for field, kind in sorted(kinds.items()))
    existing = {
        (row.type, row.name): row.kinds
        for row in session.execute(_EXISTING, {**owner, "fields": listed})
    }
    rows = {field: kinds[field] for field, stored in existing.items() if kinds[field] & ~stored}
    new_kinds = {field: kind for field, kind in kinds.items() if field not in existing}
    if new_kinds:
        rows |= _within_limit(session, scope, new_kinds)
    if rows:
        listed = as_list((*field, kind) for field, kind in sorted(rows.items()))
        session.execute(_UPSERT[dialect_of(session)], {**owner, "fields": listed})


def _within_limit(
    session: Session, scope: Scope, new_kinds: Mapping[Field, int]
) -> dict[Field, int]:
    """Replace the fields beyond the limit of their type by ANY."""
    room: dict[str, int] = {
        event_type: MAX_FIELDS - count
        for event_type, count in session.execute(_COUNTS, {"org": scope.org_id})
    }
    rows: dict[Field, int] = {}
    for (event_type, path), kind in sorted(new_kinds.items()):
        type_room = room.get(event_type, MAX_FIELDS)
        if type_room > 0:
            rows[event_type, path] = kind
        else:
            rows[event_type, ANY] = 0
        room[event_type] = type_room - 1
    return rows


def _upsert_statement(dialect: str) -> Any:
    org = bindparam("org", type_=event_fields.c.org_id.type)
    # SQLite needs a WHERE before ON CONFLICT.
    rows = select(org, *(_listed.c[name] for name in _COLUMNS)).where(literal(1) == 1)
    insert = DIALECTS[dialect].insert(event_fields).from_select(["org_id", *_COLUMNS], rows)
    return insert.on_conflict_do_update(
        index_elements=["org_id", "type", "name"],
        set_={"kinds": event_fields.c.kinds.bitwise_or(insert.excluded.kinds)},
    )


def _properties_statement(dialect: str) -> Any:
    """Select the type and the properties of all events, as text."""
    is_sqlite = dialect == "sqlite"
    text = type_coerce(events.c.properties, Text) if is_sqlite else cast(events.c.properties, Text)
    return select(events.c.type, text).where(events.c.org_id == bindparam("org"))


_UPSERT = {dialect: _upsert_statement(dialect) for dialect in DIALECTS}
_PROPERTIES = {dialect: _properties_statement(dialect) for dialect in DIALECTS}
