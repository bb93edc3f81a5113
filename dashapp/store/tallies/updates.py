"""Changes to the tallies of one org, under its lock: adding new events and recounting days.

Recounting days is the one primitive behind a new tally, a changed time zone, erasing and pruning.
Until a day is counted, it is either marked as stale or lies before the tally's `from_day`, and
queries read its events instead. Every step is short, and the numbers stay exact if the process
crashes between two steps.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import partial

from sqlalchemy import delete, insert, update
from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.metrics.folding import Folded, KeptTally
from dashapp.domain.metrics.tallies import Counted, Tally
from dashapp.store.orgs.due import wake
from dashapp.store.orgs.states import (
    OrgState,
    change_state,
    forget_state,
    lock,
    org_state,
    set_stale,
)
from dashapp.store.tables import (
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
        if from_day != ALWAYS:
            wake(session, scope)


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
    set_from_day(session, scope, state.tallies, from_day)
    set_stale(session, scope, [], timezone=timezone)
    wake(session, scope)


_DELETE: dict[Counted, Callable[[Session, Scope, int, tuple[int, int]], None]] = {
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
    zone = org_state(session, scope).zone
    put_counts(session, scope, org_tallies, days, recount(session, scope, org_tallies, days, zone))


def put_counts(
    session: Session,
    scope: Scope,
    org_tallies: Sequence[KeptTally],
    days: Sequence[int],
    counts: Folded,
) -> None:
    """Replace what these tallies store for these days with new counts."""
    state = org_state(session, scope)
    for org_tally in org_tallies:
        for run in _runs(days):
            _DELETE[org_tally.tally.counted](session, scope, org_tally.number, run)
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


def set_from_day(
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
