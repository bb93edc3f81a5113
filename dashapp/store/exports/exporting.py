"""Reads the events of an org for an export: in one snapshot, in order, with bounded memory."""

from collections.abc import Generator, Sequence
from contextlib import closing
from typing import Any, NamedTuple, Protocol

from sqlalchemy import Text, bindparam, cast, collate, func, or_, select, type_coerce
from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.events.event import Event
from dashapp.domain.time.local_days import DAY
from dashapp.store.engine import Store
from dashapp.store.orgs.dashboards import require_project
from dashapp.store.sql.dialect import DIALECTS, dialect_of
from dashapp.store.sql.ordered import ordered
from dashapp.store.tables import event_types, events

BLOCK = 2_000  # events in memory
_FIRST, _LAST = 0, 2**63 - 1


class Selection(NamedTuple):
    """Which events to export: `low <= t < high` in microseconds, of one project or of all."""

    low: int = _FIRST
    high: int = _LAST
    project: str | None = None


class Writer(Protocol):
    """Takes the events of an export."""

    def add(self, block: Sequence[Event]) -> None:
        """Write a block of events after the ones before it."""

    def finish(self) -> None:
        """Finish the file after the last event."""


def export_events(store: Store, scope: Scope, selection: Selection, writer: Writer) -> int:
    """Write the selected events by time and id; return how many. Raises NotFound.

    All of them are from one snapshot of the primary, however long it takes.
    """
    count = 0
    with store.read_primary(scope, has_time_limit=False) as session:
        if selection.project is not None:
            require_project(session, scope, selection.project)
        for block in blocks_of(session, scope, selection):
            writer.add(block)
            count += len(block)
    writer.finish()
    return count


def blocks_of(
    session: Session, scope: Scope, selection: Selection
) -> Generator[Sequence[Event], None, None]:
    """Yield the events in order.

    The table is sorted by type, so the database sorts the events of 24 hours at a time.
    """
    statement = _EVENTS[dialect_of(session)]
    params = {"org": scope.org_id, "project": selection.project}
    low = selection.low
    while True:
        bounds = {"low": low, "high": selection.high}
        first = session.execute(_FIRST_TIME, {**params, **bounds}).scalar()
        if first is None:
            return
        low = min(first + DAY, selection.high)
        rows = session.execute(
            statement,
            {**params, "low": first, "high": low},
            execution_options={"yield_per": BLOCK},
        )
        with closing(rows):  # a reader may leave between two blocks
            for block in rows.partitions(BLOCK):
                yield [Event._make(row) for row in block]


_IS_SELECTED = (
    (events.c.org_id == bindparam("org"))
    & (events.c.type == event_types.c.type)
    & (events.c.occurred_at >= bindparam("low"))
    & (events.c.occurred_at < bindparam("high"))
)
_first_of_type = select(func.min(events.c.occurred_at)).where(_IS_SELECTED).scalar_subquery()
_FIRST_TIME = select(func.min(_first_of_type)).where(event_types.c.org_id == bindparam("org"))


def _statement(dialect: str) -> Any:
    properties = (
        type_coerce(events.c.properties, Text)
        if dialect == "sqlite"
        else cast(events.c.properties, Text)
    )
    project = bindparam("project", type_=events.c.project.type)
    event_id = events.c.id if dialect == "sqlite" else collate(events.c.id, "C")
    return (
        select(
            events.c.id,
            events.c.type,
            events.c.occurred_at,
            events.c.user_id,
            events.c.channel,
            events.c.project,
            properties,
        )
        .select_from(ordered(event_types, events, _IS_SELECTED))
        .where(
            event_types.c.org_id == bindparam("org"),
            or_(project.is_(None), events.c.project == project),
        )
        .order_by(events.c.occurred_at, event_id)
    )


_EVENTS = {dialect: _statement(dialect) for dialect in DIALECTS}
