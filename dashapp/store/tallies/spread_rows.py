"""Rows of `spreads`: how the numbers of each local day are spread, for percentiles."""

from typing import Any

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.metrics.folding import Place
from dashapp.domain.metrics.spreads import Spread, Spreads, from_text, merged, to_text
from dashapp.store.sql.dialect import as_list, upsert
from dashapp.store.sql.ordered import ordered
from dashapp.store.sql.parameters import seen_list
from dashapp.store.tables import spreads

_PLACE = ("tally", "project", "day", "key")
_listed = seen_list(bindparam("places")).alias("listed")
_STORED = select(*(spreads.c[name] for name in _PLACE), spreads.c.spread).select_from(
    ordered(
        _listed,
        spreads,
        (spreads.c.org_id == bindparam("org"))
        & (spreads.c.tally == _listed.c.tally)
        & (spreads.c.project == _listed.c.project)
        & (spreads.c.day == _listed.c.day)
        & (spreads.c.key == _listed.c.key),
    )
)


def add_spreads(session: Session, scope: Scope, new: Spreads) -> None:
    """Merge spreads into the stored ones. The caller holds the org's lock."""
    if not new:
        return
    params = {"org": scope.org_id, "places": as_list(new)}
    rows = session.execute(_STORED, params)
    stored = {tuple(place): from_text(text) for *place, text in rows}
    put_spreads(
        session,
        scope,
        {
            place: merged([stored[place], spread]) if place in stored else spread
            for place, spread in new.items()
        },
    )


def put_spreads(session: Session, scope: Scope, new: Spreads) -> None:
    """Store spreads in the place of those that are stored there."""
    if not new:
        return
    insert = upsert(session, spreads)
    statement = insert.on_conflict_do_update(
        index_elements=["org_id", *_PLACE], set_={"spread": insert.excluded.spread}
    )
    rows = [
        {
            "org_id": scope.org_id,
            **dict(zip(_PLACE, place, strict=True)),
            "spread": to_text(new[place]),
        }
        for place in sorted(new)
    ]
    session.execute(statement, rows)


def stored_spreads(
    session: Session, scope: Scope, number: int, days: tuple[int, int]
) -> dict[Place, Spread]:
    """Return the spreads of a tally for the days `low <= day < high`."""
    columns = [spreads.c[name] for name in _PLACE]
    rows = session.execute(select(*columns, spreads.c.spread).where(*_in_days(scope, number, days)))
    return {(place[0], place[1], place[2], place[3]): from_text(text) for *place, text in rows}


def delete_spreads(session: Session, scope: Scope, number: int, days: tuple[int, int]) -> None:
    """Delete the spreads of a tally for the days `low <= day < high`."""
    session.execute(delete(spreads).where(*_in_days(scope, number, days)))


def _in_days(scope: Scope, number: int, days: tuple[int, int]) -> tuple[Any, ...]:
    return (
        spreads.c.org_id == scope.org_id,
        spreads.c.tally == number,
        spreads.c.day >= days[0],
        spreads.c.day < days[1],
    )
