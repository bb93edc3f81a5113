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
from dashapp.domain.time.local_days import HOUR_SLOTS_PER_DAY
from dashapp.store.sql.dialect import DIALECTS, MAX_ROWS, as_list, dialect_of
from dashapp.store.sql.parameters import tally_list
from dashapp.store.tables import tally

_ROW = ("tally", "project", "grain", "step", "key", "spelling")
_GRAINS = ((DAYS, 1), (HOURS, HOUR_SLOTS_PER_DAY), (LABELS, 1))
_BLOCK_OFFSET = 1_000_000  # more blocks than there can be before 1970
_LARGE_BLOCKS = {grain: days for grain, days in BLOCKS.items() if grain != LABELS}


def _upsert_statement(dialect: str) -> Any:
    listed = tally_list(bindparam("rows")).alias("listed")
    values = [bindparam("org", type_=tally.c.org_id.type), *(listed.c[name] for name in _ROW)]
    # SQLite needs a WHERE before ON CONFLICT.
    rows = select(*values, listed.c.n).where(literal(1) == 1)
    insert_rows = DIALECTS[dialect].insert(tally).from_select(["org_id", *_ROW, "n"], rows)
    return insert_rows.on_conflict_do_update(
        index_elements=["org_id", *_ROW], set_={"n": tally.c.n + insert_rows.excluded.n}
    )


_UPSERT = {dialect: _upsert_statement(dialect) for dialect in DIALECTS}


def add_rows(session: Session, scope: Scope, rows: Rows) -> None:
    """Add counts to the stored rows.

    Rows are written in key order, because neighbors share a page.
    """
    ordered = [(*row, n) for row, n in sorted(rows.items())]
    statement = _UPSERT[dialect_of(session)]
    for low in range(0, len(ordered), MAX_ROWS):
        chunk = as_list(ordered[low : low + MAX_ROWS])
        session.execute(statement, {"org": scope.org_id, "rows": chunk})


def stored_rows(session: Session, scope: Scope, number: int, low: int, high: int) -> Rows:
    """Return the rows of a tally for the days `low <= day < high`."""
    rows: Rows = {}
    for grain, factor in _GRAINS:
        statement = select(*(tally.c[name] for name in _ROW), tally.c.n).where(
            *_in_range(scope, number, grain, low * factor, high * factor)
        )
        rows.update({tuple(row): n for *row, n in session.execute(statement)})
    return rows


def delete_rows(session: Session, scope: Scope, number: int, low: int, high: int) -> None:
    """Delete the rows of a tally for the days `low <= day < high`."""
    for grain, factor in _GRAINS:
        session.execute(
            delete(tally).where(*_in_range(scope, number, grain, low * factor, high * factor))
        )


def _in_range(scope: Scope, number: int, grain: int, low: int, high: int) -> tuple[Any, ...]:
    """Return the conditions for one grain of a tally, with `low <= step < high`."""
    return (
        tally.c.org_id == scope.org_id,
        tally.c.tally == number,
        tally.c.grain == grain,
        tally.c.step >= low,
        tally.c.step < high,
    )


def rebuild_blocks(session: Session, scope: Scope, number: int, days: Iterable[int]) -> None:
    """Rebuild the blocks that contain these days from the label counts of single days."""
    for grain, size in _LARGE_BLOCKS.items():
        for step in sorted({day // size for day in days}):
            session.execute(delete(tally).where(*_in_range(scope, number, grain, step, step + 1)))
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
                .where(*_in_range(scope, number, LABELS, step * size, (step + 1) * size))
                .group_by(
                    tally.c.org_id, tally.c.tally, tally.c.project, tally.c.key, tally.c.spelling
                )
            )
            session.execute(insert(tally).from_select(["org_id", *_ROW, "n"], labels))


def differing_blocks(session: Session, scope: Scope, number: int) -> Iterator[tuple[Any, ...]]:
    """Yield the blocks that do not equal the sum of their days.

    Each is a tuple: first day, project, label, spelling, and the sum of the days minus the block.
    """
    is_of_tally = (tally.c.org_id == scope.org_id, tally.c.tally == number)
    label = (tally.c.project, tally.c.key, tally.c.spelling)
    for grain, size in _LARGE_BLOCKS.items():
        # Integer division truncates toward zero, but blocks round down. The offset makes both agree
        # for days before 1970, which exist in time zones west of UTC.
        block = (tally.c.step + size * _BLOCK_OFFSET) // size - _BLOCK_OFFSET
        days = select(block.label("block"), *label, tally.c.n).where(
            *is_of_tally, tally.c.grain == LABELS
        )
        blocks = select(tally.c.step, *label, (-tally.c.n).label("n")).where(
            *is_of_tally, tally.c.grain == grain
        )
        both = union_all(days, blocks).subquery("both")
        by_label = (both.c.block, both.c.project, both.c.key, both.c.spelling)
        difference = cast(func.sum(both.c.n), BigInteger)
        rows = session.execute(
            select(*by_label, difference).group_by(*by_label).having(difference != 0)
        )
        for step, *rest in rows:
            yield step * size, *rest
