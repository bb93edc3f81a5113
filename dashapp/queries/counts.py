"""How many events lie in each of some ranges? From tallies where they know, else from events.

A range is covered exactly by whole local days, whole hours and what is left; each part is counted
where it is cheapest, all in one statement. Without the tally everything is counted from events:
the answer is the same.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, cast, func, literal, select, union_all
from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.metrics.folding import DAYS, HOURS
from dashapp.domain.metrics.tallies import ALL_PROJECTS, EVENTS_BY_TYPE, OTHER, Label, Tally
from dashapp.domain.series import ScalarRow
from dashapp.domain.time.local_days import Cover, cover
from dashapp.domain.time.time_range import TimeRange
from dashapp.store.orgs.states import org_state
from dashapp.store.sql.dialect import as_list, as_texts
from dashapp.store.sql.parameters import listed, ordered
from dashapp.store.sql.properties import property_text
from dashapp.store.sql.scoped import (
    TALLY,
    TALLY_PROJECT,
    buckets,
    event_types,
    events,
    steps,
    tally,
)

Range = tuple[int, int]


def counts(
    session: Session, scope: Scope, of: Tally, ranges: Sequence[Range], key: str = ""
) -> list[int]:
    """The count of each range `low <= t < high`, microseconds; of one value with a `key`.

    Of a tally without an end of values, a single one is counted from events. Raises ValueError for
    one whose labels are trimmed: see `queries/top.py`.
    """
    if of.label is not Label.EXACT:
        raise ValueError("Labels that are trimmed or folded are counted by dashapp.queries.top.")
    if of.is_open and key:
        number, covers = from_events(ranges)
    else:
        number, covers = covers_of(session, scope, of, ranges, has_hours=of.has_hours)
    params = {
        **scope.params,
        TALLY: number,
        TALLY_PROJECT: scope.project or ALL_PROJECTS,
        "steps": steps_of(covers),
        "edges": rest_of(covers),
    }
    found = [0] * len(ranges)
    for place, count in session.execute(_statement(of, key), params):
        found[place] += count
    return found


def counts_by_type(
    session: Session, scope: Scope, ranges: Sequence[Range], types: Sequence[str]
) -> dict[str, list[int]]:
    """The counts of some types of events in each range, microseconds, in one statement."""
    number, covers = covers_of(session, scope, EVENTS_BY_TYPE, ranges, has_hours=True)
    params = {
        **scope.params,
        TALLY: number,
        TALLY_PROJECT: scope.project or ALL_PROJECTS,
        "steps": steps_of(covers),
        "edges": rest_of(covers),
        "types": as_texts(types),
    }
    found = {name: [0] * len(ranges) for name in types}
    for place, name, count in session.execute(_BY_TYPE, params):
        found[name][place] += count
    return found


def scalar_of(
    session: Session, scope: Scope, time_range: TimeRange, of: Tally, key: str = ""
) -> Sequence[ScalarRow]:
    """One row: the count in the range and in the one before, and of every bucket.

    `previous` is None when that range begins before the org's first event.
    """
    *trend, previous = counts(session, scope, of, with_previous(time_range), key)
    is_known = is_comparable(session, scope, time_range)
    return [ScalarRow(sum(trend), previous if is_known else None, tuple(trend), is_known)]


def with_previous(time_range: TimeRange) -> list[Range]:
    """The buckets of a range, and as the last one the range before."""
    bounds = time_range.params
    return [*time_range.edges, (bounds["previous_start"], bounds["previous_end"])]


def is_comparable(session: Session, scope: Scope, time_range: TimeRange) -> bool:
    """Whether the org's events go back to where the range begins that numbers are compared with.

    Viewers who see a part of them are not told when the others begin: there it is as if they did.
    """
    if not time_range.has_comparison:
        return False
    if scope.filters is not None or (scope.is_embedded and scope.project is not None):
        return True
    first = org_state(session, scope).first_event_at
    return first is not None and time_range.params["previous_start"] >= first


def covers_of(
    session: Session, scope: Scope, of: Tally, ranges: Sequence[Range], *, has_hours: bool
) -> tuple[int, list[Cover]]:
    """The number of a tally, and what each range is made of: of events alone under filters."""
    found = org_state(session, scope).knows(of)
    if found is None or scope.is_filtered:
        return from_events(ranges)
    number, known = found
    return number, [cover(low, high, known, has_hours=has_hours) for low, high in ranges]


def from_events(ranges: Sequence[Range]) -> tuple[int, list[Cover]]:
    """No tally, and ranges of which nothing is counted ahead."""
    return 0, [Cover([], [], [bounds]) for bounds in ranges]


def steps_of(covers: Sequence[Cover]) -> str:
    """Days and hours as rows of `steps`, with the number of their range."""
    return as_list(
        (place, grain, low, high)
        for place, made in enumerate(covers)
        for grain, parts in ((DAYS, made.days), (HOURS, made.hours))
        for low, high in parts
    )


def rest_of(covers: Sequence[Cover]) -> str:
    """What is counted from events, as rows of `buckets`, with the number of its range."""
    return as_list(
        (place, low, high) for place, made in enumerate(covers) for low, high in made.rest
    )


def _by_type_statement() -> Any:
    is_in_step = (
        (tally.c.grain == steps.c.grain)
        & (tally.c.step >= steps.c.low)
        & (tally.c.step < steps.c.high)
        & tally.c.key.in_(listed("types"))
    )
    ahead = (
        select(steps.c.number, tally.c.key, cast(func.sum(tally.c.n), BigInteger))
        .select_from(ordered(steps, tally, is_in_step))
        .group_by(steps.c.number, tally.c.key)
    )
    columns = (buckets.c.number, event_types.c.type)
    now = counted_events(EVENTS_BY_TYPE, "", *columns, func.count(), with_buckets=True)
    now = now.where(event_types.c.type.in_(listed("types"))).group_by(*columns)
    return union_all(ahead, now)


@lru_cache(maxsize=512)
def _statement(of: Tally, key: str) -> Any:
    ahead = (
        select(cast(func.coalesce(func.sum(tally.c.n), 0), BigInteger))
        .where(
            tally.c.grain == steps.c.grain,
            tally.c.step >= steps.c.low,
            tally.c.step < steps.c.high,
            *([tally.c.key == key] if key else []),
        )
        .correlate(steps)
        .scalar_subquery()
    )
    now = counted_events(of, key, func.count()).correlate(buckets).scalar_subquery()
    return union_all(select(steps.c.number, ahead), select(buckets.c.number, now))


def counted_events(of: Tally, key: str, *columns: Any, with_buckets: bool = False) -> Any:
    """A selection from the events of every bucket that count for a tally, and have a value there.

    For one bucket of an outer statement, or for all with `with_buckets`.
    """
    before = event_types.join(buckets, literal(1) == 1) if with_buckets else event_types
    is_in_bucket = (events.c.occurred_at >= buckets.c.low) & (events.c.occurred_at < buckets.c.high)
    joined = ordered(before, events, (events.c.type == event_types.c.type) & is_in_bucket)
    statement = select(*columns).select_from(joined)
    if of.types:
        statement = statement.where(event_types.c.type.in_(of.types))
    if of.where:
        name, value = of.where
        statement = statement.where(property_text(events.c.properties, name) == value)
    if of.by == "":
        return statement
    if of.by == "type":
        return statement.where(event_types.c.type == key) if key else statement
    field = field_of(of)
    if key == OTHER and of.values:
        return statement.where(field != "", field.not_in(of.values))
    return statement.where(field == key if key else field != "")


def field_of(of: Tally) -> Any:
    """The column that a tally counts by."""
    name = of.property_name
    if name is not None:
        return property_text(events.c.properties, name)
    return events.c[of.by] if of.by else literal("")


_BY_TYPE = _by_type_statement()
