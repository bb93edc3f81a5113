"""Tallies counted from events alone, for whole local days."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Select, bindparam, func, literal, select
from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.metrics.folding import (
    DAYS,
    HOURS,
    LABELS,
    Kept,
    Rows,
    Users,
    expand,
    of_all_projects,
)
from dashapp.domain.metrics.tallies import Counted
from dashapp.domain.time.local_days import HOURS_A_DAY, day_low, hour_edges
from dashapp.store.sql.dialect import as_list
from dashapp.store.sql.parameters import edge_list, ordered
from dashapp.store.sql.properties import property_text
from dashapp.store.tables import event_types, events

_OF_DAYS = {DAYS, HOURS, LABELS}  # blocks are put together from days


class Recount(NamedTuple):
    """The tallies of some days, as they ought to be."""

    rows: Rows
    users: Users


def recount(
    session: Session, scope: Scope, kept: Sequence[Kept], days: Sequence[int], zone: ZoneInfo
) -> Recount:
    """Count what these tallies hold for these days."""
    finest: dict[tuple[int, str, int, int, str, str], int] = defaultdict(int)
    users: Users = defaultdict(set)
    for one in kept:
        if one.tally.counted is Counted.USERS:
            for day, _, project, key, user in _found(session, scope, one, days, zone):
                users[one.number, project, day, key[0]].add(user)
        else:
            for day, hour, project, key, n in _found(session, scope, one, days, zone):
                finest[one.number, project, day, hour, *key] += n
    rows = expand(finest, kept)
    of_days = {row: n for row, n in rows.items() if row[2] in _OF_DAYS}
    return Recount(of_days, of_all_projects(users))


def _found(
    session: Session, scope: Scope, one: Kept, days: Sequence[int], zone: ZoneInfo
) -> Iterator[tuple[int, int, str, tuple[str, str], Any]]:
    """Day, hour, project, key and spelling, and a count or a user."""
    params = {"org": scope.org_id, "edges": as_list(_edges(one, days, zone))}
    for number, project, text, what in session.execute(_statement(one), params):
        key = one.tally.key_of_field(text)
        if key is not None:
            day, hour = divmod(number, HOURS_A_DAY)
            yield day, hour, project, key, what


def _edges(one: Kept, days: Sequence[int], zone: ZoneInfo) -> list[tuple[int, int, int]]:
    """The hours of the days, or the days as if each were one hour."""
    if one.tally.has_hours:
        return [edge for day in days for edge in hour_edges(day, zone)]
    return [(day * HOURS_A_DAY, day_low(day, zone), day_low(day + 1, zone)) for day in days]


def _statement(one: Kept) -> Select[Any]:
    between = edge_list(bindparam("edges")).alias("steps")
    field = _field(one).label("field")
    place = (between.c.number, events.c.project, field)
    is_users = one.tally.counted is Counted.USERS
    statement = (
        select(*place, events.c.user_id if is_users else func.count())
        .select_from(
            ordered(
                event_types.join(between, literal(1) == 1),
                events,
                (events.c.org_id == bindparam("org"))
                & (events.c.type == event_types.c.type)
                & (events.c.occurred_at >= between.c.low)
                & (events.c.occurred_at < between.c.high),
            )
        )
        .where(event_types.c.org_id == bindparam("org"))
    )
    if one.tally.types:
        statement = statement.where(event_types.c.type.in_(one.tally.types))
    if one.tally.where:
        name, value = one.tally.where
        statement = statement.where(property_text(events.c.properties, name) == value)
    if is_users:
        return statement.where(events.c.user_id.is_not(None)).distinct()
    return statement.group_by(between.c.number, events.c.project, "field")


def _field(one: Kept) -> Any:
    """The column that a tally counts by."""
    name = one.tally.property_name
    if name is not None:
        return property_text(events.c.properties, name)
    return events.c[one.tally.by] if one.tally.by else literal("")
