"""The tallies of a whole org: finish counting, rebuild, and compare with a recount."""

from collections.abc import Callable, Iterable, Iterator
from time import monotonic, sleep
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.errors import BadInput, excerpt
from dashapp.domain.metrics.folding import DAYS, HOURS, LABELS, KeptTally, Rows
from dashapp.domain.metrics.tallies import Tally
from dashapp.domain.time.local_days import HOUR_SLOTS_PER_DAY, date_from_number, day_number_at
from dashapp.domain.time.zones import zone_named
from dashapp.store.engine import Store
from dashapp.store.orgs.states import lock, org_state
from dashapp.store.tables import orgs, seen, tally
from dashapp.store.tallies.recount import recount
from dashapp.store.tallies.rows import differing_blocks, stored_rows
from dashapp.store.tallies.updates import (
    NEVER,
    count_next_days,
    declare,
    drop,
    last_event_before,
    restart,
)
from dashapp.store.tallies.users import stored_seen, to_bitmaps, user_numbers

OnProgress = Callable[[int], object]
_DAYS_PER_SCAN = 60
_PAUSE = 0.15  # seconds
_LAST_DAY = 2**31 // HOUR_SLOTS_PER_DAY - 1


def finish_counting(
    store: Store, scope: Scope, on_progress: OnProgress = lambda _days: None
) -> None:
    """Count all remaining days in short transactions; report the days of each to `on_progress`.

    Pauses between two transactions give other writers a turn: SQLite retries its lock every tenth
    of a second.
    """
    while True:
        started = monotonic()
        with store.write(scope, has_time_limit=False) as session:
            days, has_more = count_next_days(session, scope)
        on_progress(days)
        if not has_more:
            return
        sleep(max(_PAUSE, monotonic() - started))


def remaining_days(session: Session, scope: Scope) -> int:
    """Return roughly how many days remain to be counted, summed over all tallies."""
    state = org_state(session, scope)
    if state.first_event_at is None or state.last_event_at is None:
        return 0
    first, last = (
        day_number_at(t, state.zone) for t in (state.first_event_at, state.last_event_at)
    )
    uncounted = (max(0, min(last + 1, org_tally.from_day) - first) for org_tally in state.tallies)
    return len(state.stale) + sum(uncounted)


def rebuild_all(store: Store, scope: Scope, tallies: Iterable[Tally]) -> None:
    """Delete an org's tallies and start over with these; `finish_counting` counts them."""
    with store.write(scope, has_time_limit=False) as session:
        state = lock(session, scope)
        tallies = list(dict.fromkeys(tallies))
        drop(session, scope, [old for old in state.tallies if old.tally not in tallies])
        restart(session, scope, state.timezone)
        declare(session, scope, tallies)


def set_timezone(store: Store, scope: Scope, timezone: str) -> None:
    """Change the org's time zone. Its days then begin at other times, so all are recounted.

    Takes effect at once: days that are not counted yet are read from events. Raises BadInput.
    """
    zone_named(timezone)
    if timezone == scope.org.timezone:
        raise BadInput(f"The time zone of {scope.org.slug} is already {timezone}.")
    with store.write(scope, has_time_limit=False) as session:
        lock(session, scope)
        session.execute(update(orgs).where(orgs.c.id == scope.org_id).values(timezone=timezone))
        restart(session, scope, timezone)


def differences(
    store: Store, scope: Scope, on_progress: OnProgress = lambda _days: None
) -> Iterator[str]:
    """Yield a sentence for each stored number that differs from a recount of the events.

    Reads everything in one snapshot, so it ignores events that arrive meanwhile.
    """
    with store.read_primary(scope, has_time_limit=False) as session:
        for org_tally in org_state(session, scope).tallies:
            for low, high in _day_ranges(session, scope, org_tally):
                for place, stored, expected in _compare(session, scope, org_tally, low, high):
                    yield _message(scope, org_tally, place, stored, expected)
                on_progress(high - low)
            for first, project, key, spelling, difference in differing_blocks(
                session, scope, org_tally.number
            ):
                place = (first, "block of days starting", project, key, spelling)
                yield _message(scope, org_tally, place, -difference, 0)


