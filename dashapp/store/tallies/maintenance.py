"""Tallies of whole orgs: made whole, begun anew, and held against a recount."""

from collections.abc import Callable, Iterable, Iterator
from time import monotonic, sleep
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.errors import BadInput, shown
from dashapp.domain.metrics.folding import DAYS, HOURS, LABELS, Kept, Rows
from dashapp.domain.metrics.tallies import Tally
from dashapp.domain.time.local_days import HOURS_A_DAY, date_of, day_of
from dashapp.domain.time.zones import zone_named
from dashapp.store.engine import Store
from dashapp.store.orgs.states import lock, org_state
from dashapp.store.tables import orgs, seen, tally
from dashapp.store.tallies.recount import recount
from dashapp.store.tallies.rows import differing_blocks, stored_rows
from dashapp.store.tallies.updates import (
    NEVER,
    begin_anew,
    count_on,
    declare,
    forget,
    last_event_before,
)
from dashapp.store.tallies.users import as_bitmaps, numbers_of, stored_seen

Tell = Callable[[int], object]
_DAYS_A_LOOK = 60
_PAUSE = 0.15  # seconds
_LAST_DAY = 2**31 // HOURS_A_DAY - 1


def finish_counting(store: Store, scope: Scope, tell: Tell = lambda _days: None) -> None:
    """Count all that is left to count, in short transactions; tells how many days were done.

    Whoever waits to write gets a turn between two: SQLite looks every tenth of a second.
    """
    while True:
        started = monotonic()
        with store.maintaining(scope) as session:
            days, more = count_on(session, scope)
        tell(days)
        if not more:
            return
        sleep(max(_PAUSE, monotonic() - started))


def days_left(session: Session, scope: Scope) -> int:
    """About how many days are left to count, of all tallies: for a progress bar."""
    state = org_state(session, scope)
    if state.first_event_at is None or state.last_event_at is None:
        return 0
    first, last = (day_of(t, state.zone) for t in (state.first_event_at, state.last_event_at))
    behind = (max(0, min(last + 1, one.from_day) - first) for one in state.kept)
    return len(state.stale) + sum(behind)


def rebuild_all(store: Store, scope: Scope, wanted: Iterable[Tally]) -> None:
    """Throw an org's tallies away and begin with these; `finish_counting` does the rest."""
    with store.maintaining(scope) as session:
        state = lock(session, scope)
        listed = list(dict.fromkeys(wanted))
        forget(session, scope, [one for one in state.kept if one.tally not in listed])
        begin_anew(session, scope, state.timezone)
        declare(session, scope, listed)


def set_timezone(store: Store, scope: Scope, timezone: str) -> None:
    """Another zone for the org: its days begin elsewhere, so all are counted anew.

    Takes effect at once; what is not counted yet is read from events. Raises BadInput.
    """
    zone_named(timezone)
    if timezone == scope.org.timezone:
        raise BadInput(f"{scope.org.slug} is in {timezone} already.")
    with store.maintaining(scope) as session:
        lock(session, scope)
        session.execute(update(orgs).where(orgs.c.id == scope.org_id).values(timezone=timezone))
        begin_anew(session, scope, timezone)


def differences(store: Store, scope: Scope, tell: Tell = lambda _days: None) -> Iterator[str]:
    """What is stored in tallies and is not what the events say: a sentence each.

    A survey in one snapshot: what is written meanwhile is not seen.
    """
    with store.surveying(scope) as session:
        for one in org_state(session, scope).kept:
            for low, high in _looks(session, scope, one):
                for place, is_now, should_be in _compared(session, scope, one, low, high):
                    yield _sentence(scope, one, place, is_now, should_be)
                tell(high - low)
            for first, project, key, spelling, lacking in differing_blocks(
                session, scope, one.number
            ):
                place = (first, "block of days from", project, key, spelling)
                yield _sentence(scope, one, place, -lacking, 0)


