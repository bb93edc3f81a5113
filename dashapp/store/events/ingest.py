"""Store a batch of events: one org, one transaction, each event id once forever.

The database says which ids were new. The other events are compared with the stored ones: the same
content is a duplicate, other content a conflict. That is exact when batches repeat, overlap or
arrive at the same time.
"""

from collections.abc import Container, Mapping, Sequence
from typing import Any, NamedTuple

import orjson
from sqlalchemy import JSON, bindparam, cast, exists, select, type_coerce
from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.events.event import Event, Rejection
from dashapp.domain.metrics.folding import fold
from dashapp.store.events.backfill import days_of, days_to_mark
from dashapp.store.events.fields import learn
from dashapp.store.events.stored import content_of, stored_events
from dashapp.store.events.vocabulary import admit
from dashapp.store.orgs.states import OrgState, change_state, lock, touch
from dashapp.store.sql.dialect import DIALECTS, as_texts, dialect_of
from dashapp.store.sql.event_rows import EVENT_COLUMNS, event_params, event_rows
from dashapp.store.sql.parameters import text_values
from dashapp.store.tables import events, tombstones
from dashapp.store.tallies.updates import add


class Receipt(NamedTuple):
    """The outcome of a batch: `accepted + duplicates + len(rejected)` is its length.

    `removed_before` of the duplicates were erased or pruned before; only their ids are kept.
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
    """Store a batch for the Scope's org. `received_at` is in microseconds UTC.

    `import_number` is the import that adds the events, None for events sent over HTTP. With
    `can_defer`, upkeep may count past days later.
    """
    if not batch:
        return Receipt(0, 0, [])
    state = lock(session, scope)
    refused = admit(session, scope, batch, now=received_at)
    first = _first_by_id(batch, refused)
    candidates = [batch[index] for index in first.values()]
    new_ids = _insert(session, scope, candidates, received_at, import_number)
    if new_ids:
        added = [batch[first[event_id]] for event_id in new_ids]
        _tally(session, scope, added, state, now=received_at, can_defer=can_defer)
    accepted = {first[event_id] for event_id in new_ids}
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
    """Add new events to the tallies in the same transaction, or mark past days for upkeep."""
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
    """Return the first index of each id. A batch may contain an id several times."""
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
    """Insert the events whose ids are new, in the order of the primary key. Return those ids."""
    dialect = dialect_of(session)
    in_key_order = sorted(batch, key=lambda event: (event.type, event.occurred_at, event.id))
    params = event_params(in_key_order, dialect)
    params |= {"org": scope.org_id, "received_at": received_at}
    if import_number is None:
        return session.execute(_INSERT[dialect], params).scalars().all()
    params["import_number"] = import_number
    return session.execute(_INSERT_IMPORTED[dialect], params).scalars().all()


def _insert_statement(dialect: str, *more: str) -> Any:
    """Return the insert; `more` names the columns that only imported events have."""
    rows = event_rows(dialect).alias("listed")
    values = [rows.c[column.name] for column in EVENT_COLUMNS if column.name != "properties"]
    properties = (
        type_coerce(rows.c.properties, JSON)
        if dialect == "sqlite"
        else cast(rows.c.properties, JSON)
    )
    parameters = [bindparam(name, type_=events.c[name].type) for name in ("received_at", *more)]
    is_gone = exists().where(tombstones.c.org_id == bindparam("org"), tombstones.c.id == rows.c.id)
    # SQLite needs a WHERE before ON CONFLICT.
    new = select(
        bindparam("org", type_=events.c.org_id.type), *values, properties, *parameters
    ).where(~is_gone)
    names = [column.name for column in values]
    return (
        DIALECTS[dialect]
        .insert(events)
        .from_select(["org_id", *names, "properties", "received_at", *more], new)
        .on_conflict_do_nothing()
        .returning(events.c.id)
    )


_INSERT = {dialect: _insert_statement(dialect) for dialect in DIALECTS}
_INSERT_IMPORTED = {dialect: _insert_statement(dialect, "import_number") for dialect in DIALECTS}

_GONE = select(tombstones.c.id).where(
    tombstones.c.org_id == bindparam("org"), tombstones.c.id.in_(text_values("ids"))
)


def _compare(
    session: Session,
    scope: Scope,
    batch: Sequence[Event],
    accepted: set[int],
    refused: Mapping[int, Rejection],
) -> Receipt:
    """Tell duplicates from conflicts. An event that was erased or pruned is a duplicate."""
    others = [index for index in range(len(batch)) if index not in accepted]
    ids = {batch[index].id for index in others}
    stored = stored_events(session, scope, ids)
    gone = set(session.execute(_GONE, {"org": scope.org_id, "ids": as_texts(ids)}).scalars())
    rejected = []
    for index in others:
        event = batch[index]
        existing = stored.get(event.id)
        if event.id in gone or (existing and existing.content == content_of(event)):
            continue
        rejected.append(
            Rejection(index, "conflict", _CONFLICT.format(event.id)) if existing else refused[index]
        )
    removed_before = sum(batch[index].id in gone for index in others)
    return Receipt(len(accepted), len(others) - len(rejected), rejected, removed_before)


_CONFLICT = (
    "The id “{}” is stored already with other content. The stored event stays; send a changed "
    "event under a new id."
)
