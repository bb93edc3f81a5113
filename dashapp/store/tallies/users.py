"""Rows of `seen`: the users of each local day, as Roaring bitmaps of their numbers."""

from collections.abc import Iterable
from typing import Any

from pyroaring import BitMap
from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.metrics.folding import Users
from dashapp.domain.metrics.tallies import ALL_PROJECTS
from dashapp.store.sql.dialect import DIALECTS, as_list, as_texts, dialect_of, upsert
from dashapp.store.sql.ordered import ordered
from dashapp.store.sql.parameters import insert_missing, seen_list, text_values, user_list
from dashapp.store.tables import event_users, seen

_PLACE = ("tally", "project", "day", "key")
Bitmaps = dict[tuple[int, str, int, str], BitMap]


def add_users(session: Session, scope: Scope, users: Users, last: int) -> int:
    """Add users to the stored rows; return the highest user number in use.

    `last` is the highest number before the call. The union is exact because the caller holds the
    org's lock.
    """
    if users:
        numbers, last = _assign_numbers(session, scope, users, last)
        _merge(session, scope, to_bitmaps(users, numbers))
    return last


def replace_users(session: Session, scope: Scope, users: Users, last: int) -> int:
    """Replace the stored rows with these users; return the highest user number in use."""
    if users:
        numbers, last = _assign_numbers(session, scope, users, last)
        _write(session, scope, to_bitmaps(users, numbers))
    return last


def _assign_numbers(
    session: Session, scope: Scope, users: Users, last: int
) -> tuple[dict[str, int], int]:
    """Return each user's number and the highest number in use. New users get new numbers."""
    names = sorted(set().union(*users.values()))
    numbers = user_numbers(session, scope, names)
    new_names = [name for name in names if name not in numbers]
    new_numbers = {name: number for number, name in enumerate(new_names, last + 1)}
    if new_numbers:
        rows = as_list(new_numbers.items())
        session.execute(_ADD_USERS[dialect_of(session)], {"org": scope.org_id, "rows": rows})
        numbers.update(new_numbers)
    return numbers, last + len(new_names)


_NUMBERS = select(event_users.c.user_id, event_users.c.number).where(
    event_users.c.org_id == bindparam("org"), event_users.c.user_id.in_(text_values("names"))
)


_ADD_USERS = {dialect: insert_missing(event_users, user_list, dialect) for dialect in DIALECTS}


def user_numbers(session: Session, scope: Scope, names: Iterable[str]) -> dict[str, int]:
    """Return the number of each user who has one."""
    params = {"org": scope.org_id, "names": as_texts(names)}
    return {row.user_id: row.number for row in session.execute(_NUMBERS, params)}


def to_bitmaps(users: Users, numbers: dict[str, int]) -> Bitmaps:
    """Return the users as bitmaps of their numbers, without users who have no number."""
    return {
        place: BitMap([numbers[name] for name in names if name in numbers])
        for place, names in users.items()
    }


_listed_places = seen_list(bindparam("places")).alias("listed")
_STORED = select(*(seen.c[name] for name in _PLACE), seen.c.users).select_from(
    ordered(
        _listed_places,
        seen,
        (seen.c.org_id == bindparam("org"))
        & (seen.c.tally == _listed_places.c.tally)
        & (seen.c.project == _listed_places.c.project)
        & (seen.c.day == _listed_places.c.day)
        & (seen.c.key == _listed_places.c.key),
    )
)


def _merge(session: Session, scope: Scope, bitmaps: Bitmaps) -> None:
    params = {"org": scope.org_id, "places": as_list(bitmaps)}
    stored = {
        tuple(place): BitMap.deserialize(users)
        for *place, users in session.execute(_STORED, params)
    }
    changed: Bitmaps = {}
    for place, users in bitmaps.items():
        before = stored.get(place)
        if before is None:
            changed[place] = users
        elif not users <= before:
            changed[place] = before | users
    _write(session, scope, changed)


def _write(session: Session, scope: Scope, bitmaps: Bitmaps) -> None:
    if not bitmaps:
        return
    insert = upsert(session, seen)
    statement = insert.on_conflict_do_update(
        index_elements=["org_id", *_PLACE],
        set_={"n": insert.excluded.n, "users": insert.excluded.users},
    )
    rows = [
        {
            "org_id": scope.org_id,
            **dict(zip(_PLACE, place, strict=True)),
            "n": len(users),
            "users": users.serialize(),
        }
        for place, users in sorted(bitmaps.items(), key=lambda item: item[0])
    ]
    session.execute(statement, rows)


def stored_seen(
    session: Session, scope: Scope, number: int, low: int, high: int
) -> dict[tuple[int, str, int, str], tuple[int, BitMap]]:
    """Return the count and bitmap of each row of a tally for the days `low <= day < high`."""
    statement = select(*(seen.c[name] for name in _PLACE), seen.c.n, seen.c.users).where(
        *_in_days(scope, number, low, high)
    )
    return {
        tuple(place): (n, BitMap.deserialize(users))
        for *place, n, users in session.execute(statement)
    }


def all_users(session: Session, scope: Scope, number: int) -> BitMap:
    """Return the numbers of all users in a tally."""
    rows = session.execute(
        select(seen.c.users).where(
            seen.c.org_id == scope.org_id,
            seen.c.tally == number,
            seen.c.project == ALL_PROJECTS,
        )
    )
    return BitMap().union(*(BitMap.deserialize(users) for users in rows.scalars()))


def delete_seen(session: Session, scope: Scope, number: int, low: int, high: int) -> None:
    """Delete the rows of a tally for the days `low <= day < high`."""
    session.execute(delete(seen).where(*_in_days(scope, number, low, high)))


def _in_days(scope: Scope, number: int, low: int, high: int) -> tuple[Any, ...]:
    return (
        seen.c.org_id == scope.org_id,
        seen.c.tally == number,
        seen.c.day >= low,
        seen.c.day < high,
    )
