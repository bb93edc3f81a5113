"""Counts the days that tallies do not cover yet, newest first, in short steps.

Days that wait for a recount are counted from a snapshot, without the org's lock. It is taken only
to store the counts, if these days have not changed meanwhile.
"""

from collections.abc import Iterator
from time import monotonic

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.metrics.folding import DAYS, KeptTally
from dashapp.domain.metrics.tallies import ALL_PROJECTS, EVENTS
from dashapp.domain.time.local_days import day_number_at, day_start_us
from dashapp.store.engine import Store
from dashapp.store.orgs.states import OrgState, lock, org_state, set_stale
from dashapp.store.tables import event_types, events, tally
from dashapp.store.tallies.recount import recount
from dashapp.store.tallies.updates import ALWAYS, NEVER, put_counts, rebuild, set_from_day

_SECONDS_PER_STEP = 0.25  # other writers get their turn between two steps
_MAX_CONFLICTS = 3
_MAX_DAYS_PER_STEP, _MAX_EVENTS_PER_STEP = 64, 50_000


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
        set_from_day(session, scope, kept, ALWAYS)
        return 1
    day = day_number_at(last, state.zone)
    days = _affordable(session, scope, state, day, most)
    rebuild(session, scope, kept, range(day - days + 1, day + 1))
    set_from_day(session, scope, kept, day - days + 1)
    return days


def _affordable(session: Session, scope: Scope, state: OrgState, last: int, most: int) -> int:
    """Return how many days up to `last` have at most _MAX_EVENTS_PER_STEP events; at least one."""
    events_tally = state.find_tally(EVENTS)
    if most == 1 or events_tally is None or events_tally[1].first > last - most + 1:
        return 1
    number = events_tally[0]
    params = {"org": scope.org_id, "tally": number, "first": last - most + 1, "last": last}
    counts = {step: n for step, n in session.execute(_EVENTS_BY_DAY, params)}  # noqa: C416
    total = 0
    for days in range(1, most + 1):
        total += counts.get(last - days + 1, 0)
        if total > _MAX_EVENTS_PER_STEP:
            return max(1, days - 1)
    return most


_EVENTS_BY_DAY = select(tally.c.step, tally.c.n).where(
    tally.c.org_id == bindparam("org"),
    tally.c.tally == bindparam("tally"),
    tally.c.project == ALL_PROJECTS,
    tally.c.grain == DAYS,
    tally.c.step >= bindparam("first"),
    tally.c.step <= bindparam("last"),
)


def _count_stale_days(session: Session, scope: Scope, state: OrgState, most: int) -> int:
    newest = sorted(state.stale, reverse=True)
    days, others = newest[:most], newest[most:]
    for kept, part in _parts(state, days):
        rebuild(session, scope, kept, part)
    set_stale(session, scope, others)
    return len(days)


def _parts(state: OrgState, days: list[int]) -> Iterator[tuple[list[KeptTally], list[int]]]:
    """Yield tallies with the days among these that they cover."""
    oldest = min(days)
    yield [kept for kept in state.tallies if kept.from_day <= oldest], days
    for kept in state.tallies:  # which are complete for some of the days only
        rest = [day for day in days if oldest < kept.from_day <= day]
        if rest:
            yield [kept], rest


class StaleDays:
    """Counts an org's stale days from snapshots, as many at once as take a moment."""

    def __init__(self, store: Store, scope: Scope) -> None:
        self._store, self._scope = store, scope
        self._most, self._conflicts = 1, 0

    def count_next(self) -> int | None:
        """Count some stale days; return how many, or None if there are none.

        If the days keep changing, they are counted under the lock.
        """
        started = monotonic()
        counted = self._count() if self._conflicts < _MAX_CONFLICTS else self._count_locked()
        if counted == 0:
            self._conflicts, self._most = self._conflicts + 1, max(1, self._most // 2)
        else:
            self._conflicts = 0
            is_quick = monotonic() - started < _SECONDS_PER_STEP / 4
            self._most = min(2 * self._most, _MAX_DAYS_PER_STEP) if is_quick else 1
        return counted

    def _count(self) -> int | None:
        scope = self._scope
        with self._store.read_primary(scope, has_time_limit=False) as session:
            state = org_state(session, scope)
            newest = sorted(state.stale, reverse=True)
            days, others = newest[: self._most], newest[self._most :]
            if not days:
                return None
            parts = [
                (kept, part, recount(session, scope, kept, part, state.zone))
                for kept, part in _parts(state, days)
            ]
        with self._store.write(scope, has_time_limit=False) as session:
            current = lock(session, scope)
            if (current.stale_version, current.tallies) != (state.stale_version, state.tallies):
                return 0
            for kept, part, counts in parts:
                put_counts(session, scope, kept, part, counts)
            set_stale(session, scope, others)
        return len(days)

    def _count_locked(self) -> int | None:
        with self._store.write(self._scope, has_time_limit=False) as session:
            state = lock(session, self._scope)
            return _count_stale_days(session, self._scope, state, 1) if state.stale else None


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
