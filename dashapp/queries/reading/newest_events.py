"""The newest events of a range that a metric counts, as rows of the table, page by page."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, String, bindparam, literal_column, select, union_all

from dashapp.domain.boards.definitions import Measured
from dashapp.domain.metrics.conditions import Condition
from dashapp.domain.metrics.tallies import FAMILY, is_of_types
from dashapp.queries.columns.newest import Newest, newest_moments
from dashapp.queries.reading.asks import Range
from dashapp.queries.reading.together import Asking
from dashapp.store.columns.sealed import sealed_between
from dashapp.store.sql.counted import meets
from dashapp.store.sql.dialect import as_list
from dashapp.store.sql.ordered import ordered
from dashapp.store.sql.parameters import row_list
from dashapp.store.sql.scoped import event_types, events

_moment_list = row_list("moments", {"type": String, "at": BigInteger})
_TYPES = select(event_types.c.type).order_by(event_types.c.type)
_FIELDS = ("occurred_at", "id", "type", "user_id", "channel", "project", "properties")


class Place(NamedTuple):
    """Where a page ended: the time and the id of its last event."""

    at: int
    id: str


class Page(NamedTuple):
    """How many events are wanted, and after which place.

    Events are in descending order of time and, at the same time, of id.
    """

    limit: int
    after: Place | None = None


def newest_events(asking: Asking, measured: Measured, bounds: Range, page: Page) -> list[Any]:
    """Return the newest events of a range, newest first. Raises TooSlow."""
    (low, high), (limit, after) = bounds, page
    rows: list[Any] = []
    if after is not None:
        if low <= after.at < high:  # many events can have the same time
            moment = (after.at, after.at + 1)
            rows += _of_types(asking, measured, moment, page)
        high = min(high, after.at)
    if len(rows) < limit and low < high:
        rows += _rows(asking, measured, (low, high), limit - len(rows))
    return rows


def _rows(asking: Asking, measured: Measured, bounds: Range, limit: int) -> Sequence[Any]:
    """Return the newest events. If only some count, sealed days say where they are."""
    session, scope, page = asking.session, asking.scope, Page(limit)
    low, high = bounds
    if not (measured.where or scope.is_filtered):
        return _of_types(asking, measured, bounds, page)
    sealed = sealed_between(session, scope, low, high)
    of_days, of_events = sealed.split([(0, low, high)])
    moments = newest_moments(session, scope, sealed, Newest(measured, limit), of_days)
    rows = [*_at_moments(asking, measured, moments, limit)]
    for _number, start, end in reversed(of_events):
        if len(rows) >= limit and rows[limit - 1].occurred_at >= end:
            break
        rows += _of_types(asking, measured, (start, end), page)
        rows.sort(key=lambda row: -row.occurred_at)
    return rows[:limit]


def _of_types(asking: Asking, measured: Measured, bounds: Range, page: Page) -> Sequence[Any]:
    """Return the newest events of a range. Each type is read from the end of its index.

    With a place, they have smaller ids: the range is then the moment of the place.
    """
    session, scope = asking[:2]
    types: Sequence[str] = measured.types
    if not types or any(name.endswith(FAMILY) for name in types):
        sent = session.execute(_TYPES, scope.params).scalars()
        types = [name for name in sent if not types or is_of_types(name, types)]
    if not types:
        return []
    params: dict[str, Any] = {f"type_{place}": name for place, name in enumerate(types)}
    params |= {**scope.params, "low": bounds[0], "high": bounds[1], "most": page.limit}
    if page.after is not None:
        params["after"] = page.after.id
    statement = _statement(len(types), measured.where, has_place=page.after is not None)
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
def _statement(types: int, where: tuple[Condition, ...], *, has_place: bool) -> Any:
    """Select the newest events of a number of types."""
    is_after = [events.c.id < bindparam("after", type_=String)] if has_place else []
    newest = [
        select(
            select(*(events.c[name] for name in _FIELDS))
            .where(
                events.c.type == bindparam(f"type_{place}"),
                events.c.occurred_at >= bindparam("low"),
                events.c.occurred_at < bindparam("high"),
                *is_after,
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
