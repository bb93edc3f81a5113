"""Which days of an org are sealed: marking, publishing, and unsealing them, under the org's lock.

A writer that changes a day makes it unsealed in the same transaction. While a segment is made, its
days are marked; a writer removes the mark, and the segment does not get that day.
"""

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import NamedTuple

from sqlalchemy import Integer, bindparam, delete, func, insert, select, update
from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.columns.layout import Layout
from dashapp.domain.columns.planning import QUIET, KnownDays
from dashapp.domain.metrics.folding import DAYS
from dashapp.domain.metrics.tallies import ALL_PROJECTS, EVENTS, USERS_BY_CHANNEL
from dashapp.domain.time.instant import SECOND
from dashapp.domain.time.local_days import DAY
from dashapp.store.orgs.due import record_segments, wake
from dashapp.store.orgs.states import OrgState, forget_state, lock, org_state
from dashapp.store.sql.dialect import as_list, upsert
from dashapp.store.sql.parameters import row_list
from dashapp.store.tables import org_states, sealed_days, segments, tally

_ABANDONED = 30 * 60 * SECOND  # microseconds, after which a mark no longer counts
_day_list = row_list("days", {"day": Integer})
_listed = _day_list(bindparam("days")).alias("listed")
_IS_OF_ORG = sealed_days.c.org_id == bindparam("org")
_UNSEAL = (
    update(sealed_days)
    .where(_IS_OF_ORG, sealed_days.c.day.in_(select(_listed.c.day)))
    .values(segment=None, mark=None, changed_at=bindparam("now"))
)
_ROWS = select(
    sealed_days.c.day,
    sealed_days.c.segment,
    sealed_days.c.rows,
    sealed_days.c.mark,
    sealed_days.c.marked_at,
    sealed_days.c.changed_at,
).where(_IS_OF_ORG)
_PUBLISH = (
    update(sealed_days)
    .where(_IS_OF_ORG, sealed_days.c.day == bindparam("sealed_day"))
    .values(segment=bindparam("segment"), rows=bindparam("n"), mark=None, marked_at=None)
)
_SIZES = select(segments.c.number, segments.c.rows).where(segments.c.org_id == bindparam("org"))
_EVENTS_BY_DAY = select(tally.c.step, tally.c.n).where(
    tally.c.org_id == bindparam("org"),
    tally.c.tally == bindparam("tally"),
    tally.c.project == ALL_PROJECTS,
    tally.c.grain == DAYS,
)


