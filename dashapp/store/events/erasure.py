"""Erasing a user, and pruning all events before a moment.

The ids of removed events stay as tombstones, without any content, so that an event that is sent
again is a duplicate.
"""

from collections.abc import Callable, Iterator

from pyroaring import BitMap
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.metrics.tallies import ALL_PROJECTS
from dashapp.domain.time.local_days import day_number_at, day_start_us
from dashapp.store.columns.days import discard, unseal
from dashapp.store.engine import Store
from dashapp.store.events.absent_fields import delete_absent_fields
from dashapp.store.events.names import delete_absent_names, tallies_of_all_users
from dashapp.store.events.removal import STEP, Batch, Removal, batches, remove
from dashapp.store.orgs.states import OrgState, lock, org_state, set_stale
from dashapp.store.short_steps import short_step
from dashapp.store.tables import event_types, event_users, events, seen
from dashapp.store.tallies.maintenance import finish_counting

_MAX_ROUNDS = 10
_MAX_DAYS = 64  # that are removed together
OnProgress = Callable[[int], object]
InStep = Callable[[Session, int], object]  # called in the transaction of each step


def erase_user(
    store: Store,
    scope: Scope,
    user: str,
    on_progress: OnProgress = lambda _count: None,
    in_step: InStep = lambda _session, _count: None,
) -> int:
    """Erase a user and all their events; return the number of events erased.

    Then recounts the days on which the user was active. Until that is done, these days are read
    from events.
    """
    removal = Removal(events.c.user_id == user, discard)
    erased = 0
    for is_last in [*[False] * (_MAX_ROUNDS - 1), True]:
        for batch in _all_batches(store, scope, removal):
            with short_step(store, scope) as session:
                count = remove(session, scope, batch, removal)
                in_step(session, count)
            erased += count
            on_progress(count)
        with short_step(store, scope) as session:
            if _forget(session, scope, user, is_last=is_last):
                break
    finish_counting(store, scope)
    delete_absent_names(store, scope)
    if erased:
        delete_absent_fields(store, scope)
    return erased


def _all_batches(store: Store, scope: Scope, removal: Removal) -> Iterator[Batch]:
    with store.read_primary(scope) as session:
        state = org_state(session, scope)
    if state.first_event_at is None or state.last_event_at is None:
        return
    yield from batches(store, scope, removal.condition, state.first_event_at, state.last_event_at)


def _forget(session: Session, scope: Scope, user: str, *, is_last: bool) -> bool:
    """Delete the user's name; return False if events of the user arrived during the removal.

    If this is the last try, their days are counted again instead: the user has a new number then.
    """
    state = lock(session, scope)
    is_user = (event_users.c.org_id == scope.org_id) & (event_users.c.user_id == user)
    number = session.execute(select(event_users.c.number).where(is_user)).scalar()
    if number is None:
        return True
    days = _days_with(session, scope, state, number)
    if days and not is_last:
        return False
    session.execute(delete(event_users).where(is_user))
    if days:
        set_stale(session, scope, days.union(state.stale))
        discard(session, scope, [day_start_us(day, state.zone) for day in days])
    return True


def _days_with(session: Session, scope: Scope, state: OrgState, number: int) -> set[int]:
    """Return the counted days of which a user is part."""
    rows = session.execute(
        select(seen.c.day, seen.c.users).where(
            seen.c.org_id == scope.org_id,
            seen.c.tally.in_(tallies_of_all_users(state)),
            seen.c.project == ALL_PROJECTS,
            seen.c.day.not_in(state.stale),
        )
    )
    return {day for day, users in rows if number in BitMap.deserialize(users)}


def prune(
    store: Store,
    scope: Scope,
    before: int,
    on_progress: OnProgress = lambda _count: None,
) -> int:
    """Remove the org's events before a moment in microseconds; return how many were removed.

    Removes the oldest days first, and counts them again before it removes more.
    """
    removed, days = 0, 1
    while (end := _end_of_oldest_days(store, scope, before, days)) is not None:
        removal = Removal(events.c.occurred_at < end, unseal)
        count = 0
        while batch := _oldest(store, scope, removal):
            with short_step(store, scope) as session:
                remove(session, scope, batch, removal)
            count += len(batch)
            on_progress(len(batch))
        finish_counting(store, scope)
        removed += count
        days = min(2 * days, _MAX_DAYS) if count < STEP else max(1, days // 2)
    if removed:
        delete_absent_names(store, scope)
        delete_absent_fields(store, scope)
    return removed


def _end_of_oldest_days(store: Store, scope: Scope, before: int, days: int) -> int | None:
    """Return the end of the org's oldest days, at most `before`; None if nothing is older."""
    with store.read_primary(scope) as session:
        state = org_state(session, scope)
    first = state.first_event_at
    if first is None or first >= before:
        return None
    return min(before, day_start_us(day_number_at(first, state.zone) + days, state.zone))


def _oldest(store: Store, scope: Scope, removal: Removal) -> Batch:
    """Return some of the events to remove. All types are named, to use the primary key."""
    with store.read_primary(scope, has_time_limit=False) as session:
        types = session.execute(
            select(event_types.c.type).where(event_types.c.org_id == scope.org_id)
        ).scalars()
        rows = session.execute(
            select(events.c.id, events.c.occurred_at)
            .where(
                events.c.org_id == scope.org_id, events.c.type.in_(list(types)), removal.condition
            )
            .limit(STEP)
        )
        return [(row.id, row.occurred_at) for row in rows]
