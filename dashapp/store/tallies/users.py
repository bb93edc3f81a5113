"""Rows of `seen`: which users were there on a local day, as Roaring bitmaps of their numbers."""

from collections.abc import Iterable
from typing import Any

from pyroaring import BitMap
from sqlalchemy import bindparam, delete, literal, select
from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.metrics.folding import Users
from dashapp.domain.metrics.tallies import ALL_PROJECTS
from dashapp.store.sql.dialect import DIALECTS, as_list, as_texts, dialect_of, upsert
from dashapp.store.sql.parameters import listed, ordered, seen_list, user_list
from dashapp.store.tables import event_users, seen

_PLACE = ("tally", "project", "day", "key")
Numbers = dict[tuple[int, str, int, str], BitMap]


def add_users(session: Session, scope: Scope, users: Users, last: int) -> int:
    """Unite with what is stored; the last number that was given.

    Exact, because writers of an org wait for each other.
    """
    if users:
        numbers, last = _number(session, scope, users, last)
        _unite(session, scope, as_bitmaps(users, numbers))
    return last


def put_users(session: Session, scope: Scope, users: Users, last: int) -> int:
    """Put them in the place of what is stored; the last number that was given."""
    if users:
        numbers, last = _number(session, scope, users, last)
        _write(session, scope, as_bitmaps(users, numbers))
    return last


def _number(session: Session, scope: Scope, users: Users, last: int) -> tuple[dict[str, int], int]:
    """The number of every user, new ones for those who have none, and the last one."""
    names = sorted(set().union(*users.values()))
    numbers = numbers_of(session, scope, names)
    fresh = [name for name in names if name not in numbers]
    numbered = list(enumerate(fresh, last + 1))
    if numbered:
        rows = as_list((name, number) for number, name in numbered)
        session.execute(_ADD_USERS[dialect_of(session)], {"org": scope.org_id, "rows": rows})
        numbers.update({name: number for number, name in numbered})
    return numbers, last + len(fresh)


_NUMBERS = select(event_users.c.user_id, event_users.c.number).where(
    event_users.c.org_id == bindparam("org"), event_users.c.user_id.in_(listed("names"))
)


def _add_users_statement(dialect: str) -> Any:
    new = user_list(bindparam("rows")).alias("listed")
    org = bindparam("org", type_=event_users.c.org_id.type)
    # There is no conflict. But without the clause Citus copies the rows, which row-level security
    # does not allow; and SQLite needs a WHERE before it.
    rows = select(org, new.c.user_id, new.c.number).where(literal(1) == 1)
    made = DIALECTS[dialect].insert(event_users)
    return made.from_select(["org_id", "user_id", "number"], rows).on_conflict_do_nothing()


_ADD_USERS = {dialect: _add_users_statement(dialect) for dialect in DIALECTS}


def numbers_of(session: Session, scope: Scope, names: Iterable[str]) -> dict[str, int]:
    """The numbers of those users who have one."""
    params = {"org": scope.org_id, "names": as_texts(names)}
    return {row.user_id: row.number for row in session.execute(_NUMBERS, params)}


def as_bitmaps(users: Users, numbers: dict[str, int]) -> Numbers:
    """Names as numbers; a user without one was never stored."""
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


def _unite(session: Session, scope: Scope, found: Numbers) -> None:
    params = {"org": scope.org_id, "places": as_list(found)}
    stored = {
        tuple(place): BitMap.deserialize(users)
        for *place, users in session.execute(_STORED, params)
    }
    changed: Numbers = {}
    for place, users in found.items():
        before = stored.get(place)
        if before is None:
            changed[place] = users
        elif not users <= before:
            changed[place] = before | users
    _write(session, scope, changed)


def _write(session: Session, scope: Scope, found: Numbers) -> None:
    if not found:
        return
    made = upsert(session, seen)
    statement = made.on_conflict_do_update(
        index_elements=["org_id", *_PLACE],
        set_={"n": made.excluded.n, "users": made.excluded.users},
    )
    rows = [
        {
            "org_id": scope.org_id,
            **dict(zip(_PLACE, place, strict=True)),
            "n": len(users),
            "users": users.serialize(),
        }
        for place, users in sorted(found.items(), key=lambda item: item[0])
    ]
    session.execute(statement, rows)


def stored_seen(
    session: Session, scope: Scope, number: int, low: int, high: int
) -> dict[tuple[int, str, int, str], tuple[int, BitMap]]:
    """Count and bitmap of a tally for the days `low <= day < high`."""
    statement = select(*(seen.c[name] for name in _PLACE), seen.c.n, seen.c.users).where(
        *_of_days(scope, number, low, high)
    )
    return {
        tuple(place): (n, BitMap.deserialize(users))
        for *place, n, users in session.execute(statement)
    }


def users_of(session: Session, scope: Scope, number: int) -> BitMap:
    """Everybody whom a tally has ever seen."""
    rows = session.execute(
        select(seen.c.users).where(
            seen.c.org_id == scope.org_id,
            seen.c.tally == number,
            seen.c.project == ALL_PROJECTS,
        )
    )
    return BitMap().union(*(BitMap.deserialize(users) for users in rows.scalars()))


def delete_seen(session: Session, scope: Scope, number: int, low: int, high: int) -> None:
    session.execute(delete(seen).where(*_of_days(scope, number, low, high)))


def _of_days(scope: Scope, number: int, low: int, high: int) -> tuple[Any, ...]:
    return (
        seen.c.org_id == scope.org_id,
        seen.c.tally == number,
        seen.c.day >= low,
        seen.c.day < high,
    )