def unseal(session: Session, scope: Scope, times: Iterable[int], now: int = 0) -> None:
    """Make the days of these moments unsealed: their events change in this transaction.

    All times are in microseconds. The org must be locked. With `now`, more changes are expected:
    the days are sealed again after a quiet time.
    """
    until = org_state(session, scope).sealed_until
    if until is None:
        return
    days = {day for day in (moment // DAY for moment in times) if day <= until}
    if days:
        params = {"org": scope.org_id, "days": as_list((day,) for day in days), "now": now}
        session.execute(_UNSEAL, params)
        wake(session, scope, now + QUIET if now else 0)


def discard(session: Session, scope: Scope, times: Iterable[int]) -> None:
    """Delete the segments that contain these moments, because events must leave no trace.

    All days of these segments become unsealed. Otherwise as `unseal`. Segments that are being made
    may have the events, too: none of them is stored.
    """
    moments = set(times)
    unseal(session, scope, moments)
    days = {moment // DAY for moment in moments}
    is_marked = (sealed_days.c.org_id == scope.org_id) & sealed_days.c.mark.is_not(None)
    session.execute(update(sealed_days).where(is_marked).values(mark=None))
    is_of_org = segments.c.org_id == scope.org_id
    layouts = session.execute(select(segments.c.number, segments.c.layout).where(is_of_org)).all()
    numbers = [number for number, layout in layouts if not days.isdisjoint(layout["days"])]
    if numbers:
        in_these = sealed_days.c.segment.in_(numbers)
        session.execute(
            update(sealed_days)
            .where(sealed_days.c.org_id == scope.org_id, in_these)
            .values(segment=None)
        )
        session.execute(delete(segments).where(is_of_org, segments.c.number.in_(numbers)))


def unseal_all(session: Session, scope: Scope) -> None:
    """Delete all segments of an org: its days are then read from the events."""
    lock(session, scope)
    for table in (sealed_days, segments):
        session.execute(delete(table).where(table.c.org_id == scope.org_id))
    wake(session, scope)


def days_to_plan(session: Session, scope: Scope, now: int) -> KnownDays:
    """Return what is known about the org's days. Days that another process seals are left out."""
    state = org_state(session, scope)
    segment_of: dict[int, int] = {}
    rows_of: dict[int, int] = {}
    changed_at: dict[int, int] = {}
    busy: dict[int, int] = {}
    for row in session.execute(_ROWS, {"org": scope.org_id}):
        if row.segment is not None:
            segment_of[row.day], rows_of[row.day] = row.segment, row.rows
        if row.changed_at is not None:
            changed_at[row.day] = row.changed_at
        if row.mark is not None and (row.marked_at or 0) > now - _ABANDONED:
            busy[row.day] = row.marked_at + _ABANDONED
    counts = {day: n for day, n in _counts(session, scope, state).items() if day not in busy}
    segment_of = {day: segment for day, segment in segment_of.items() if day not in busy}
    sizes = dict(session.execute(_SIZES, {"org": scope.org_id}).all())
    return KnownDays(
        counts, segment_of, rows_of, changed_at, sizes, min(busy.values(), default=None)
    )


def _counts(session: Session, scope: Scope, state: OrgState) -> Mapping[int, int]:
    """Return the events of each day that is counted: the users of its events then have numbers."""
    events, users = state.find_tally(EVENTS), state.find_tally(USERS_BY_CHANNEL)
    if events is None or users is None:
        return {}
    params = {"org": scope.org_id, "tally": events[0]}
    first = max(users[1].first + 1, 0)
    stale = {day + step for day in state.stale for step in (-1, 0, 1)}
    return {
        day: n
        for day, n in session.execute(_EVENTS_BY_DAY, params)
        if day >= first and day not in stale
    }


def mark(session: Session, scope: Scope, days: Sequence[int], name: str, now: int) -> None:
    """Mark the days of a segment that is about to be made."""
    state = lock(session, scope)
    statement = upsert(session, sealed_days)
    values = {"mark": statement.excluded.mark, "marked_at": statement.excluded.marked_at}
    keys = [sealed_days.c.org_id, sealed_days.c.day]
    session.execute(
        statement.on_conflict_do_update(index_elements=keys, set_=values),
        [{"org_id": scope.org_id, "day": day, "mark": name, "marked_at": now} for day in days],
    )
    until = max(days) if state.sealed_until is None else max(*days, state.sealed_until)
    if until != state.sealed_until:
        session.execute(
            update(org_states).where(org_states.c.org_id == scope.org_id).values(sealed_until=until)
        )
        forget_state(session)
        record_segments(session, scope)


class NewSegment(NamedTuple):
    """A segment that was made. `mark` is that of its days, `rows_of` the events of each."""

    mark: str
    layout: Layout
    rows_of: Mapping[int, int]
    body: bytes


def publish(session: Session, scope: Scope, new: NewSegment, now: int) -> list[int]:
    """Store a segment for the days that still have its mark; return these days.

    Segments that have no day left are deleted.
    """
    lock(session, scope)
    marked = select(sealed_days.c.day).where(
        sealed_days.c.org_id == scope.org_id, sealed_days.c.mark == new.mark
    )
    days = sorted(session.execute(marked).scalars())
    if not days:
        return []
    number = _next_number(session, scope)
    session.execute(
        insert(segments).values(
            org_id=scope.org_id,
            number=number,
            rows=sum(new.rows_of.values()),
            sha256=sha256(new.body).hexdigest(),
            layout=new.layout.to_json(),
            size=len(new.body),
            made_at=now,
            body=new.body,
        )
    )
    params = {"org": scope.org_id, "segment": number}
    session.execute(
        _PUBLISH, [{**params, "sealed_day": day, "n": new.rows_of.get(day, 0)} for day in days]
    )
    delete_unused(session, scope)
    return days


def _next_number(session: Session, scope: Scope) -> int:
    is_of_org = org_states.c.org_id == scope.org_id
    session.execute(
        update(org_states).where(is_of_org).values(last_segment=org_states.c.last_segment + 1)
    )
    number: int = session.execute(select(org_states.c.last_segment).where(is_of_org)).scalar_one()
    return number


def delete_unused(session: Session, scope: Scope) -> None:
    """Delete the segments that have no day."""
    used = select(sealed_days.c.segment).where(
        sealed_days.c.org_id == scope.org_id, sealed_days.c.segment.is_not(None)
    )
    session.execute(
        delete(segments).where(segments.c.org_id == scope.org_id, segments.c.number.not_in(used))
    )


class Summary(NamedTuple):
    """The sealed days of an org; `size` is in bytes."""

    days: int
    first_day: int
    last_day: int
    events: int
    segments: int
    size: int


def summary(session: Session, scope: Scope) -> Summary | None:
    """Return what is sealed of an org; None if nothing is."""
    day, rows = sealed_days.c.day, sealed_days.c.rows
    days = session.execute(
        select(func.count(), func.min(day), func.max(day), func.sum(rows)).where(
            sealed_days.c.org_id == scope.org_id, sealed_days.c.segment.is_not(None)
        )
    ).one()
    if not days[0]:
        return None
    count, size = session.execute(
        select(func.count(), func.sum(segments.c.size)).where(segments.c.org_id == scope.org_id)
    ).one()
    return Summary(days[0], days[1], days[2], int(days[3]), count, int(size))
