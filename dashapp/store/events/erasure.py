"""Events that are taken away: a user erased, or all before some time pruned.

Their ids stay, without anything else, so that the same event sent again is a duplicate. Each step
is one transaction; days that lost events are counted anew before anybody reads their tallies.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, bindparam, delete, func, insert, select
from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.metrics.tallies import Counted
from dashapp.domain.time.local_days import day_low, day_of
from dashapp.store.engine import Store
from dashapp.store.orgs.states import OrgState, change_state, lock, set_stale
from dashapp.store.sql.dialect import MOST_ROWS
from dashapp.store.tables import event_types, event_users, events, tombstones
from dashapp.store.tallies.maintenance import finish_counting
from dashapp.store.tallies.updates import ALWAYS, rebuild
from dashapp.store.tallies.users import users_of


def erase_user(store: Store, scope: Scope, user: str) -> int:
    """Erase every event of a user, and the user; how many events that were.

    Takes effect in one transaction, at once. Then the days that the user was seen on are counted
    anew: until then they are read from events.
    """
    with store.maintaining(scope) as session:
        state = lock(session, scope)
        is_theirs = events.c.user_id == user
        times = session.execute(
            select(events.c.occurred_at).where(events.c.org_id == scope.org_id, is_theirs)
        ).scalars()
        days = {day_of(moment, state.zone) for moment in times}
        erased = _remove(session, scope, is_theirs)
        session.execute(
            delete(event_users).where(
                event_users.c.org_id == scope.org_id, event_users.c.user_id == user
            )
        )
        if erased:
            set_bounds(session, scope)
            set_stale(session, scope, {*state.stale, *days})
    finish_counting(store, scope)
    return erased


def prune(
    store: Store, scope: Scope, before: int, tell: Callable[[int], object] = lambda _count: None
) -> int:
    """Remove the org's events before a moment, microseconds; how many that were.

    A day a transaction, the oldest first: whoever writes waits for no more than that.
    """
    removed = 0
    while count := _prune_a_day(store, scope, before):
        removed += count
        tell(count)
    if removed:
        forget_absent_users(store, scope)
    return removed


def forget_absent_users(store: Store, scope: Scope) -> None:
    """Names of users who have no event left. Their numbers are never given again.

    Asked of a tally that saw everybody on every day; where there is none, names stay.
    """
    with store.maintaining(scope) as session:
        state = lock(session, scope)
        everybody = [
            one.number
            for one in state.kept
            if one.tally.counted is Counted.USERS
            and not one.tally.types
            and one.tally.property_name is None
            and one.from_day == ALWAYS
        ]
        if not everybody or state.stale:
            return
        present = users_of(session, scope, everybody[0])
        numbers = select(event_users.c.number).where(event_users.c.org_id == scope.org_id)
        absent = [number for number in session.execute(numbers).scalars() if number not in present]
        for low in range(0, len(absent), MOST_ROWS):
            gone = event_users.c.number.in_(absent[low : low + MOST_ROWS])
            session.execute(delete(event_users).where(event_users.c.org_id == scope.org_id, gone))


def _prune_a_day(store: Store, scope: Scope, before: int) -> int:
    with store.maintaining(scope) as session:
        state = lock(session, scope)
        first = state.first_event_at
        if first is None or first >= before:
            return 0
        day = day_of(first, state.zone)
        end = min(before, day_low(day + 1, state.zone))
        removed = _remove(session, scope, _is_between(session, scope, end))
        _count_anew(session, scope, state, day)
        set_bounds(session, scope)
        return removed


def _is_between(session: Session, scope: Scope, end: int) -> ColumnElement[bool]:
    """Before a moment, in a way that the index can answer: type by type."""
    types = session.execute(
        select(event_types.c.type).where(event_types.c.org_id == scope.org_id)
    ).scalars()
    return events.c.type.in_(list(types)) & (events.c.occurred_at < end)


def _remove(session: Session, scope: Scope, which: ColumnElement[bool]) -> int:
    """Ids into the tombstones, then the events."""
    mine = events.c.org_id == scope.org_id
    ids = select(events.c.org_id, events.c.id).where(mine, which)
    session.execute(insert(tombstones).from_select(["org_id", "id"], ids))
    done: Any = session.execute(delete(events).where(mine, which))
    return int(done.rowcount)


def _count_anew(session: Session, scope: Scope, state: OrgState, day: int) -> None:
    kept = [one for one in state.kept if one.from_day <= day]
    rebuild(session, scope, kept, [day])


_BOUNDS = (
    select(
        *(
            select(of(events.c.occurred_at))
            .where(
                events.c.org_id == bindparam("org"),
                events.c.type == event_types.c.type,
            )
            .correlate(event_types)
            .scalar_subquery()
            .label(name)
            for name, of in (("first", func.min), ("last", func.max))
        )
    )
    .where(event_types.c.org_id == bindparam("org"))
    .subquery("bounds")
)
_BOTH = select(func.min(_BOUNDS.c.first), func.max(_BOUNDS.c.last))


def set_bounds(session: Session, scope: Scope) -> None:
    """Between what times the org's events lie now."""
    first, last = session.execute(_BOTH, {"org": scope.org_id}).one()
    change_state(session, scope, first_event_at=first, last_event_at=last)
