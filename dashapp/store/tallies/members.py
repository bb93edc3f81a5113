"""Rows of `seen`: the users or values of each local day, as Roaring bitmaps of their numbers."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from pyroaring import BitMap
from sqlalchemy import Table, bindparam, delete, select
from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.metrics.folding import Members, Place
from dashapp.domain.metrics.tallies import ALL_PROJECTS
from dashapp.store.sql.dialect import DIALECTS, as_list, as_texts, dialect_of, upsert
from dashapp.store.sql.ordered import ordered
from dashapp.store.sql.parameters import (
    RowList,
    insert_missing,
    seen_list,
    text_values,
    user_list,
    value_list,
)
from dashapp.store.tables import event_users, event_values, seen

_PLACE = ("tally", "project", "day", "key")
Bitmaps = dict[Place, BitMap]


class Numbering(NamedTuple):
    """A table with the number of each name, and the column of the names."""

    table: Table
    column: str
    row_list: RowList

    @property
    def name(self) -> Any:
        return self.table.c[self.column]


USERS = Numbering(event_users, "user_id", user_list)
VALUES = Numbering(event_values, "value", value_list)


def add_members(
    session: Session, scope: Scope, numbering: Numbering, members: Members, last: int
) -> int:
    """Add users or values to the stored rows; return the highest number in use.

    `last` is the highest number before the call. The union is exact because the caller holds the
    org's lock.
    """
    if members:
        numbers, last = _assign_numbers(session, scope, numbering, members, last)
        _merge(session, scope, to_bitmaps(members, numbers))
    return last


def replace_members(
    session: Session, scope: Scope, numbering: Numbering, members: Members, last: int
) -> int:
    """Replace the stored rows with these users or values; return the highest number in use."""
    if members:
        numbers, last = _assign_numbers(session, scope, numbering, members, last)
        _write(session, scope, to_bitmaps(members, numbers))
    return last


def _assign_numbers(
    session: Session, scope: Scope, numbering: Numbering, members: Members, last: int
) -> tuple[dict[str, int], int]:
    """Return the number of each name, and the highest one in use. New names get new numbers."""
    names = sorted(set().union(*members.values()))
    numbers = numbers_of(session, scope, numbering, names)
    new_names = [name for name in names if name not in numbers]
    new_numbers = {name: number for number, name in enumerate(new_names, last + 1)}
    if new_numbers:
        params = {"org": scope.org_id, "rows": as_list(new_numbers.items())}
        session.execute(_ADD[numbering.table.name, dialect_of(session)], params)
        numbers.update(new_numbers)
    return numbers, last + len(new_names)


_NUMBERINGS = (USERS, VALUES)
_NUMBERS = {
    numbering.table.name: select(numbering.name, numbering.table.c.number).where(
        numbering.table.c.org_id == bindparam("org"), numbering.name.in_(text_values("names"))
    )
    for numbering in _NUMBERINGS
}
_ADD = {
    (numbering.table.name, dialect): insert_missing(numbering.table, numbering.row_list, dialect)
    for numbering in _NUMBERINGS
    for dialect in DIALECTS
}


def numbers_of(
    session: Session, scope: Scope, numbering: Numbering, names: Iterable[str]
) -> dict[str, int]:
    """Return the number of each name that has one."""
    params = {"org": scope.org_id, "names": as_texts(names)}
    rows = session.execute(_NUMBERS[numbering.table.name], params)
    return {name: number for name, number in rows}  # noqa: C416 - rows are no pairs to mypy


def to_bitmaps(members: Members, numbers: dict[str, int]) -> Bitmaps:
    """Return the members as bitmaps of their numbers, without those that have no number."""
    return {
        place: BitMap([numbers[name] for name in names if name in numbers])
        for place, names in members.items()
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
    session: Session, scope: Scope, number: int, days: tuple[int, int]
) -> dict[Place, tuple[int, BitMap]]:
    """Return the count and bitmap of each row of a tally for the days `low <= day < high`."""
    statement = select(*(seen.c[name] for name in _PLACE), seen.c.n, seen.c.users).where(
        *_in_days(scope, number, days)
    )
    return {
        tuple(place): (n, BitMap.deserialize(users))
        for *place, n, users in session.execute(statement)
    }


def all_members(session: Session, scope: Scope, tallies: Iterable[int]) -> BitMap:
    """Return the numbers of all users or values in these tallies."""
    rows = session.execute(
        select(seen.c.users).where(
            seen.c.org_id == scope.org_id,
            seen.c.tally.in_(list(tallies)),
            seen.c.project == ALL_PROJECTS,
        )
    )
    return BitMap().union(*(BitMap.deserialize(users) for users in rows.scalars()))


def delete_seen(session: Session, scope: Scope, number: int, days: tuple[int, int]) -> None:
    """Delete the rows of a tally for the days `low <= day < high`."""
    session.execute(delete(seen).where(*_in_days(scope, number, days)))


def _in_days(scope: Scope, number: int, days: tuple[int, int]) -> tuple[Any, ...]:
    return (
        seen.c.org_id == scope.org_id,
        seen.c.tally == number,
        seen.c.day >= days[0],
        seen.c.day < days[1],
    )
