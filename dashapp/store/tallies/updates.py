"""Changes to the tallies of one org, under its lock: adding new events and recounting days.

Recounting days is the one primitive behind a new tally, a changed time zone, erasing and pruning.
Until a day is counted, it is either marked as stale or lies before the tally's `from_day`, and
queries read its events instead. Every step is short, and the numbers stay exact if the process
crashes between two steps.
"""

from collections.abc import Iterable, Sequence
from functools import partial
from time import monotonic

from sqlalchemy import bindparam, delete, func, insert, select, update
from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.metrics.folding import Folded, KeptTally
from dashapp.domain.metrics.tallies import Counted, Tally
from dashapp.domain.time.local_days import day_number_at, day_start_us
from dashapp.store.orgs.states import (
    OrgState,
    change_state,
    forget_state,
    lock,
    org_state,
    set_stale,
)
from dashapp.store.tables import (
    event_types,
    events,
    measured,
    seen,
    spreads,
    tally,
    tally_states,
)
from dashapp.store.tallies.members import USERS, VALUES, add_members, delete_seen, replace_members
from dashapp.store.tallies.recount import recount
from dashapp.store.tallies.row_tables import AMOUNTS, COUNTS
from dashapp.store.tallies.rows import add_rows, delete_rows, rebuild_blocks
from dashapp.store.tallies.spread_rows import add_spreads, delete_spreads, put_spreads

# `from_day` of a tally that is complete, and of one that has no counted day yet.
ALWAYS, NEVER = -(2**31), 2**31 - 1
_TALLIED = (tally, measured, spreads, seen)
_SECONDS_PER_STEP = 0.25  # other writers get their turn between two steps
_MAX_DAYS_PER_STEP = 64


def add_counts(session: Session, scope: Scope, folded: Folded, state: OrgState) -> int:
    """Add what new events count to the tallies; return the highest number of a user or value."""
    add_rows(session, scope, COUNTS, folded.rows)
    add_rows(session, scope, AMOUNTS, folded.amounts)
    add_spreads(session, scope, folded.spreads)
    last = add_members(session, scope, USERS, folded.users, state.last_user_number)
    return add_members(session, scope, VALUES, folded.values, last)


def declare(session: Session, scope: Scope, tallies: Iterable[Tally]) -> None:
    """Start keeping these tallies. `count_next_days` counts their past days."""
    state = lock(session, scope)
    existing = {org_tally.tally for org_tally in state.tallies}
    new_tallies = [new for new in dict.fromkeys(tallies) if new not in existing]
    last_number = max((org_tally.number for org_tally in state.tallies), default=0)
    from_day = ALWAYS if state.last_event_at is None else NEVER
    rows = [
        {
            "org_id": scope.org_id,
            "tally": number,
            "definition": new.definition,
            "from_day": from_day,
        }
        for number, new in enumerate(new_tallies, last_number + 1)
    ]
    if rows:
        session.execute(insert(tally_states), rows)
        forget_state(session)


def drop(session: Session, scope: Scope, org_tallies: Iterable[KeptTally]) -> None:
    """Delete these tallies and their counts."""
    for org_tally in org_tallies:
        for table in (*_TALLIED, tally_states):
            session.execute(
                delete(table).where(
                    table.c.org_id == scope.org_id, table.c.tally == org_tally.number
                )
            )
    forget_state(session)


def restart(session: Session, scope: Scope, timezone: str) -> None:
    """Delete all counts and start again, with the local days of this time zone."""
    state = lock(session, scope)
    for table in _TALLIED:
        session.execute(delete(table).where(table.c.org_id == scope.org_id))
    from_day = ALWAYS if state.last_event_at is None else NEVER
    _set_from_day(session, scope, state.tallies, from_day)
    change_state(session, scope, timezone=timezone, stale_days=[])


_DELETE = {
    Counted.EVENTS: partial(delete_rows, rows_of=COUNTS),
    Counted.NUMBERS: partial(delete_rows, rows_of=AMOUNTS),
    Counted.SPREAD: delete_spreads,
    Counted.USERS: delete_seen,
    Counted.VALUES: delete_seen,
}


