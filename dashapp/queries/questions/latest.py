"""The latest events that a metric counts, with some of their fields."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam, literal_column, select, union_all

from dashapp.domain.boards.definitions import Measured
from dashapp.domain.metrics.conditions import Condition, property_of
from dashapp.domain.metrics.tallies import FAMILY, is_of_types
from dashapp.domain.series import EventRow
from dashapp.domain.time.instant import from_us
from dashapp.queries.questions.quantities import Quantity, totals
from dashapp.queries.questions.ranges import whole
from dashapp.queries.reading.together import Asking, Question, Steps
from dashapp.store.sql.counted import meets
from dashapp.store.sql.scoped import event_types, events

DEFAULT_ROWS = 8
_ALWAYS = ("occurred_at", "type")
_COLUMN_OF = {"user": "user_id", "channel": "channel", "project": "project", "type": "type"}
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
    """Return the newest events. Each type is read from the end of its index."""
    session, scope, time_range = asking[:3]
    types: Sequence[str] = measured.types
    if not types or any(name.endswith(FAMILY) for name in types):
        sent = session.execute(_TYPES, scope.params).scalars()
        types = [name for name in sent if not types or is_of_types(name, types)]
    if not types:
        return []
    low, high = whole(time_range)
    params = {f"type_{place}": name for place, name in enumerate(types)}
    params |= {**scope.params, "low": low, "high": high, "most": limit}  # type: ignore[dict-item]
    statement = _statement(len(types), measured.where)
    return session.execute(statement, params).all()


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
