"""Seals the days of an org: reads their events, writes a segment, and stores it.

The events are read outside of the org's lock. A crash at any moment leaves marks that later runs
ignore, and files that the cache deletes.
"""

import secrets
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Text, bindparam, cast, func, literal, select, type_coerce, update
from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.columns.layout import MAX_FIELDS, most_frequent
from dashapp.domain.columns.planning import next_days
from dashapp.domain.events.shapes import VALUE
from dashapp.domain.time.local_days import DAY
from dashapp.store.columns.days import NewSegment, days_to_plan, mark, publish
from dashapp.store.columns.writing import BLOCK, EventRow, SegmentWriter
from dashapp.store.engine import Store
from dashapp.store.sql.dialect import as_list, dialect_of
from dashapp.store.sql.ordered import ordered
from dashapp.store.sql.parameters import edge_list
from dashapp.store.tables import event_fields, event_types, event_users, events, org_states

_SAMPLE = 200  # events of each type
_edges = edge_list(bindparam("edges")).alias("days")
_IS_OF_ORG = events.c.org_id == bindparam("org")
_IN_DAYS = (
    (events.c.type == event_types.c.type)
    & (events.c.occurred_at >= _edges.c.low)
    & (events.c.occurred_at < _edges.c.high)
)
_TYPES = select(event_types.c.type).where(event_types.c.org_id == bindparam("org"))
_FIELDS = (
    select(event_fields.c.name)
    .where(event_fields.c.org_id == bindparam("org"), event_fields.c.kinds.op("&")(VALUE) != 0)
    .distinct()
    .limit(MAX_FIELDS + 1)
)
_SAMPLES = (
    select(cast(events.c.properties, Text))
    .where(
        _IS_OF_ORG,
        events.c.type == bindparam("type"),
        events.c.occurred_at >= bindparam("low"),
        events.c.occurred_at < bindparam("high"),
    )
    .limit(_SAMPLE)
)
_TYPE_COUNT = select(func.count()).where(
    _IS_OF_ORG,
    events.c.type == bindparam("type"),
    events.c.occurred_at >= bindparam("low"),
    events.c.occurred_at < bindparam("high"),
)
_LOCKED_FIELD = select(org_states.c.locked_field).where(org_states.c.org_id == bindparam("org"))

_SORT_BY = (
    update(org_states)
    .where(org_states.c.org_id == bindparam("org"), org_states.c.locked_field.is_(None))
    .values(locked_field=bindparam("path"))
)


class NotCounted(Exception):
    """An event's user has no number yet. Later, when its day is counted, it has."""


def sort_by(session: Session, scope: Scope, path: str) -> None:
    """Let the org's next segments be sorted by a property. Only the first property has an effect.

    A question that filters by it reads a small part of each segment.
    """
    session.execute(_SORT_BY, {"org": scope.org_id, "path": path})


def seal_next(store: Store, scope: Scope, now: int, *, is_quiet: bool = True) -> int:
    """Seal the org's next days; return how many events, or 0 if there is nothing to seal.

    `now` is in microseconds. Without `is_quiet`, days may have changed just now. Raises NotCounted.
    """
    segment = make_next(store, scope, now, is_quiet=is_quiet)
    if segment is None:
        return 0
    with store.write(scope, has_time_limit=False) as session:
        publish(session, scope, segment, now)
    return sum(segment.rows_of.values())


def make_next(store: Store, scope: Scope, now: int, *, is_quiet: bool = True) -> NewSegment | None:
    """Mark the org's next days, and make their segment; None if there is nothing to seal."""
    with store.read_primary(scope, has_time_limit=False) as session:
        days = next_days(days_to_plan(session, scope, now), now, is_quiet=is_quiet)
    if not days:
        return None
    name = secrets.token_hex(8)
    with store.write(scope, has_time_limit=False) as session:
        mark(session, scope, days, name, now)
    with store.read_primary(scope, has_time_limit=False) as session:
        writer = SegmentWriter(store.columns.cache.folder, name, _paths(session, scope, days))
        try:
            rows_of: Counter[int] = Counter()
            for block in events_between(session, scope, _runs(days)):
                writer.add(block)
                rows_of.update(row[1] // DAY for row in block)
            if not rows_of:  # the events of these local days are on other UTC days
                return None
            sorted_by = session.execute(_LOCKED_FIELD, {"org": scope.org_id}).scalar()
            layout, body = writer.write(scope, days, sorted_by)
        finally:
            writer.delete_files()
    return NewSegment(name, layout, rows_of, body)


def events_between(
    session: Session, scope: Scope, edges: Sequence[tuple[int, int, int]]
) -> Iterator[Sequence[EventRow]]:
    """Yield the events of numbered ranges in blocks. Raises NotCounted."""
    rows = session.execute(
        _statement(dialect_of(session)),
        {"org": scope.org_id, "edges": as_list(edges)},
        execution_options={"yield_per": BLOCK},
    )
    for block in rows.partitions(BLOCK):
        if any(row[6] for row in block):
            raise NotCounted
        yield [(row[0], row[1], row[2], row[3], row[4], row[5]) for row in block]


def _statement(dialect: str) -> Any:
    """Select the events of days, with the numbers of their users."""
    is_user = (event_users.c.org_id == bindparam("org")) & (
        event_users.c.user_id == events.c.user_id
    )
    properties = (
        type_coerce(events.c.properties, Text)
        if dialect == "sqlite"
        else cast(events.c.properties, Text)
    )
    is_unknown = events.c.user_id.is_not(None) & event_users.c.number.is_(None)
    columns = (
        events.c.type,
        events.c.occurred_at,
        event_users.c.number,
        events.c.channel,
        events.c.project,
        properties,
        is_unknown,
    )
    source = ordered(event_types.join(_edges, literal(1) == 1), events, _IS_OF_ORG & _IN_DAYS)
    return (
        select(*columns)
        .select_from(source.outerjoin(event_users, is_user))
        .where(event_types.c.org_id == bindparam("org"))
    )


def _paths(session: Session, scope: Scope, days: Sequence[int]) -> Sequence[str]:
    """Return the properties that get columns: all of the org's, or the most frequent ones."""
    org = {"org": scope.org_id}
    known = sorted(session.execute(_FIELDS, org).scalars())
    if 0 < len(known) <= MAX_FIELDS and "" not in known:
        return known
    bounds = {"low": min(days) * DAY, "high": (max(days) + 1) * DAY}
    return most_frequent(_samples(session, {**org, **bounds}))


def _samples(session: Session, params: dict[str, Any]) -> Iterator[tuple[int, Iterable[str]]]:
    for event_type in session.execute(_TYPES, params).scalars().all():
        of_type = {**params, "type": event_type}
        sample = session.execute(_SAMPLES, of_type).scalars().all()
        if sample:
            yield session.execute(_TYPE_COUNT, of_type).scalar_one(), sample


def _runs(days: Iterable[int]) -> list[tuple[int, int, int]]:
    """Return the days as numbered ranges of microseconds, neighbors together."""
    runs: list[tuple[int, int, int]] = []
    for day in days:
        if runs and runs[-1][2] == day * DAY:
            runs[-1] = (runs[-1][0], runs[-1][1], (day + 1) * DAY)
        else:
            runs.append((len(runs), day * DAY, (day + 1) * DAY))
    return runs