def rebuild(
    session: Session, scope: Scope, org_tallies: Sequence[KeptTally], days: Sequence[int]
) -> None:
    """Recount these days from events and replace what these tallies store for them."""
    state = org_state(session, scope)
    for org_tally in org_tallies:
        for run in _runs(days):
            _DELETE[org_tally.tally.counted](session, scope, org_tally.number, run)
    counts = recount(session, scope, org_tallies, days, state.zone)
    add_rows(session, scope, COUNTS, counts.rows)
    add_rows(session, scope, AMOUNTS, counts.amounts)
    put_spreads(session, scope, counts.spreads)
    for org_tally in org_tallies:
        if org_tally.tally.is_unbounded:
            rows_of = COUNTS if org_tally.tally.counted is Counted.EVENTS else AMOUNTS
            rebuild_blocks(session, scope, rows_of, org_tally.number, days)
    last_number = replace_members(session, scope, USERS, counts.users, state.last_user_number)
    last_number = replace_members(session, scope, VALUES, counts.values, last_number)
    if last_number != state.last_user_number:
        change_state(session, scope, last_user_number=last_number)


def count_next_days(session: Session, scope: Scope) -> tuple[int, bool]:
    """Count remaining days for about a quarter of a second.

    Returns how many days were counted, and whether more remain. As long as that is quick, each step
    counts more days than the one before.
    """
    started = monotonic()
    counted, days_per_step = 0, 1
    while True:
        step_started = monotonic()
        days = _count_days(session, scope, lock(session, scope), days_per_step)
        if not days:
            return counted, False
        counted += days
        now = monotonic()
        if now - started > _SECONDS_PER_STEP:
            return counted, True
        if now - step_started < _SECONDS_PER_STEP / 8:
            days_per_step = min(2 * days_per_step, _MAX_DAYS_PER_STEP)


def _count_days(session: Session, scope: Scope, state: OrgState, most: int) -> int:
    """Count up to `most` of the newest remaining days; return how many.

    Stale days are counted for all tallies at once, other days for those that are equally far. One
    large day is counted for one tally at a time, to keep the lock short.
    """
    if state.stale:
        return _count_stale_days(session, scope, state, most)
    from_day = max((kept.from_day for kept in state.tallies), default=ALWAYS)
    if from_day == ALWAYS:
        return 0
    kept = [kept for kept in state.tallies if kept.from_day == from_day]
    if most == 1:
        kept = kept[:1]
    last = last_event_before(session, scope, state, from_day)
    if last is None:
        _set_from_day(session, scope, kept, ALWAYS)
        return 1
    day = day_number_at(last, state.zone)
    first = day - most + 1
    rebuild(session, scope, kept, range(first, day + 1))
    _set_from_day(session, scope, kept, first)
    return most


def _count_stale_days(session: Session, scope: Scope, state: OrgState, most: int) -> int:
    newest = sorted(state.stale, reverse=True)
    days, others = newest[:most], newest[most:]
    oldest = min(days)
    complete = [kept for kept in state.tallies if kept.from_day <= oldest]
    rebuild(session, scope, complete, days)
    for kept in state.tallies:  # which are complete for some of the days only
        rest = [day for day in days if oldest < kept.from_day <= day]
        if rest:
            rebuild(session, scope, [kept], rest)
    set_stale(session, scope, others)
    return len(days)


_LAST_BY_TYPE = (
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
_LAST = select(func.max(_LAST_BY_TYPE.c.last))


def last_event_before(session: Session, scope: Scope, state: OrgState, day: int) -> int | None:
    """Return the time of the newest event before a local day, or None.

    Takes one index lookup per event type.
    """
    before = 2**62 if day == NEVER else day_start_us(day, state.zone)
    last: int | None = session.execute(_LAST, {"org": scope.org_id, "before": before}).scalar()
    return last


def _set_from_day(
    session: Session, scope: Scope, org_tallies: Iterable[KeptTally], day: int
) -> None:
    for org_tally in org_tallies:
        session.execute(
            update(tally_states)
            .where(tally_states.c.org_id == scope.org_id, tally_states.c.tally == org_tally.number)
            .values(from_day=day)
        )
    forget_state(session)


def _runs(days: Iterable[int]) -> list[tuple[int, int]]:
    """Return the days as half-open runs of consecutive days."""
    runs: list[tuple[int, int]] = []
    for day in sorted(set(days)):
        if runs and runs[-1][1] == day:
            runs[-1] = (runs[-1][0], day + 1)
        else:
            runs.append((day, day + 1))
    return runs
