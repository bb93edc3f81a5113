"""Deletes recorded properties that no stored event has, after events are pruned or erased."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from sqlalchemy import bindparam, delete, exists, select, update
from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.events.shapes import BOOLEAN, DEEPER, NUMBER, TEXT
from dashapp.store.engine import Store
from dashapp.store.events.fields import ANY
from dashapp.store.orgs.states import change_state, lock, org_state
from dashapp.store.sql.properties import property_kind
from dashapp.store.tables import event_fields, events

_FIELDS = select(event_fields.c.type, event_fields.c.name, event_fields.c.kinds).where(
    event_fields.c.org_id == bindparam("org")
)

_ATTEMPTS = 3


class _Absent(NamedTuple):
    """Kinds of values that a property does not have, and the kinds that are stored for it."""

    type: str
    name: str
    kinds: int
    stored: int


def delete_absent_fields(store: Store, scope: Scope) -> None:
    """Delete the properties, and kinds of values, that no event has.

    Looks for the newest event that has each of them, so it only takes long for those that no event
    has. If events arrive during each look, the last one is under the org's lock, for those
    properties that were absent before.
    """
    fields: Sequence[tuple[str, str, int]] | None = None
    for _attempt in range(_ATTEMPTS):
        with store.read_primary(scope, has_time_limit=False) as session:
            state = org_state(session, scope)
            absent = _absent_fields(session, scope, fields) if state.has_fields else []
        if not absent:
            return
        fields = [(field.type, field.name, field.stored) for field in absent]
        with store.write(scope, has_time_limit=False) as session:
            if lock(session, scope).revision == state.revision:
                _delete_all(session, scope, absent)
                return
    with store.write(scope, has_time_limit=False) as session:
        lock(session, scope)
        _delete_all(session, scope, _absent_fields(session, scope, fields))


def _delete_all(session: Session, scope: Scope, absent: Sequence[_Absent]) -> None:
    for field in absent:
        _delete(session, scope, field)
    if absent:
        version = org_state(session, scope).fields_version + 1
        change_state(session, scope, fields_version=version)


def _absent_fields(
    session: Session, scope: Scope, fields: Sequence[tuple[str, str, int]] | None = None
) -> list[_Absent]:
    """Return which of these fields are absent; None means all fields."""
    rows = session.execute(_FIELDS, {"org": scope.org_id}).all() if fields is None else fields
    return [
        _Absent(event_type, name, kinds, stored)
        for event_type, name, stored in rows
        if (kinds := _absent_kinds(session, scope, event_type, name, stored)) is not None
    ]


def _absent_kinds(
    session: Session, scope: Scope, event_type: str, name: str, stored: int
) -> int | None:
    """Return the stored kinds that no event has; None if there are none."""
    params = {"org": scope.org_id, "type": event_type}
    if name == ANY:
        return None if session.execute(_ANY_EVENT, params).scalar() else 0
    statement = _NEWEST.where(property_kind(events.c.properties, name) == bindparam("kind"))
    absent = sum(
        kind
        for kind in _bits(stored)
        if session.execute(statement, {**params, "kind": kind}).first() is None
    )
    return absent or None


def _bits(kinds: int) -> Iterator[int]:
    return (kind for kind in (TEXT, NUMBER, BOOLEAN, DEEPER) if kinds & kind)


def _delete(session: Session, scope: Scope, field: _Absent) -> None:
    is_field = (
        event_fields.c.org_id == scope.org_id,
        event_fields.c.type == field.type,
        event_fields.c.name == field.name,
    )
    if field.kinds == field.stored:
        session.execute(delete(event_fields).where(*is_field))
    else:
        kept = field.stored & ~field.kinds
        session.execute(update(event_fields).where(*is_field).values(kinds=kept))


_IS_OF_TYPE = (events.c.org_id == bindparam("org"), events.c.type == bindparam("type"))
_ANY_EVENT = select(exists().where(*_IS_OF_TYPE))
_NEWEST = (
    select(events.c.occurred_at).where(*_IS_OF_TYPE).order_by(events.c.occurred_at.desc()).limit(1)
)
