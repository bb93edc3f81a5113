"""How many different users are in each of some ranges, by the values of a field?

A whole local day is one stored number. Longer ranges unite the bitmaps of their days, and what a
cut day adds is united with them, so that nobody counts twice.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import Any

from pyroaring import BitMap
from sqlalchemy import case, func, literal, select
from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.events.values import MAX_LABEL
from dashapp.domain.metrics.tallies import ALL_PROJECTS, OTHER, Tally
from dashapp.domain.time.local_days import Cover
from dashapp.queries.counts import (
    Range,
    counted_events,
    covers_of,
    field_of,
    rest_of,
    steps_of,
)
from dashapp.store.sql.parameters import ordered
from dashapp.store.sql.scoped import TALLY, TALLY_PROJECT, buckets, event_users, events, seen, steps

UserCounts = Iterator[tuple[int, str, int]]
_NOTHING = Cover([], [], [])


def user_counts(
    session: Session, scope: Scope, of: Tally, ranges: Sequence[Range]
) -> list[tuple[int, str, int]]:
    """Number of the range, value and users, where there are any. Exact."""
    number, covers = covers_of(session, scope, of, ranges, has_hours=False)
    ask = _Asking(session, scope, of, number)
    one_day, only_rest, mixed = _by_kind(covers)
    return [
        *(ask.days(one_day) if one_day else ()),
        *(ask.rest(only_rest) if only_rest else ()),
        *(ask.united(mixed) if mixed else ()),
    ]


def _by_kind(covers: Sequence[Cover]) -> tuple[dict[int, Cover], ...]:
    """Ranges that are one day, that are no day at all, and others, by their numbers."""
    one_day, only_rest, mixed = {}, {}, {}
    for place, made in enumerate(covers):
        if not made.days:
            only_rest[place] = made
        elif not made.rest and sum(high - low for low, high in made.days) == 1:
            one_day[place] = made
        else:
            mixed[place] = made
    return one_day, only_rest, mixed


class _Asking:
    """Statements of one tally of one scope."""

    def __init__(self, session: Session, scope: Scope, of: Tally, number: int) -> None:
        self._session = session
        self._of = of
        self._params = {
            **scope.params,
            TALLY: number,
            TALLY_PROJECT: scope.project or ALL_PROJECTS,
        }

    def days(self, covers: dict[int, Cover]) -> UserCounts:
        yield from self._run(_seen_statement(seen.c.n), steps=_steps(covers))

    def rest(self, covers: dict[int, Cover]) -> UserCounts:
        yield from self._run(_count_statement(self._of), edges=_edges(covers))

    def united(self, covers: dict[int, Cover]) -> UserCounts:
        users: dict[tuple[int, str], BitMap] = defaultdict(BitMap)
        unnumbered: dict[tuple[int, str], set[str]] = defaultdict(set)  # and in no bitmap
        edges = _edges(covers)
        for place, key, bitmap in self._run(_seen_statement(seen.c.users), steps=_steps(covers)):
            users[place, key] |= BitMap.deserialize(bitmap)
        if any(made.rest for made in covers.values()):
            for place, key, number, name in self._run(_who_statement(self._of), edges=edges):
                if number is None:
                    unnumbered[place, key].add(name)
                else:
                    users[place, key].add(number)
        for place, key in users.keys() | unnumbered.keys():
            yield place, key, len(users[place, key]) + len(unnumbered[place, key])

    def _run(self, statement: Any, **params: str) -> Any:
        return self._session.execute(statement, {**self._params, **params})


def _steps(covers: dict[int, Cover]) -> str:
    return steps_of(_in_place(covers))


def _edges(covers: dict[int, Cover]) -> str:
    return rest_of(_in_place(covers))


def _in_place(covers: dict[int, Cover]) -> list[Cover]:
    """A list in which every range stands under its own number."""
    return [covers.get(place, _NOTHING) for place in range(max(covers) + 1)]


@cache
def _seen_statement(column: Any) -> Any:
    return select(steps.c.number, seen.c.key, column).select_from(
        ordered(steps, seen, (seen.c.day >= steps.c.low) & (seen.c.day < steps.c.high))
    )


@lru_cache(maxsize=512)
def _count_statement(of: Tally) -> Any:
    key = _key_of(of)
    users = func.count(events.c.user_id.distinct())
    return _by_bucket(of, buckets.c.number, key, users).group_by(buckets.c.number, "key")


@lru_cache(maxsize=512)
def _who_statement(of: Tally) -> Any:
    """Number of the range, key, and the user: by number, and by name where there is none yet."""
    name = case((event_users.c.number.is_(None), events.c.user_id))
    columns = (buckets.c.number, _key_of(of), event_users.c.number, name.label("name"))
    is_same = event_users.c.user_id == events.c.user_id
    return _by_bucket(of, *columns).outerjoin(event_users, is_same).distinct()


def _by_bucket(of: Tally, *columns: Any) -> Any:
    statement = counted_events(of, "", *columns, with_buckets=True)
    return statement.where(events.c.user_id.is_not(None))


def _key_of(of: Tally) -> Any:
    """What an event's user is counted under: the same as in `Tally.key_of`."""
    field = field_of(of)
    if of.values:
        return case((field.in_(of.values), field), else_=literal(OTHER)).label("key")
    return (_cut(field) if of.property_name else field).label("key")


def _cut(field: Any) -> Any:
    """A label as `domain/events/values.py` cuts it."""
    start = func.substr(field, 1, MAX_LABEL - 1)
    return case((func.length(field) > MAX_LABEL, start.concat("…")), else_=field)