def _day_ranges(session: Session, scope: Scope, org_tally: KeptTally) -> Iterator[tuple[int, int]]:
    """Yield ranges of days that have events or rows of the tally, newest first."""
    state = org_state(session, scope)
    before = NEVER
    while True:
        last_event = last_event_before(session, scope, state, before)
        last_days = _last_stored_days(session, scope, org_tally, before)
        if last_event is not None:
            last_days.append(day_number_at(last_event, state.zone))
        if not last_days or max(last_days) < org_tally.from_day:
            return
        low = max(max(last_days) - _DAYS_PER_SCAN + 1, org_tally.from_day)
        yield low, max(last_days) + 1
        before = low


def _last_stored_days(
    session: Session, scope: Scope, org_tally: KeptTally, before: int
) -> list[int]:
    """Return the newest day before `before` that has rows, for each kind of row."""
    day_columns: tuple[tuple[Any, list[Any]], ...] = (
        (tally.c.step, [tally.c.grain == DAYS]),
        (seen.c.day, []),
    )
    hours = select(func.max(tally.c.step)).where(
        tally.c.org_id == scope.org_id,
        tally.c.tally == org_tally.number,
        tally.c.grain == HOURS,
        tally.c.step < min(before, _LAST_DAY) * HOUR_SLOTS_PER_DAY,
    )
    last_hour = session.execute(hours).scalar()
    last_days = [] if last_hour is None else [last_hour // HOUR_SLOTS_PER_DAY]
    for day_column, conditions in day_columns:
        last_day = session.execute(
            select(func.max(day_column)).where(
                day_column.table.c.org_id == scope.org_id,
                day_column.table.c.tally == org_tally.number,
                day_column < before,
                *conditions,
            )
        ).scalar()
        last_days += [] if last_day is None else [last_day]
    return last_days


def _compare(
    session: Session, scope: Scope, org_tally: KeptTally, low: int, high: int
) -> Iterator[tuple["_Place", int, int]]:
    """Yield each place where the stored number differs from a recount, with both numbers."""
    state = org_state(session, scope)
    days = [day for day in range(low, high) if day not in state.stale]
    counts = recount(session, scope, [org_tally], days, state.zone)
    numbers = user_numbers(session, scope, sorted(set().union(*counts.users.values())))
    bitmaps = to_bitmaps(counts.users, numbers)
    users = {place: (len(names), bitmaps[place]) for place, names in counts.users.items()}
    expected = _by_place(counts.rows, users)
    stored = _by_place(
        stored_rows(session, scope, org_tally.number, low, high),
        stored_seen(session, scope, org_tally.number, low, high),
    )
    for place in sorted(expected.keys() | stored.keys()):
        if place[0] in days and stored.get(place) != expected.get(place):
            yield place, _number(stored.get(place)), _number(expected.get(place))


_Place = tuple[int, str, str, str, str]  # day, kind of number, project, key, spelling


def _by_place(rows: Rows, seen_users: dict[tuple[int, str, int, str], Any]) -> dict[_Place, Any]:
    """Return counts and users in one dict."""
    numbers: dict[_Place, Any] = {}
    for (_, project, grain, step, key, spelling), n in rows.items():
        day, hour = divmod(step, HOUR_SLOTS_PER_DAY) if grain == HOURS else (step, 0)
        kind = {DAYS: "day", HOURS: f"hour {hour:02d}", LABELS: "label"}[grain]
        numbers[day, kind, project, key, spelling] = n
    for (_, project, day, key), users in seen_users.items():
        numbers[day, "users", project, key, ""] = users
    return numbers


def _number(value: Any) -> int:
    """Return a count, or the count of a (count, bitmap) pair."""
    return int(value[0] if isinstance(value, tuple) else value or 0)


def _message(scope: Scope, org_tally: KeptTally, place: _Place, stored: int, expected: int) -> str:
    day, kind, project, key, _ = place
    date_ = date_from_number(day).isoformat()
    definition = org_tally.tally
    types, by = ", ".join(definition.types) or "all events", definition.by or "total"
    if definition.where:
        types = f"{types} with {'='.join(definition.where)}"
    where = f"project {project}" if project else "all projects"
    key_text = f" “{excerpt(key)}”" if key else ""
    return (
        f"{scope.org.slug}: {types} by {by}{key_text}, {where}, {date_} ({kind}): "
        f"{stored} stored, {expected} counted"
    )
