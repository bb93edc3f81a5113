"""Counts distinct users in a list of ranges, by the values of a field.

The number of users of a whole local day is stored. For longer ranges, the users of each day are
united as bitmaps, together with the users of partial days, so that nobody counts twice.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import Any

from pyroaring import BitMap
from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.metrics.tallies import ALL_PROJECTS, Tally
from dashapp.domain.time.local_days import Cover
from dashapp.queries.counts import (
    Range,
    counted_events,
    covers_of,
    rest_of,
    steps_of,
)
from dashapp.store.sql.counted import key_of
from dashapp.store.sql.ordered import ordered
from dashapp.store.sql.scoped import TALLY, TALLY_PROJECT, buckets, event_users, events, seen, steps

UserCounts = Iterator[tuple[int, str, int]]
_EMPTY = Cover([], [], [])


def user_counts(
    session: Session, scope: Scope, tally: Tally, ranges: Sequence[Range]
) -> list[tuple[int, str, int]]:
    """Rows of range number, value, and number of users, where there are any. Exact."""
    number, covers = covers_of(session, scope, tally, ranges, has_hours=False)
    counter = _UserCounter(session, scope, tally, number)
    single_days, partial_days, mixed = _by_kind(covers)
    return [
        *(counter.count_single_days(single_days) if single_days else ()),
        *(counter.count_partial_days(partial_days) if partial_days else ()),
        *(counter.count_mixed(mixed) if mixed else ()),
    ]


def _by_kind(covers: Sequence[Cover]) -> tuple[dict[int, Cover], ...]:
    """Ranges that are one whole day, ranges without a whole day, and all others, by number."""
    single_days, partial_days, mixed = {}, {}, {}
    for number, range_cover in enumerate(covers):
        if not range_cover.days:
            partial_days[number] = range_cover
        elif not range_cover.rest and sum(high - low for low, high in range_cover.days) == 1:
            single_days[number] = range_cover
        else:
            mixed[number] = range_cover
    return single_days, partial_days, mixed


class _UserCounter:
    """Runs the statements for one tally in one scope."""

    def __init__(self, session: Session, scope: Scope, tally: Tally, number: int) -> None:
        self._session = session
        self._tally = tally
        self._params = {
            **scope.params,
            TALLY: number,
            TALLY_PROJECT: scope.project or ALL_PROJECTS,
        }

    def count_single_days(self, covers: dict[int, Cover]) -> UserCounts:
        yield from self._run(_seen_statement(seen.c.n), steps=_steps(covers))

    def count_partial_days(self, covers: dict[int, Cover]) -> UserCounts:
        yield from self._run(_count_statement(self._tally), edges=_edges(covers))

    def count_mixed(self, covers: dict[int, Cover]) -> UserCounts:
        users: dict[tuple[int, str], BitMap] = defaultdict(BitMap)
        unnumbered: dict[tuple[int, str], set[str]] = defaultdict(set)  # not in a bitmap yet
        edges = _edges(covers)
        for number, key, bitmap in self._run(_seen_statement(seen.c.users), steps=_steps(covers)):
            users[number, key] |= BitMap.deserialize(bitmap)
        if any(range_cover.rest for range_cover in covers.values()):
            rows = self._run(_users_statement(self._tally), edges=edges)
            for number, key, user_number, name in rows:
                if user_number is None:
                    unnumbered[number, key].add(name)
                else:
                    users[number, key].add(user_number)
        for number, key in users.keys() | unnumbered.keys():
            yield number, key, len(users[number, key]) + len(unnumbered[number, key])

    def _run(self, statement: Any, **params: str) -> Any:
        return self._session.execute(statement, {**self._params, **params})


def _steps(covers: dict[int, Cover]) -> str:
    return steps_of(_by_number(covers))


def _edges(covers: dict[int, Cover]) -> str:
    return rest_of(_by_number(covers))


def _by_number(covers: dict[int, Cover]) -> list[Cover]:
    """The covers as a list, each at the index of its range, with empty ones in between."""
    return [covers.get(number, _EMPTY) for number in range(max(covers) + 1)]


@cache
def _seen_statement(column: Any) -> Any:
    return select(steps.c.number, seen.c.key, column).select_from(
        ordered(steps, seen, (seen.c.day >= steps.c.low) & (seen.c.day < steps.c.high))
    )


@lru_cache(maxsize=512)
def _count_statement(tally: Tally) -> Any:
    key = key_of(tally, events).label("key")
    users = func.count(events.c.user_id.distinct())
    return _by_bucket(tally, buckets.c.number, key, users).group_by(buckets.c.number, "key")


@lru_cache(maxsize=512)
def _users_statement(tally: Tally) -> Any:
    """Select range number, key, and user: by number, or by name if the user has no number yet."""
    name = case((event_users.c.number.is_(None), events.c.user_id))
    key = key_of(tally, events).label("key")
    columns = (buckets.c.number, key, event_users.c.number, name.label("name"))
    is_same = event_users.c.user_id == events.c.user_id
    return _by_bucket(tally, *columns).outerjoin(event_users, is_same).distinct()


def _by_bucket(tally: Tally, *columns: Any) -> Any:
    return counted_events(tally, "", *columns, with_buckets=True)
