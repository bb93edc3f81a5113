"""Compares what a tally stores with a recount of the events."""

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.errors import excerpt
from dashapp.domain.metrics.amounts import Amount
from dashapp.domain.metrics.folding import DAYS, HOURS, LABELS, Folded, KeptTally, Members
from dashapp.domain.metrics.spreads import Spread
from dashapp.domain.metrics.tallies import Tally
from dashapp.domain.time.local_days import HOUR_SLOTS_PER_DAY, date_from_number, day_number_at
from dashapp.store.orgs.states import org_state
from dashapp.store.tables import measured, seen, spreads, tally
from dashapp.store.tallies.counting import last_event_before
from dashapp.store.tallies.members import (
    USERS,
    VALUES,
    Numbering,
    numbers_of,
    stored_seen,
    to_bitmaps,
)
from dashapp.store.tallies.recount import recount
from dashapp.store.tallies.row_tables import AMOUNTS, COUNTS
from dashapp.store.tallies.rows import differing_blocks, stored_rows
from dashapp.store.tallies.spread_rows import stored_spreads
from dashapp.store.tallies.updates import NEVER

OnProgress = Callable[[int], object]
_DAYS_PER_SCAN = 60
_LAST_DAY = 2**31 // HOUR_SLOTS_PER_DAY - 1
_Place = tuple[int, str, str, str, str]  # day, kind of number, project, key, spelling


def tally_differences(
    session: Session, scope: Scope, org_tally: KeptTally, on_progress: OnProgress
) -> Iterator[str]:
    """Yield a sentence for each stored number of a tally that differs from a recount."""
    for days in _day_ranges(session, scope, org_tally):
        for place, stored, expected in _compare(session, scope, org_tally, days):
            numbers = f"{_number(stored)} stored, {_number(expected)} counted"
            yield f"{_name(scope, org_tally.tally, place)}: {numbers}"
        on_progress(days[1] - days[0])
    for first, project, key in differing_blocks(session, scope, org_tally.number):
        place = (first, "block of days starting", project, key, "")
        yield f"{_name(scope, org_tally.tally, place)}: it differs from the sum of its days"


def _day_ranges(session: Session, scope: Scope, org_tally: KeptTally) -> Iterator[tuple[int, int]]:
    """Yield ranges of days that have events or rows of the tally, newest first."""
    state = org_state(session, scope)
    before = NEVER
    while True:
        last_event = last_event_before(session, scope, state, before)
        last_days = list(_last_stored_days(session, scope, org_tally, before))
        if last_event is not None:
            last_days.append(day_number_at(last_event, state.zone))
        if not last_days or max(last_days) < org_tally.from_day:
            return
        low = max(max(last_days) - _DAYS_PER_SCAN + 1, org_tally.from_day)
        yield low, max(last_days) + 1
        before = low


def _last_stored_days(
    session: Session, scope: Scope, org_tally: KeptTally, before: int
) -> Iterator[int]:
    """Yield the newest day before `before` that has rows, for each kind of row."""
    hours = min(before, _LAST_DAY) * HOUR_SLOTS_PER_DAY
    for step, limit, factor, conditions in (
        (tally.c.step, before, 1, [tally.c.grain == DAYS]),
        (tally.c.step, hours, HOUR_SLOTS_PER_DAY, [tally.c.grain == HOURS]),
        (measured.c.step, before, 1, [measured.c.grain == DAYS]),
        (measured.c.step, hours, HOUR_SLOTS_PER_DAY, [measured.c.grain == HOURS]),
        (seen.c.day, before, 1, []),
        (spreads.c.day, before, 1, []),
    ):
        columns = step.table.c
        last = session.execute(
            select(func.max(step)).where(
                columns.org_id == scope.org_id,
                columns.tally == org_tally.number,
                step < limit,
                *conditions,
            )
        ).scalar()
        if last is not None:
            yield last // factor


def _compare(
    session: Session, scope: Scope, org_tally: KeptTally, days: tuple[int, int]
) -> Iterator[tuple[_Place, Any, Any]]:
    """Yield each place where the stored number differs from a recount, with both numbers."""
    state = org_state(session, scope)
    counted_days = [day for day in range(*days) if day not in state.stale]
    counts = recount(session, scope, [org_tally], counted_days, state.zone)
    expected = _expected(session, scope, counts)
    stored = _stored(session, scope, org_tally.number, days)
    for place in sorted(expected.keys() | stored.keys()):
        if place[0] in counted_days and stored.get(place) != expected.get(place):
            yield place, stored.get(place), expected.get(place)


def _expected(session: Session, scope: Scope, counts: Folded) -> dict[_Place, Any]:
    members = _bitmaps(session, scope, USERS, counts.users)
    members |= _bitmaps(session, scope, VALUES, counts.values)
    return _by_place({**counts.rows, **counts.amounts}, members, counts.spreads)


def _bitmaps(
    session: Session, scope: Scope, numbering: Numbering, members: Members
) -> dict[Any, Any]:
    names = sorted(set().union(*members.values()))
    bitmaps = to_bitmaps(members, numbers_of(session, scope, numbering, names))
    return {place: (len(names), bitmaps[place]) for place, names in members.items()}


def _stored(
    session: Session, scope: Scope, number: int, days: tuple[int, int]
) -> dict[_Place, Any]:
    rows = {
        **stored_rows(session, scope, COUNTS, number, days),
        **stored_rows(session, scope, AMOUNTS, number, days),
    }
    members = stored_seen(session, scope, number, days)
    return _by_place(rows, members, stored_spreads(session, scope, number, days))


def _by_place(
    rows: dict[Any, Any], members: dict[Any, Any], of_days: dict[Any, Any]
) -> dict[_Place, Any]:
    """Return counts, amounts, members and spreads in one dict."""
    numbers: dict[_Place, Any] = {}
    for (_, project, grain, step, key, spelling), n in rows.items():
        day, hour = divmod(step, HOUR_SLOTS_PER_DAY) if grain == HOURS else (step, 0)
        kind = {DAYS: "day", HOURS: f"hour {hour:02d}", LABELS: "label"}[grain]
        numbers[day, kind, project, key, spelling] = n
    for (_, project, day, key), names in members.items():
        numbers[day, "users", project, key, ""] = names
    for (_, project, day, key), spread in of_days.items():
        numbers[day, "percentiles", project, key, ""] = spread
    return numbers


def _number(value: Any) -> object:
    """Return a number as people read it: a count, an amount, or the size of a spread."""
    if isinstance(value, Amount):
        return f"{value.n} events with {value.total} millionths"
    if isinstance(value, Spread):
        return f"{value.n} events"
    return value[0] if isinstance(value, tuple) else value or 0


def _name(scope: Scope, definition: Tally, place: _Place) -> str:
    day, kind, project, key, _ = place
    date_ = date_from_number(day).isoformat()
    types, by = ", ".join(definition.types) or "all events", definition.by or "total"
    of = f" {definition.counted} of {definition.of}" if definition.of else ""
    if definition.where:
        types = f"{types} with {len(definition.where)} conditions"
    where = f"project {project}" if project else "all projects"
    key_text = f" “{excerpt(key)}”" if key else ""
    return f"{scope.org.slug}: {types}{of} by {by}{key_text}, {where}, {date_} ({kind})"
