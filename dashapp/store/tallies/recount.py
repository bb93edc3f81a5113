"""Count the tallies of whole local days from the events alone."""

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
    KeptTally,
    Rows,
    Users,
    add_all_projects,
    expand,
)
from dashapp.domain.metrics.tallies import Counted
from dashapp.domain.time.local_days import HOUR_SLOTS_PER_DAY, day_start_us, hour_edges
from dashapp.store.sql.counted import field_of, is_counted
from dashapp.store.sql.dialect import as_list
from dashapp.store.sql.ordered import ordered
from dashapp.store.sql.parameters import edge_list
from dashapp.store.tables import event_types, events

_RECOUNTED_GRAINS = {DAYS, HOURS, LABELS}  # larger blocks are built from these


class Recount(NamedTuple):
    """What the tallies of some days should contain."""

    rows: Rows
    users: Users


def recount(
    session: Session,
    scope: Scope,
    org_tallies: Sequence[KeptTally],
    days: Sequence[int],
    zone: ZoneInfo,
) -> Recount:
    """Count the events of these days for each tally."""
    finest: dict[tuple[int, str, int, int, str, str], int] = defaultdict(int)
    users: Users = defaultdict(set)
    for org_tally in org_tallies:
        counts = _counts(session, scope, org_tally, days, zone)
        if org_tally.tally.counted is Counted.USERS:
            for day, _, project, key, user in counts:
                users[org_tally.number, project, day, key[0]].add(user)
        else:
            for day, hour, project, key, n in counts:
                finest[org_tally.number, project, day, hour, *key] += n
    rows = expand(finest, org_tallies)
    recounted = {row: n for row, n in rows.items() if row[2] in _RECOUNTED_GRAINS}
    return Recount(recounted, add_all_projects(users))


def _counts(
    session: Session, scope: Scope, org_tally: KeptTally, days: Sequence[int], zone: ZoneInfo
) -> Iterator[tuple[int, int, str, tuple[str, str], Any]]:
    """Yield day, hour, project, (key, spelling), and a count or a user."""
    params = {"org": scope.org_id, "edges": as_list(_edges(org_tally, days, zone))}
    for number, project, text, count_or_user in session.execute(_statement(org_tally), params):
        key = org_tally.tally.key_of_field(text)
        if key is not None:
            day, hour = divmod(number, HOUR_SLOTS_PER_DAY)
            yield day, hour, project, key, count_or_user


def _edges(org_tally: KeptTally, days: Sequence[int], zone: ZoneInfo) -> list[tuple[int, int, int]]:
    """Return the edges of each hour, or of whole days, numbered as their first hour."""
    if org_tally.tally.has_hours:
        return [edge for day in days for edge in hour_edges(day, zone)]
    return [
        (day * HOUR_SLOTS_PER_DAY, day_start_us(day, zone), day_start_us(day + 1, zone))
        for day in days
    ]


def _statement(org_tally: KeptTally) -> Select[Any]:
    steps = edge_list(bindparam("edges")).alias("steps")
    field = field_of(org_tally.tally, events).label("field")
    columns = (steps.c.number, events.c.project, field)
    is_users = org_tally.tally.counted is Counted.USERS
    statement = (
        select(*columns, events.c.user_id if is_users else func.count())
        .select_from(
            ordered(
                event_types.join(steps, literal(1) == 1),
                events,
                (events.c.org_id == bindparam("org"))
                & (events.c.type == event_types.c.type)
                & (events.c.occurred_at >= steps.c.low)
                & (events.c.occurred_at < steps.c.high),
            )
        )
        .where(event_types.c.org_id == bindparam("org"))
    )
    statement = statement.where(*is_counted(org_tally.tally, events, event_types.c.type))
    if is_users:
        return statement.distinct()
    return statement.group_by(steps.c.number, events.c.project, "field")
