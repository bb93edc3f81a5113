"""Counts events in a list of ranges: from tallies where possible, otherwise from the events.

A range is split into whole local days, whole hours, and the remaining edges. Days and hours are
read from the tally, edges are counted from the events, all in one statement. Without a tally,
everything is counted from the events; the numbers are the same.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, cast, func, literal, select, union_all
from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.metrics.folding import DAYS, HOURS
from dashapp.domain.metrics.tallies import ALL_PROJECTS, EVENTS_BY_TYPE, Label, Tally
from dashapp.domain.series import ScalarRow
from dashapp.domain.time.local_days import Cover, cover
from dashapp.domain.time.time_range import TimeRange
from dashapp.store.orgs.states import org_state
from dashapp.store.sql.counted import has_key, is_counted
from dashapp.store.sql.dialect import as_list, as_texts
from dashapp.store.sql.ordered import ordered
from dashapp.store.sql.parameters import text_values
from dashapp.store.sql.scoped import (
    TALLY,
    TALLY_PROJECT,
    buckets,
    event_types,
    events,
    steps,
)
from dashapp.store.sql.scoped import tally as tally_rows

Range = tuple[int, int]


def counts(
    session: Session, scope: Scope, tally: Tally, ranges: Sequence[Range], key: str = ""
) -> list[int]:
    """Count each range `low <= t < high` (microseconds). With `key`, count only that value.

    If the tally's values are unbounded, a single `key` is counted from the events. Raises
    ValueError for a tally with trimmed or folded labels: use `queries/top.py` for those.
    """
    if tally.label is not Label.EXACT:
        raise ValueError("Use dashapp.queries.top to count trimmed or folded labels.")
    if tally.is_unbounded and key:
        number, covers = from_events(ranges)
    else:
        number, covers = covers_of(session, scope, tally, ranges, has_hours=tally.has_hours)
    params = {
        **scope.params,
        TALLY: number,
        TALLY_PROJECT: scope.project or ALL_PROJECTS,
        "steps": steps_of(covers),
        "edges": rest_of(covers),
    }
    totals = [0] * len(ranges)
    for range_number, count in session.execute(_statement(tally, key), params):
        totals[range_number] += count
    return totals


def counts_by_type(
    session: Session, scope: Scope, ranges: Sequence[Range], types: Sequence[str]
) -> dict[str, list[int]]:
    """Count each of these event types in each range (microseconds), in one statement."""
    number, covers = covers_of(session, scope, EVENTS_BY_TYPE, ranges, has_hours=True)
    params = {
        **scope.params,
        TALLY: number,
        TALLY_PROJECT: scope.project or ALL_PROJECTS,
        "steps": steps_of(covers),
        "edges": rest_of(covers),
        "types": as_texts(types),
    }
    totals = {event_type: [0] * len(ranges) for event_type in types}
    for range_number, event_type, count in session.execute(_BY_TYPE, params):
        totals[event_type][range_number] += count
    return totals


def scalar_of(
    session: Session, scope: Scope, time_range: TimeRange, tally: Tally, key: str = ""
) -> Sequence[ScalarRow]:
    """One row: the count in the range, the count in the previous range, and one per bucket.

    `previous` is None if the previous range starts before the org's first event.
    """
    *trend, previous = counts(session, scope, tally, with_previous(time_range), key)
    can_compare = is_comparable(session, scope, time_range)
    return [ScalarRow(sum(trend), previous if can_compare else None, tuple(trend), can_compare)]


def with_previous(time_range: TimeRange) -> list[Range]:
    """The buckets of the range, followed by the previous range as a whole."""
    bounds = time_range.params
    return [*time_range.edges, (bounds["previous_start"], bounds["previous_end"])]


def is_comparable(session: Session, scope: Scope, time_range: TimeRange) -> bool:
    """Whether the org's events go back to the start of the compared range.

    Always true for filtered viewers and for embeds of one project: they must not learn when the
    org's data starts.
    """
    if not time_range.has_comparison:
        return False
    if scope.filters is not None or (scope.is_embedded and scope.project is not None):
        return True
    first_event_at = org_state(session, scope).first_event_at
    return first_event_at is not None and time_range.params["previous_start"] >= first_event_at


def covers_of(
    session: Session, scope: Scope, tally: Tally, ranges: Sequence[Range], *, has_hours: bool
) -> tuple[int, list[Cover]]:
    """The tally's number in the database, and the parts that cover each range.

    If the org has no such tally or the scope is filtered, all ranges are counted from the events.
    """
    number_and_days = org_state(session, scope).find_tally(tally)
    if number_and_days is None or scope.is_filtered:
        return from_events(ranges)
    number, tallied_days = number_and_days
    return number, [cover(low, high, tallied_days, has_hours=has_hours) for low, high in ranges]


def from_events(ranges: Sequence[Range]) -> tuple[int, list[Cover]]:
    """Number 0 (no tally), and covers that count each range from the events."""
    return 0, [Cover([], [], [bounds]) for bounds in ranges]


def steps_of(covers: Sequence[Cover]) -> str:
    """The parameter `:steps`: the covered days and hours, with the number of their range."""
    return as_list(
        (number, grain, low, high)
        for number, range_cover in enumerate(covers)
        for grain, parts in ((DAYS, range_cover.days), (HOURS, range_cover.hours))
        for low, high in parts
    )


def rest_of(covers: Sequence[Cover]) -> str:
    """The parameter `:edges`: parts to count from the events, with the number of their range."""
    return as_list(
        (number, low, high)
        for number, range_cover in enumerate(covers)
        for low, high in range_cover.rest
    )


def _by_type_statement() -> Any:
    is_in_step = (
        (tally_rows.c.grain == steps.c.grain)
        & (tally_rows.c.step >= steps.c.low)
        & (tally_rows.c.step < steps.c.high)
        & tally_rows.c.key.in_(text_values("types"))
    )
    tally_counts = (
        select(steps.c.number, tally_rows.c.key, cast(func.sum(tally_rows.c.n), BigInteger))
        .select_from(ordered(steps, tally_rows, is_in_step))
        .group_by(steps.c.number, tally_rows.c.key)
    )
    columns = (buckets.c.number, event_types.c.type)
    event_counts = counted_events(EVENTS_BY_TYPE, "", *columns, func.count(), with_buckets=True)
    is_listed = event_types.c.type.in_(text_values("types"))
    return union_all(tally_counts, event_counts.where(is_listed).group_by(*columns))


@lru_cache(maxsize=512)
def _statement(tally: Tally, key: str) -> Any:
    tally_counts = (
        select(cast(func.coalesce(func.sum(tally_rows.c.n), 0), BigInteger))
        .where(
            tally_rows.c.grain == steps.c.grain,
            tally_rows.c.step >= steps.c.low,
            tally_rows.c.step < steps.c.high,
            *([tally_rows.c.key == key] if key else []),
        )
        .correlate(steps)
        .scalar_subquery()
    )
    event_counts = counted_events(tally, key, func.count()).correlate(buckets).scalar_subquery()
    return union_all(select(steps.c.number, tally_counts), select(buckets.c.number, event_counts))


def counted_events(tally: Tally, key: str, *columns: Any, with_buckets: bool = False) -> Any:
    """Select the events of a bucket that the tally counts and that have a value in its field.

    Correlates with `buckets` of an outer statement; `with_buckets` joins all buckets instead.
    """
    left = event_types.join(buckets, literal(1) == 1) if with_buckets else event_types
    is_in_bucket = (events.c.occurred_at >= buckets.c.low) & (events.c.occurred_at < buckets.c.high)
    joined = ordered(left, events, (events.c.type == event_types.c.type) & is_in_bucket)
    return (
        select(*columns)
        .select_from(joined)
        .where(
            *is_counted(tally, events, event_types.c.type),
            *has_key(tally, events, event_types.c.type, key),
        )
    )


_BY_TYPE = _by_type_statement()