def _looks(session: Session, scope: Scope, one: Kept) -> Iterator[tuple[int, int]]:
    """Runs of days in which there are events, or rows of the tally: the newest first."""
    state = org_state(session, scope)
    before = NEVER
    while True:
        last = last_event_before(session, scope, state, before)
        found = _last_row_before(session, scope, one, before)
        if last is not None:
            found.append(day_of(last, state.zone))
        if not found or max(found) < one.from_day:
            return
        low = max(max(found) - _DAYS_A_LOOK + 1, one.from_day)
        yield low, max(found) + 1
        before = low


def _last_row_before(session: Session, scope: Scope, one: Kept, day: int) -> list[int]:
    """The newest days before that of which something is stored."""
    rows: tuple[tuple[Any, list[Any]], ...] = (
        (tally.c.step, [tally.c.grain == DAYS]),
        (seen.c.day, []),
    )
    hours = select(func.max(tally.c.step)).where(
        tally.c.org_id == scope.org_id,
        tally.c.tally == one.number,
        tally.c.grain == HOURS,
        tally.c.step < min(day, _LAST_DAY) * HOURS_A_DAY,
    )
    last_hour = session.execute(hours).scalar()
    found = [] if last_hour is None else [last_hour // HOURS_A_DAY]
    for step, conditions in rows:
        newest = session.execute(
            select(func.max(step)).where(
                step.table.c.org_id == scope.org_id,
                step.table.c.tally == one.number,
                step < day,
                *conditions,
            )
        ).scalar()
        found += [] if newest is None else [newest]
    return found


def _compared(
    session: Session, scope: Scope, one: Kept, low: int, high: int
) -> Iterator[tuple["_Place", int, int]]:
    """Where what is stored differs from a recount: the place, and both numbers."""
    state = org_state(session, scope)
    days = [day for day in range(low, high) if day not in state.stale]
    ought = recount(session, scope, [one], days, state.zone)
    numbers = numbers_of(session, scope, sorted(set().union(*ought.users.values())))
    bitmaps = as_bitmaps(ought.users, numbers)
    users = {place: (len(names), bitmaps[place]) for place, names in ought.users.items()}
    expected = _by_day(ought.rows, users)
    found = _by_day(
        stored_rows(session, scope, one.number, low, high),
        stored_seen(session, scope, one.number, low, high),
    )
    for place in sorted(expected.keys() | found.keys()):
        is_now, should_be = found.get(place), expected.get(place)
        if place[0] in days and is_now != should_be:
            yield place, _number(is_now), _number(should_be)


_Place = tuple[int, str, str, str, str]  # day, what, project, key, spelling


def _by_day(rows: Rows, seen_users: dict[tuple[int, str, int, str], Any]) -> dict[_Place, Any]:
    """Counts and users under one kind of name."""
    found: dict[_Place, Any] = {}
    for (_, project, grain, step, key, spelling), n in rows.items():
        day, hour = divmod(step, HOURS_A_DAY) if grain == HOURS else (step, 0)
        what = {DAYS: "day", HOURS: f"hour {hour:02d}", LABELS: "label"}[grain]
        found[day, what, project, key, spelling] = n
    for (_, project, day, key), users in seen_users.items():
        found[day, "users", project, key, ""] = users
    return found


def _number(value: Any) -> int:
    """A count, or the count that stands beside a bitmap."""
    return int(value[0] if isinstance(value, tuple) else value or 0)


def _sentence(scope: Scope, one: Kept, place: _Place, is_now: int, should_be: int) -> str:
    day, what, project, key, _ = place
    date_ = date_of(day).isoformat()
    types, by = ", ".join(one.tally.types) or "all events", one.tally.by or "total"
    if one.tally.where:
        types = f"{types} with {'='.join(one.tally.where)}"
    where = f"project {project}" if project else "all projects"
    named = f" “{shown(key)}”" if key else ""
    return (
        f"{scope.org.slug}: {types} by {by}{named}, {where}, {date_} ({what}): "
        f"{is_now} stored, {should_be} counted"
    )
