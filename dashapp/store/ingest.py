"""Events in: one org, one transaction, each event once for ever.

Insert what is new, ask the database which rows really were, and hold the others against what is
stored: the same is a duplicate, something else a conflict. Exact when batches repeat, overlap or
arrive at once.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import orjson
from sqlalchemy import JSON, bindparam, case, cast, literal, select, text, type_coerce, update
from sqlalchemy import Text as TextType
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from dashapp.domain.events import Event, Rejection
from dashapp.domain.scope import Scope
from dashapp.store.lists import EVENT_COLUMNS, event_list
from dashapp.store.tables import events, org_states, projects

_DIALECTS: dict[str, Any] = {"sqlite": sqlite, "postgresql": postgresql}


class Receipt(NamedTuple):
    """What became of a batch: `accepted + duplicates + len(rejected)` is its length."""

    accepted: int
    duplicates: int
    rejected: list[Rejection]


def ingest(session: Session, scope: Scope, batch: Sequence[Event], *, received_at: int) -> Receipt:
    """Store a batch for the org of the Scope. `received_at` in microseconds UTC."""
    if not batch:
        return Receipt(0, 0, [])
    _lock(session, scope)
    first = _first_by_id(batch)
    new = _insert(session, scope, [batch[index] for index in first.values()], received_at)
    if new:
        new_events = [batch[first[event_id]] for event_id in new]
        _add_projects(session, scope, {event.project for event in new_events}, received_at)
        _touch(session, scope, min(event.occurred_at for event in new_events))
    accepted = {first[event_id] for event_id in new}
    if len(accepted) == len(batch):
        return Receipt(len(batch), 0, [])
    return _compare(session, scope, batch, accepted)


def _first_by_id(batch: Sequence[Event]) -> dict[str, int]:
    """Where each id stands first; one id may stand in a batch several times."""
    first: dict[str, int] = {}
    for index, event in enumerate(batch):
        first.setdefault(event.id, index)
    return first


def _insert(
    session: Session, scope: Scope, batch: Sequence[Event], received_at: int
) -> Sequence[str]:
    dialect = session.get_bind().dialect.name
    columns = _columns(batch)
    params: Mapping[str, object] = (
        {"rows": orjson.dumps(list(zip(*columns.values(), strict=True))).decode()}
        if dialect == "sqlite"
        else columns
    )
    owner = {"org": scope.org_id, "received_at": received_at}
    return session.execute(_INSERT[dialect], {**params, **owner}).scalars().all()


def _columns(batch: Sequence[Event]) -> dict[str, list[object]]:
    """The events by column, in the order of the primary key: neighbours share a page."""
    ordered = sorted(batch, key=lambda event: (event.type, event.occurred_at, event.id))
    names = ("type", "occurred_at", "id", "user", "channel", "project", "properties")
    return {
        column: [getattr(event, name) for event in ordered]
        for column, name in zip(EVENT_COLUMNS, names, strict=True)
    }


def _insert_statement(dialect: str) -> Any:
    names = ("rows",) if dialect == "sqlite" else EVENT_COLUMNS
    listed = event_list(*(bindparam(name) for name in names)).alias("listed")
    properties = (
        type_coerce(listed.c.properties, JSON)
        if dialect == "sqlite"
        else cast(listed.c.properties, JSON)
    )
    values = [
        bindparam("org", type_=events.c.org_id.type),
        *(listed.c[name] for name in EVENT_COLUMNS[:-1]),
        properties,
        bindparam("received_at", type_=events.c.received_at.type),
    ]
    rows = select(*values).where(literal(1) == 1)  # SQLite needs a WHERE before ON CONFLICT
    return (
        _DIALECTS[dialect]
        .insert(events)
        .from_select(["org_id", *EVENT_COLUMNS, "received_at"], rows)
        .on_conflict_do_nothing()
        .returning(events.c.id)
    )


_INSERT = {dialect: _insert_statement(dialect) for dialect in _DIALECTS}

_STORED = select(
    events.c.id,
    events.c.type,
    events.c.user_id,
    events.c.channel,
    events.c.project,
    cast(events.c.properties, TextType),
).where(events.c.org_id == bindparam("org"), events.c.id.in_(bindparam("ids", expanding=True)))


def _compare(session: Session, scope: Scope, batch: Sequence[Event], accepted: set[int]) -> Receipt:
    """Tell duplicates from conflicts, by everything but the time."""
    others = [index for index in range(len(batch)) if index not in accepted]
    ids = sorted({batch[index].id for index in others})
    stored = {}
    for low in range(0, len(ids), 500):
        for row in session.execute(_STORED, {"org": scope.org_id, "ids": ids[low : low + 500]}):
            stored[row[0]] = tuple(row[1:])
    rejected = []
    for index in others:
        event = batch[index]
        if stored.get(event.id) != (
            event.type, event.user, event.channel, event.project, event.properties
        ):  # fmt: skip
            rejected.append(
                Rejection(
                    index,
                    "conflict",
                    f"The id “{event.id}” is stored already with other content. The stored event "
                    "stays; send a changed event under a new id.",
                )
            )
    return Receipt(len(accepted), len(others) - len(rejected), rejected)


def _add_projects(session: Session, scope: Scope, names: set[str], now: int) -> None:
    insert = _DIALECTS[session.get_bind().dialect.name].insert
    session.execute(
        insert(projects).on_conflict_do_nothing(),
        [{"org_id": scope.org_id, "slug": name, "created_at": now} for name in sorted(names)],
    )


def _lock(session: Session, scope: Scope) -> None:
    """One writer an org at a time: batches that overlap never wait for each other in a circle.

    SQLite has taken its write lock already, with BEGIN IMMEDIATE.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(_WAIT)
        session.execute(_LOCK, {"org": scope.org_id})


def _touch(session: Session, scope: Scope, first_event_at: int) -> None:
    """A new revision of the org, and when its events begin."""
    session.execute(_TOUCH, {"org": scope.org_id, "first": first_event_at})


# Batches queue: each waits for those before it, up to statement_timeout.
_WAIT = text("SET LOCAL lock_timeout = 0")
_LOCK = (
    select(org_states.c.revision).where(org_states.c.org_id == bindparam("org")).with_for_update()
)
_TOUCH = (
    update(org_states)
    .where(org_states.c.org_id == bindparam("org"))
    .values(
        revision=org_states.c.revision + 1,
        first_event_at=case(
            (org_states.c.first_event_at < bindparam("first"), org_states.c.first_event_at),
            else_=bindparam("first"),
        ),
    )
)
