"""Ingestion: stores a batch of one org's events in one transaction. Each event id counts once.

The insert returns the ids that were new. The other events are compared with the stored ones: the
same content is a duplicate, different content is a conflict. This is exact even if batches repeat,
overlap or arrive at the same time.
"""

from collections.abc import Container, Mapping, Sequence
from typing import Any, NamedTuple

import orjson
from sqlalchemy import JSON, bindparam, cast, exists, select, type_coerce
from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.columns.planning import QUIET
from dashapp.domain.events.event import Event, Rejection
from dashapp.domain.metrics.folding import fold
from dashapp.domain.time.local_days import DAY
from dashapp.store.columns.days import unseal
from dashapp.store.events.backfill import count_by_day, days_to_mark
from dashapp.store.events.fields import record_fields
from dashapp.store.events.stored import content_of, stored_events
from dashapp.store.events.vocabulary import add_types_and_projects
from dashapp.store.orgs.due import wake
from dashapp.store.orgs.states import OrgState, lock, set_stale, touch
from dashapp.store.sql.dialect import DIALECTS, as_texts, dialect_of
from dashapp.store.sql.event_rows import EVENT_COLUMNS, event_params, event_rows
from dashapp.store.sql.parameters import text_values
from dashapp.store.tables import events, tombstones
from dashapp.store.tallies.updates import add_counts


class Receipt(NamedTuple):
    """The outcome of a batch: `accepted + duplicates + len(rejected)` is its length.

    `removed_before` counts the duplicates that were erased or pruned: only their ids are stored.
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
    """Store a batch of events of the Scope's org. `received_at` is in microseconds UTC.

    `import_number` is the number of the import that adds the events, or None for events sent over
    HTTP. With `can_defer`, past days may be left for upkeep to count.
    """
    if not batch:
        return Receipt(0, 0, [])
    state = lock(session, scope)
    over_limit = add_types_and_projects(session, scope, batch, now=received_at)
    first_indexes = _first_indexes(batch, over_limit)
    candidates = [batch[index] for index in first_indexes.values()]
    new_ids = _insert(session, scope, candidates, received_at, import_number)
    if new_ids:
        new_events = [batch[first_indexes[event_id]] for event_id in new_ids]
        _tally(session, scope, new_events, state, now=received_at, can_defer=can_defer)
    accepted = {first_indexes[event_id] for event_id in new_ids}
    if len(accepted) == len(batch):
        return Receipt(len(batch), 0, [])
    return _compare(session, scope, batch, accepted, over_limit)


def _tally(
    session: Session,
    scope: Scope,
    new_events: list[Event],
    state: OrgState,
    *,
    now: int,
    can_defer: bool,
) -> None:
    """Add new events to the tallies, or mark past days as stale for upkeep to count."""
    new_events.sort(key=_by_type_and_time)
    properties = [orjson.loads(event.properties) for event in new_events]
    record_fields(session, scope, new_events, properties)
    days = count_by_day(new_events, state.zone)
    marked = days_to_mark(session, scope, days, state, now) if can_defer else set()
    stale = marked.union(state.stale)
    folded = fold(new_events, properties, state.tallies, state.zone, stale)
    last_number = add_counts(session, scope, folded, state)
    times = [event.occurred_at for event in new_events]
    touch(session, scope, times, last_number)
    unseal(session, scope, times, now)
    if not stale.isdisjoint(days):
        set_stale(session, scope, stale, stale_at=now)
    elif min(times) < now // DAY * DAY:
        wake(session, scope, now + QUIET)  # to seal or prune it


def _by_type_and_time(event: Event) -> tuple[str, int]:
    return event.type, event.occurred_at


def _first_indexes(batch: Sequence[Event], over_limit: Container[int]) -> dict[str, int]:
    """Return the index of the first event with each id, without events over a limit."""
    first_indexes: dict[str, int] = {}
    for index, event in enumerate(batch):
        if index not in over_limit:
            first_indexes.setdefault(event.id, index)
    return first_indexes


def _insert(
    session: Session,
    scope: Scope,
    batch: Sequence[Event],
    received_at: int,
    import_number: int | None,
) -> Sequence[str]:
    """Insert the events whose ids are new and return those ids.

    Rows are inserted in the order of the primary key, because neighbors share a page.
    """
    dialect = dialect_of(session)
    in_key_order = sorted(batch, key=lambda event: (event.type, event.occurred_at, event.id))
    params = event_params(in_key_order, dialect)
    params |= {"org": scope.org_id, "received_at": received_at}
    if import_number is None:
        return session.execute(_INSERT[dialect], params).scalars().all()
    params["import_number"] = import_number
    return session.execute(_INSERT_IMPORTED[dialect], params).scalars().all()


def _insert_statement(dialect: str, *import_columns: str) -> Any:
    """Return the insert statement. `import_columns` are those that only imported events have."""
    rows = event_rows(dialect).alias("listed")
    values = [rows.c[column.name] for column in EVENT_COLUMNS if column.name != "properties"]
    properties = (
        type_coerce(rows.c.properties, JSON)
        if dialect == "sqlite"
        else cast(rows.c.properties, JSON)
    )
    parameters = [
        bindparam(name, type_=events.c[name].type) for name in ("received_at", *import_columns)
    ]
    is_removed = exists().where(
        tombstones.c.org_id == bindparam("org"), tombstones.c.id == rows.c.id
    )
    # SQLite needs a WHERE before ON CONFLICT.
    new_rows = select(
        bindparam("org", type_=events.c.org_id.type), *values, properties, *parameters
    ).where(~is_removed)
    names = [column.name for column in values]
    return (
        DIALECTS[dialect]
        .insert(events)
        .from_select(["org_id", *names, "properties", "received_at", *import_columns], new_rows)
        .on_conflict_do_nothing()
        .returning(events.c.id)
    )


_INSERT = {dialect: _insert_statement(dialect) for dialect in DIALECTS}
_INSERT_IMPORTED = {dialect: _insert_statement(dialect, "import_number") for dialect in DIALECTS}

_TOMBSTONES = select(tombstones.c.id).where(
    tombstones.c.org_id == bindparam("org"), tombstones.c.id.in_(text_values("ids"))
)


def _compare(
    session: Session,
    scope: Scope,
    batch: Sequence[Event],
    accepted: set[int],
    over_limit: Mapping[int, Rejection],
) -> Receipt:
    """Split the events that were not accepted into duplicates and rejections.

    Erased and pruned events are duplicates. `over_limit` has the rejections, by index, of events
    whose type or project exceeds a limit.
    """
    others = [index for index in range(len(batch)) if index not in accepted]
    ids = {batch[index].id for index in others}
    stored = stored_events(session, scope, ids)
    removed_ids = set(
        session.execute(_TOMBSTONES, {"org": scope.org_id, "ids": as_texts(ids)}).scalars()
    )
    rejected = []
    for index in others:
        event = batch[index]
        existing = stored.get(event.id)
        if event.id in removed_ids or (existing and existing.content == content_of(event)):
            continue
        rejected.append(
            Rejection(index, "conflict", _CONFLICT.format(event.id))
            if existing
            else over_limit[index]
        )
    removed_before = sum(batch[index].id in removed_ids for index in others)
    return Receipt(len(accepted), len(others) - len(rejected), rejected, removed_before)


_CONFLICT = (
    "The id “{}” is already stored with different content. The stored event is kept; send the "
    "changed event with a new id."
)
