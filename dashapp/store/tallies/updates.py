"""Tallies of one org, under its lock: what new events add to them, and counting days anew.

Counting days anew is the one primitive behind a new tally, another time zone, erasing and pruning.
Until a day is counted it is stale, or lies before the tally's first day, and is read from events:
every step is short, and a crash between two leaves exact numbers.
"""

from collections.abc import Iterable, Sequence
from time import monotonic

from sqlalchemy import bindparam, delete, func, insert, select, update
from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.metrics.folding import Folded, Kept
from dashapp.domain.metrics.tallies import Tally
from dashapp.domain.time.local_days import day_low, day_of
from dashapp.store.orgs.states import (
    OrgState,
    change_state,
    forget_state,
    lock,
    org_state,
    set_stale,
)
from dashapp.store.tables import event_types, events, seen, tally, tally_states
from dashapp.store.tallies.recount import recount
from dashapp.store.tallies.rows import add_rows, delete_rows, put_together
from dashapp.store.tallies.users import add_users, delete_seen, put_users

ALWAYS, NEVER = -(2**31), 2**31 - 1  # from_day of a tally that is whole, and of one that is not
_SECONDS_A_STEP = 0.25  # others write between two steps


def add(session: Session, scope: Scope, folded: Folded, state: OrgState) -> int:
    """Add what new events counted; the last user number after it."""
    add_rows(session, scope, folded.rows)
    return add_users(session, scope, folded.users, state.last_user_number)


def declare(session: Session, scope: Scope, wanted: Iterable[Tally]) -> None:
    """Keep these tallies from now on; days that have passed are counted by `count_on`."""
    state = lock(session, scope)
    known = {one.tally for one in state.kept}
    fresh = [one for one in dict.fromkeys(wanted) if one not in known]
    number = max((one.number for one in state.kept), default=0)
    from_day = ALWAYS if state.last_event_at is None else NEVER
    rows = [
        {
            "org_id": scope.org_id,
            "tally": number + place,
            "definition": one.definition,
            "from_day": from_day,
        }
        for place, one in enumerate(fresh, 1)
    ]
    if rows:
        session.execute(insert(tally_states), rows)
        forget_state(session)


def forget(session: Session, scope: Scope, kept: Iterable[Kept]) -> None:
    """Keep these tallies no longer."""
    for one in kept:
        for table in (tally, seen, tally_states):
            session.execute(
                delete(table).where(table.c.org_id == scope.org_id, table.c.tally == one.number)
            )
    forget_state(session)


def begin_anew(session: Session, scope: Scope, timezone: str) -> None:
    """Throw all counts away, and count local days of this zone from now on."""
    state = lock(session, scope)
    for table in (tally, seen):
        session.execute(delete(table).where(table.c.org_id == scope.org_id))
    from_day = ALWAYS if state.last_event_at is None else NEVER
    _set_from_day(session, scope, state.kept, from_day)
    change_state(session, scope, timezone=timezone, stale_days=[])


def rebuild(session: Session, scope: Scope, kept: Sequence[Kept], days: Sequence[int]) -> None:
    """Count days anew, for some tallies, in the place of what is stored."""
    state = org_state(session, scope)
    for one in kept:
        for low, high in _runs(days):
            delete_rows(session, scope, one.number, low, high)
            delete_seen(session, scope, one.number, low, high)
    found = recount(session, scope, kept, days, state.zone)
    add_rows(session, scope, found.rows)
    for one in kept:
        if one.tally.is_open:
            put_together(session, scope, one.number, days)
    last = put_users(session, scope, found.users, state.last_user_number)
    if last != state.last_user_number:
        change_state(session, scope, last_user_number=last)


def count_on(session: Session, scope: Scope) -> tuple[int, bool]:
    """Count some of what is left to count, for a moment: how many days, and is there more."""
    deadline = monotonic() + _SECONDS_A_STEP
    done = 0
    while _count_a_day(session, scope, lock(session, scope)):
        done += 1
        if monotonic() > deadline:
            return done, True
    return done, False


def _count_a_day(session: Session, scope: Scope, state: OrgState) -> bool:
    """Count the newest day that is left, for a tally that lacks it; False where none is.

    A day that lost events is counted for all tallies at once.
    """
    if state.stale:
        day, *others = sorted(state.stale, reverse=True)
        kept = [one for one in state.kept if one.from_day <= day]
        rebuild(session, scope, kept, [day])
        set_stale(session, scope, others)
        return True
    behind = max((one.from_day for one in state.kept), default=ALWAYS)
    if behind == ALWAYS:
        return False
    kept = [next(one for one in state.kept if one.from_day == behind)]  # one: the lock is short
    last = last_event_before(session, scope, state, behind)
    if last is None:
        _set_from_day(session, scope, kept, ALWAYS)
    else:
        day = day_of(last, state.zone)
        rebuild(session, scope, kept, [day])
        _set_from_day(session, scope, kept, day)
    return True


_LAST_BEFORE = (
    select(
        select(func.max(events.c.occurred_at))
        .where(
            events.c.org_id == bindparam("org"),
            events.c.type == event_types.c.type,
            events.c.occurred_at < bindparam("before"),
        )
        .correlate(event_types)
        .scalar_subquery()
        .label("last")
    )
    .where(event_types.c.org_id == bindparam("org"))
    .subquery("ends")
)
_LAST = select(func.max(_LAST_BEFORE.c.last))


def last_event_before(session: Session, scope: Scope, state: OrgState, day: int) -> int | None:
    """The time of the newest event before a local day: one look at the index a type."""
    before = 2**62 if day == NEVER else day_low(day, state.zone)
    found: int | None = session.execute(_LAST, {"org": scope.org_id, "before": before}).scalar()
    return found


def _set_from_day(session: Session, scope: Scope, kept: Iterable[Kept], day: int) -> None:
    for one in kept:
        session.execute(
            update(tally_states)
            .where(tally_states.c.org_id == scope.org_id, tally_states.c.tally == one.number)
            .values(from_day=day)
        )
    forget_state(session)


def _runs(days: Iterable[int]) -> list[tuple[int, int]]:
    """Days as half-open runs."""
    runs: list[tuple[int, int]] = []
    for day in sorted(set(days)):
        if runs and runs[-1][1] == day:
            runs[-1] = (runs[-1][0], day + 1)
        else:
            runs.append((day, day + 1))
    return runs
