"""Removal of events: erasing a user, and pruning all events before a moment.

The ids of removed events stay as tombstones, without any content, so that an event that is sent
again is a duplicate. Each step is one transaction. Days that lost events are recounted before their
tallies are read again.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, bindparam, delete, func, insert, select
from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.time.local_days import DAY, day_number_at, day_start_us
from dashapp.store.columns.days import delete_unused, discard, unseal
from dashapp.store.engine import Store
from dashapp.store.events.absent_fields import delete_absent_fields
from dashapp.store.events.names import delete_absent_names
from dashapp.store.orgs.states import OrgState, change_state, lock, set_stale
from dashapp.store.tables import event_types, event_users, events, tombstones
from dashapp.store.tallies.maintenance import finish_counting
from dashapp.store.tallies.updates import rebuild


def erase_user(store: Store, scope: Scope, user: str) -> int:
    """Erase a user and all their events; return the number of events erased.

    Takes effect at once, in one transaction. Then recounts the days on which the user was active;
    until that is done, these days are read from events.
    """
    with store.write(scope, has_time_limit=False) as session:
        state = lock(session, scope)
        is_by_user = events.c.user_id == user
        times = (
            session.execute(
                select(events.c.occurred_at).where(events.c.org_id == scope.org_id, is_by_user)
            )
            .scalars()
            .all()
        )
        days = {day_number_at(moment, state.zone) for moment in times}
        erased = _remove(session, scope, is_by_user)
        session.execute(
            delete(event_users).where(
                event_users.c.org_id == scope.org_id, event_users.c.user_id == user
            )
        )
        if erased:
            refresh_event_bounds(session, scope)
            set_stale(session, scope, {*state.stale, *days})
            discard(session, scope, times)
    finish_counting(store, scope)
    delete_absent_names(store, scope)
    if erased:
        delete_absent_fields(store, scope)
    return erased


def prune(
    store: Store,
    scope: Scope,
    before: int,
    on_progress: Callable[[int], object] = lambda _count: None,
) -> int:
    """Remove the org's events before a moment in microseconds; return how many were removed.

    Removes one day per transaction, oldest first, so that other writers never wait longer than
    that.
    """
    removed = 0
    while count := _prune_day(store, scope, before):
        removed += count
        on_progress(count)
    if removed:
        delete_absent_names(store, scope)
        delete_absent_fields(store, scope)
    return removed


def _prune_day(store: Store, scope: Scope, before: int) -> int:
    """Remove the events of the oldest day that are before `before`."""
    with store.write(scope, has_time_limit=False) as session:
        state = lock(session, scope)
        first = state.first_event_at
        if first is None or first >= before:
            return 0
        day = day_number_at(first, state.zone)
        end = min(before, day_start_us(day + 1, state.zone))
        removed = _remove(session, scope, _is_before(session, scope, end))
        unseal(session, scope, [*range(first, end, DAY), end - 1])
        delete_unused(session, scope)
        _recount_day(session, scope, state, day)
        refresh_event_bounds(session, scope)
        return removed


def _is_before(session: Session, scope: Scope, end: int) -> ColumnElement[bool]:
    """Return the condition for events before `end`, with all types to use the primary key."""
    types = session.execute(
        select(event_types.c.type).where(event_types.c.org_id == scope.org_id)
    ).scalars()
    return events.c.type.in_(list(types)) & (events.c.occurred_at < end)


def _remove(session: Session, scope: Scope, condition: ColumnElement[bool]) -> int:
    """Store the ids of the matching events as tombstones, then delete the events."""
    is_of_org = events.c.org_id == scope.org_id
    ids = select(events.c.org_id, events.c.id).where(is_of_org, condition)
    session.execute(insert(tombstones).from_select(["org_id", "id"], ids))
    deletion: Any = session.execute(delete(events).where(is_of_org, condition))
    return int(deletion.rowcount)


def _recount_day(session: Session, scope: Scope, state: OrgState, day: int) -> None:
    org_tallies = [org_tally for org_tally in state.tallies if org_tally.from_day <= day]
    rebuild(session, scope, org_tallies, [day])


_BOUNDS_BY_TYPE = (
    select(
        *(
            select(aggregate(events.c.occurred_at))
            .where(
                events.c.org_id == bindparam("org"),
                events.c.type == event_types.c.type,
            )
            .correlate(event_types)
            .scalar_subquery()
            .label(name)
            for name, aggregate in (("first", func.min), ("last", func.max))
        )
    )
    .where(event_types.c.org_id == bindparam("org"))
    .subquery("bounds")
)
_BOUNDS = select(func.min(_BOUNDS_BY_TYPE.c.first), func.max(_BOUNDS_BY_TYPE.c.last))


def refresh_event_bounds(session: Session, scope: Scope) -> None:
    """Set the times of the org's first and last event from the stored events."""
    first, last = session.execute(_BOUNDS, {"org": scope.org_id}).one()
    change_state(session, scope, first_event_at=first, last_event_at=last)
