"""Events in: one org, one transaction, each event once for ever.

Insert what is new, ask the database which rows really were, and hold the others against what is
stored: the same is a duplicate, something else a conflict. Exact when batches repeat, overlap or
arrive at once.
"""

from collections.abc import Container, Mapping, Sequence
from typing import Any, NamedTuple

import orjson
from sqlalchemy import JSON, bindparam, cast, exists, select, type_coerce
from sqlalchemy import Text as TextType
from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.events.event import Event, Rejection
from dashapp.domain.metrics.folding import fold
from dashapp.store.events.backfill import days_of, days_to_mark
from dashapp.store.events.fields import learn
from dashapp.store.events.vocabulary import admit
from dashapp.store.orgs.states import OrgState, change_state, lock, touch
from dashapp.store.sql.dialect import DIALECTS, as_list, as_texts, dialect_of
from dashapp.store.sql.parameters import EVENT_COLUMNS, event_list, listed
from dashapp.store.tables import events, tombstones
from dashapp.store.tallies.updates import add


class Receipt(NamedTuple):
    """What became of a batch: `accepted + duplicates + len(rejected)` is its length.

    `removed_before` of the duplicates were erased or pruned: their ids are all that is left.
    """

    accepted: int
    duplicates: int
    rejected: list[Rejection]
    removed_before: int = 0


def ingest(
    session: Session,
    scope: Scope,
    batch: Sequence[Event],
    *,
    received_at: int,
    import_number: int | None = None,
    can_defer: bool = False,
) -> Receipt:
    """Store a batch for the org of the Scope. `received_at` in microseconds UTC.

    `import_number` is the import that adds them, where it is a file that does. With `can_defer`,
    days of history may be left for upkeep to count.
    """
    if not batch:
        return Receipt(0, 0, [])
    state = lock(session, scope)
    refused = admit(session, scope, batch, now=received_at)
    first = _first_by_id(batch, refused)
    fresh = [batch[index] for index in first.values()]
    new = _insert(session, scope, fresh, received_at, import_number)
    if new:
        added = [batch[first[event_id]] for event_id in new]
        _tally(session, scope, added, state, now=received_at, can_defer=can_defer)
    accepted = {first[event_id] for event_id in new}
    if len(accepted) == len(batch):
        return Receipt(len(batch), 0, [])
    return _compare(session, scope, batch, accepted, refused)


def _tally(
    session: Session,
    scope: Scope,
    new: list[Event],
    state: OrgState,
    *,
    now: int,
    can_defer: bool,
) -> None:
    """Count what is really new, in the same transaction; days of history are marked instead."""
    new.sort(key=_by_type_and_time)
    properties = [orjson.loads(event.properties) for event in new]
    learn(session, scope, new, properties)
    days = days_of(new, state.zone)
    marked = days_to_mark(session, scope, days, state, now) if can_defer else set()
    stale = marked.union(state.stale)
    folded = fold(new, properties, state.kept, state.zone, stale)
    last_number = add(session, scope, folded, state)
    touch(session, scope, [event.occurred_at for event in new], last_number)
    if not stale.isdisjoint(days):
        change_state(session, scope, stale_days=sorted(stale), stale_at=now)


def _by_type_and_time(event: Event) -> tuple[str, int]:
    return event.type, event.occurred_at


def _first_by_id(batch: Sequence[Event], refused: Container[int]) -> dict[str, int]:
    """Where each id stands first; one id may stand in a batch several times."""
    first: dict[str, int] = {}
    for index, event in enumerate(batch):
        if index not in refused:
            first.setdefault(event.id, index)
    return first


def _insert(
    session: Session,
    scope: Scope,
    batch: Sequence[Event],
    received_at: int,
    import_number: int | None,
) -> Sequence[str]:
    dialect = dialect_of(session)
    columns = _columns(batch)
    params: Mapping[str, object] = (
        {"rows": as_list(zip(*columns.values(), strict=True))} if dialect == "sqlite" else columns
    )
    owner = {"org": scope.org_id, "received_at": received_at}
    if import_number is None:
        return session.execute(_INSERT[dialect], {**params, **owner}).scalars().all()
    owner["import_number"] = import_number
    return session.execute(_INSERT_IMPORTED[dialect], {**params, **owner}).scalars().all()


def _columns(batch: Sequence[Event]) -> dict[str, list[object]]:
    """The events by column, in the order of the primary key: neighbours share a page."""
    ordered = sorted(batch, key=lambda event: (event.type, event.occurred_at, event.id))
    names = ("type", "occurred_at", "id", "user", "channel", "project", "properties")
    return {
        column: [getattr(event, name) for event in ordered]
        for column, name in zip(EVENT_COLUMNS, names, strict=True)
    }


def _insert_statement(dialect: str, *more: str) -> Any:
    """Sent events are inserted without the columns that only imports have."""
    names = ("rows",) if dialect == "sqlite" else EVENT_COLUMNS
    rows = event_list(*(bindparam(name) for name in names)).alias("listed")
    properties = (
        type_coerce(rows.c.properties, JSON)
        if dialect == "sqlite"
        else cast(rows.c.properties, JSON)
    )
    values = [
        bindparam("org", type_=events.c.org_id.type),
        *(rows.c[name] for name in EVENT_COLUMNS[:-1]),
        properties,
        *(bindparam(name, type_=events.c[name].type) for name in ("received_at", *more)),
    ]
    is_gone = exists().where(tombstones.c.org_id == bindparam("org"), tombstones.c.id == rows.c.id)
    fresh = select(*values).where(~is_gone)  # SQLite needs a WHERE before ON CONFLICT
    return (
        DIALECTS[dialect]
        .insert(events)
        .from_select(["org_id", *EVENT_COLUMNS, "received_at", *more], fresh)
        .on_conflict_do_nothing()
        .returning(events.c.id)
    )


_INSERT = {dialect: _insert_statement(dialect) for dialect in DIALECTS}
_INSERT_IMPORTED = {dialect: _insert_statement(dialect, "import_number") for dialect in DIALECTS}

_STORED = select(
    events.c.id,
    events.c.type,
    events.c.user_id,
    events.c.channel,
    events.c.project,
    cast(events.c.properties, TextType),
).where(events.c.org_id == bindparam("org"), events.c.id.in_(listed("ids")))
_GONE = select(tombstones.c.id).where(
    tombstones.c.org_id == bindparam("org"), tombstones.c.id.in_(listed("ids"))
)


def _compare(
    session: Session,
    scope: Scope,
    batch: Sequence[Event],
    accepted: set[int],
    refused: Mapping[int, Rejection],
) -> Receipt:
    """Tell duplicates from conflicts, by everything but the time. What is gone is a duplicate."""
    others = [index for index in range(len(batch)) if index not in accepted]
    params = {"org": scope.org_id, "ids": as_texts({batch[index].id for index in others})}
    stored = {row[0]: tuple(row[1:]) for row in session.execute(_STORED, params)}
    gone = set(session.execute(_GONE, params).scalars())
    removed_before = sum(batch[index].id in gone for index in others)
    rejected = []
    for index in others:
        event = batch[index]
        content = (event.type, event.user, event.channel, event.project, event.properties)
        if event.id in gone or stored.get(event.id) == content:
            continue
        rejected.append(
            Rejection(index, "conflict", _CONFLICT.format(event.id))
            if event.id in stored
            else refused[index]
        )
    return Receipt(len(accepted), len(others) - len(rejected), rejected, removed_before)


_CONFLICT = (
    "The id “{}” is stored already with other content. The stored event stays; send a changed "
    "event under a new id."
)
