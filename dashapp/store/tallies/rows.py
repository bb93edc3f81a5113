"""Rows of `tally`: counts of events by local day and hour."""

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import (
    BigInteger,
    bindparam,
    cast,
    delete,
    func,
    insert,
    literal,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.metrics.folding import BLOCKS, DAYS, HOURS, LABELS, Rows
from dashapp.domain.time.local_days import HOURS_A_DAY
from dashapp.store.sql.dialect import DIALECTS, MOST_ROWS, as_list, dialect_of
from dashapp.store.sql.parameters import tally_list
from dashapp.store.tables import tally

_ROW = ("tally", "project", "grain", "step", "key", "spelling")
_GRAINS = ((DAYS, 1), (HOURS, HOURS_A_DAY), (LABELS, 1))
_FAR = 1_000_000  # blocks; more than there are before 1970
_COARSE = {grain: days for grain, days in BLOCKS.items() if grain != LABELS}


def _upsert_statement(dialect: str) -> Any:
    listed = tally_list(bindparam("rows")).alias("listed")
    values = [bindparam("org", type_=tally.c.org_id.type), *(listed.c[name] for name in _ROW)]
    rows = select(*values, listed.c.n).where(literal(1) == 1)  # SQLite: before ON CONFLICT
    made = DIALECTS[dialect].insert(tally).from_select(["org_id", *_ROW, "n"], rows)
    return made.on_conflict_do_update(
        index_elements=["org_id", *_ROW], set_={"n": tally.c.n + made.excluded.n}
    )


_UPSERT = {dialect: _upsert_statement(dialect) for dialect in DIALECTS}


def add_rows(session: Session, scope: Scope, rows: Rows) -> None:
    """Add to what is stored, in the order of the key: neighbours share a page."""
    ordered = [(*row, n) for row, n in sorted(rows.items())]
    statement = _UPSERT[dialect_of(session)]
    for low in range(0, len(ordered), MOST_ROWS):
        part = as_list(ordered[low : low + MOST_ROWS])
        session.execute(statement, {"org": scope.org_id, "rows": part})


def stored_rows(session: Session, scope: Scope, number: int, low: int, high: int) -> Rows:
    """The rows of a tally for the days `low <= day < high`."""
    rows: Rows = {}
    for grain, factor in _GRAINS:
        statement = select(*(tally.c[name] for name in _ROW), tally.c.n).where(
            *_of_days(scope, number, grain, low * factor, high * factor)
        )
        rows.update({tuple(row): n for *row, n in session.execute(statement)})
    return rows


def delete_rows(session: Session, scope: Scope, number: int, low: int, high: int) -> None:
    for grain, factor in _GRAINS:
        session.execute(
            delete(tally).where(*_of_days(scope, number, grain, low * factor, high * factor))
        )


def _of_days(scope: Scope, number: int, grain: int, low: int, high: int) -> tuple[Any, ...]:
    return (
        tally.c.org_id == scope.org_id,
        tally.c.tally == number,
        tally.c.grain == grain,
        tally.c.step >= low,
        tally.c.step < high,
    )


def put_together(session: Session, scope: Scope, number: int, days: Iterable[int]) -> None:
    """Make the blocks that hold these days anew, from the labels of their single days."""
    for grain, size in _COARSE.items():
        for step in sorted({day // size for day in days}):
            mine = _of_days(scope, number, grain, step, step + 1)
            session.execute(delete(tally).where(*mine))
            labels = (
                select(
                    tally.c.org_id,
                    tally.c.tally,
                    tally.c.project,
                    literal(grain),
                    literal(step),
                    tally.c.key,
                    tally.c.spelling,
                    cast(func.sum(tally.c.n), BigInteger),
                )
                .where(*_of_days(scope, number, LABELS, step * size, (step + 1) * size))
                .group_by(
                    tally.c.org_id, tally.c.tally, tally.c.project, tally.c.key, tally.c.spelling
                )
            )
            session.execute(insert(tally).from_select(["org_id", *_ROW, "n"], labels))


def differing_blocks(session: Session, scope: Scope, number: int) -> Iterator[tuple[Any, ...]]:
    """Blocks that are not the sum of their days: first day, project, label, spelling, a number."""
    mine = (tally.c.org_id == scope.org_id, tally.c.tally == number)
    place = (tally.c.project, tally.c.key, tally.c.spelling)
    for grain, size in _COARSE.items():
        # Databases round to zero, blocks go down: a day before 1970 is one in zones west of UTC.
        block = (tally.c.step + size * _FAR) // size - _FAR
        days = select(block.label("block"), *place, tally.c.n).where(*mine, tally.c.grain == LABELS)
        blocks = select(tally.c.step, *place, (-tally.c.n).label("n")).where(
            *mine, tally.c.grain == grain
        )
        both = union_all(days, blocks).subquery("both")
        by_label = (both.c.block, both.c.project, both.c.key, both.c.spelling)
        lacking = cast(func.sum(both.c.n), BigInteger)
        rows = session.execute(select(*by_label, lacking).group_by(*by_label).having(lacking != 0))
        for block, *rest in rows:
            yield block * size, *rest
