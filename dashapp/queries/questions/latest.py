"""The latest events that a metric counts, with some of their fields."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, String, bindparam, literal_column, select, union_all

from dashapp.domain.boards.definitions import Measured
from dashapp.domain.metrics.conditions import Condition, property_of
from dashapp.domain.metrics.tallies import FAMILY, is_of_types
from dashapp.domain.series import EventRow
from dashapp.domain.time.instant import from_us
from dashapp.queries.columns.newest import Newest, newest_moments
from dashapp.queries.questions.quantities import Quantity, totals
from dashapp.queries.questions.ranges import whole
from dashapp.queries.reading.asks import Range
from dashapp.queries.reading.together import Asking, Question, Steps
from dashapp.store.columns.sealed import sealed_between
from dashapp.store.sql.counted import meets
from dashapp.store.sql.dialect import as_list
from dashapp.store.sql.ordered import ordered
from dashapp.store.sql.parameters import row_list
from dashapp.store.sql.scoped import event_types, events

DEFAULT_ROWS = 8
_ALWAYS = ("occurred_at", "type")
_COLUMN_OF = {"user": "user_id", "channel": "channel", "project": "project", "type": "type"}
_moment_list = row_list("moments", {"type": String, "at": BigInteger})
_TYPES = select(event_types.c.type).order_by(event_types.c.type)
_FIELDS = ("occurred_at", "id", "type", "user_id", "channel", "project", "properties")


def latest(measured: Measured, columns: Sequence[str], limit: int = DEFAULT_ROWS) -> Question:
    """Return the question for the newest `limit` events, newest first."""
    count = Quantity((Measured(types=measured.types, where=measured.where),))

    def ask(asking: Asking) -> Steps:
        ((total,),) = yield from totals(count, [whole(asking.time_range)])
        rows = _rows(asking, measured, limit) if total else []
        return [EventRow(_fields(row, columns), total) for row in rows]

    return ask


def _rows(asking: Asking, measured: Measured, limit: int) -> Sequence[Any]:
    """Return the newest events. If only some count, sealed days say where they are."""
    session, scope, time_range = asking[:3]
    low, high = whole(time_range)
    if not (measured.where or scope.is_filtered):
        return _newest(asking, measured, (low, high), limit)
    sealed = sealed_between(session, scope, low, high)
    of_days, of_events = sealed.split([(0, low, high)])
    moments = newest_moments(session, scope, sealed, Newest(measured, limit), of_days)
    rows = [*_at_moments(asking, measured, moments, limit)]
    for _number, start, end in reversed(of_events):
        if len(rows) >= limit and rows[limit - 1].occurred_at >= end:
            break
        rows += _newest(asking, measured, (start, end), limit)
        rows.sort(key=lambda row: -row.occurred_at)
    return rows[:limit]


def _newest(asking: Asking, measured: Measured, bounds: Range, limit: int) -> Sequence[Any]:
    """Return the newest events of a range. Each type is read from the end of its index."""
    session, scope = asking[:2]
    types: Sequence[str] = measured.types
    if not types or any(name.endswith(FAMILY) for name in types):
        sent = session.execute(_TYPES, scope.params).scalars()
        types = [name for name in sent if not types or is_of_types(name, types)]
    if not types:
        return []
    params: dict[str, Any] = {f"type_{place}": name for place, name in enumerate(types)}
    params |= {**scope.params, "low": bounds[0], "high": bounds[1], "most": limit}
    statement = _statement(len(types), measured.where)
    return session.execute(statement, params).all()


def _at_moments(
    asking: Asking, measured: Measured, moments: Sequence[tuple[str, int]], limit: int
) -> Sequence[Any]:
    """Return the newest events among those at some moments, given as type and time."""
    if not moments:
        return []
    session, scope = asking[:2]
    params = {**scope.params, "moments": as_list(moments), "most": limit}
    return session.execute(_moments_statement(measured.where), params).all()


@lru_cache(maxsize=256)
def _moments_statement(where: tuple[Condition, ...]) -> Any:
    listed = _moment_list(bindparam("moments", type_=String)).alias("moments")
    is_then = (events.c.type == listed.c.type) & (events.c.occurred_at == listed.c.at)
    return (
        select(*(events.c[name] for name in _FIELDS))
        .select_from(ordered(listed, events, is_then))
        .where(*(meets(condition, events) for condition in where))
        .order_by(events.c.occurred_at.desc(), events.c.id.desc(), events.c.type)
        .limit(bindparam("most"))
    )


@lru_cache(maxsize=256)
def _statement(types: int, where: tuple[Condition, ...]) -> Any:
    """Select the newest events of a number of types."""
    newest = [
        select(
            select(*(events.c[name] for name in _FIELDS))
            .where(
                events.c.type == bindparam(f"type_{place}"),
                events.c.occurred_at >= bindparam("low"),
                events.c.occurred_at < bindparam("high"),
                *(meets(condition, events) for condition in where),
            )
            .order_by(events.c.occurred_at.desc(), events.c.id.desc())
            .limit(bindparam("most"))
            .subquery(f"newest_{place}")
        )
        for place in range(types)
    ]
    together = union_all(*newest).subquery("together")
    return (
        select(together)
        .order_by(together.c.occurred_at.desc(), together.c.id.desc(), literal_column("3"))
        .limit(bindparam("most"))
    )


def _fields(row: Any, columns: Sequence[str]) -> Mapping[str, Any]:
    fields: dict[str, Any] = {}
    for name in dict.fromkeys([*_ALWAYS, *columns]):
        if name == "occurred_at":
            fields[name] = from_us(row.occurred_at)
        elif name in _COLUMN_OF:
            fields[name] = getattr(row, _COLUMN_OF[name])
        else:
            value = property_of(row.properties, name)
            fields[name] = None if isinstance(value, dict | list) else value
    return fields
