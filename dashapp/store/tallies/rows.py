"""Rows of counts and amounts: adding, reading, deleting, and rebuilding their blocks."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import bindparam, delete, except_, insert, literal, select, union_all
from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.metrics.folding import BLOCKS, DAYS, HOURS, LABELS, RowPlace
from dashapp.domain.time.local_days import HOUR_SLOTS_PER_DAY
from dashapp.store.sql.dialect import DIALECTS, MAX_ROWS, as_list, dialect_of
from dashapp.store.tallies.row_tables import ROW_TABLES, RowTable

Steps = tuple[int, int]  # low <= step < high
_GRAINS = ((DAYS, 1), (HOURS, HOUR_SLOTS_PER_DAY), (LABELS, 1))
_BLOCK_OFFSET = 1_000_000  # more blocks than there can be before 1970
_LARGE_BLOCKS = {grain: days for grain, days in BLOCKS.items() if grain != LABELS}


def _upsert_statement(rows_of: RowTable, dialect: str) -> Any:
    listed = rows_of.row_list(bindparam("rows")).alias("listed")
    names = (*rows_of.place, *rows_of.numbers)
    org = bindparam("org", type_=rows_of.table.c.org_id.type)
    # SQLite needs a WHERE before ON CONFLICT.
    rows = select(org, *(listed.c[name] for name in names)).where(literal(1) == 1)
    insert_rows = DIALECTS[dialect].insert(rows_of.table).from_select(["org_id", *names], rows)
    return insert_rows.on_conflict_do_update(
        index_elements=["org_id", *rows_of.place],
        set_=rows_of.added(rows_of.table, insert_rows.excluded, dialect),
    )


_UPSERT = {
    (rows_of.table.name, dialect): _upsert_statement(rows_of, dialect)
    for rows_of in ROW_TABLES
    for dialect in DIALECTS
}


def add_rows(
    session: Session, scope: Scope, rows_of: RowTable, rows: Mapping[RowPlace, Any]
) -> None:
    """Add numbers to the stored rows.

    Rows are written in key order, because neighbors share a page.
    """
    width = len(rows_of.place)
    ordered = [(*place[:width], *rows_of.pack(rows[place])) for place in sorted(rows)]
    statement = _UPSERT[rows_of.table.name, dialect_of(session)]
    for low in range(0, len(ordered), MAX_ROWS):
        chunk = as_list(ordered[low : low + MAX_ROWS])
        session.execute(statement, {"org": scope.org_id, "rows": chunk})


def stored_rows(
    session: Session, scope: Scope, rows_of: RowTable, number: int, days: Steps
) -> dict[RowPlace, Any]:
    """Return the rows of a tally for the days `low <= day < high`."""
    rows: dict[RowPlace, Any] = {}
    columns = rows_of.columns((*rows_of.place, *rows_of.numbers))
    for grain, factor in _GRAINS:
        is_in_range = _in_range(scope, rows_of, number, (grain, days[0] * factor, days[1] * factor))
        for row in session.execute(select(*columns).where(*is_in_range)):
            place = (*row[: len(rows_of.place)], "")[:6]
            rows[place] = rows_of.unpack(row[len(rows_of.place) :])
    return rows


def delete_rows(
    session: Session, scope: Scope, number: int, days: Steps, *, rows_of: RowTable
) -> None:
    """Delete the rows of a tally for the days `low <= day < high`."""
    for grain, factor in _GRAINS:
        steps = (grain, days[0] * factor, days[1] * factor)
        is_in_range = _in_range(scope, rows_of, number, steps)
        session.execute(delete(rows_of.table).where(*is_in_range))


def _in_range(
    scope: Scope, rows_of: RowTable, number: int, steps: tuple[int, int, int]
) -> tuple[Any, ...]:
    """Return the conditions for the steps of a tally: their grain, and `low <= step < high`."""
    grain, low, high = steps
    columns = rows_of.table.c
    return (
        columns.org_id == scope.org_id,
        columns.tally == number,
        columns.grain == grain,
        columns.step >= low,
        columns.step < high,
    )


def rebuild_blocks(
    session: Session, scope: Scope, rows_of: RowTable, number: int, days: Iterable[int]
) -> None:
    """Rebuild the blocks that contain these days from the labels of single days."""
    listed = list(days)
    for grain, size in _LARGE_BLOCKS.items():
        for step in sorted({day // size for day in listed}):
            _rebuild_block(session, scope, rows_of, number, (grain, size, step))


def _rebuild_block(
    session: Session, scope: Scope, rows_of: RowTable, number: int, place: tuple[int, int, int]
) -> None:
    """Rebuild one block: its grain, its days, and its step."""
    grain, size, step = place
    block = _in_range(scope, rows_of, number, (grain, step, step + 1))
    session.execute(delete(rows_of.table).where(*block))
    label = rows_of.columns(("org_id", "tally", "project"))
    key = rows_of.columns(rows_of.place[4:])
    labels = (
        select(*label, literal(grain), literal(step), *key, *rows_of.sums(rows_of.table))
        .where(*_in_range(scope, rows_of, number, (LABELS, step * size, (step + 1) * size)))
        .group_by(*label, *key)
    )
    names = ["org_id", *rows_of.place, *rows_of.numbers]
    session.execute(insert(rows_of.table).from_select(names, labels))


def differing_blocks(session: Session, scope: Scope, number: int) -> Iterator[tuple[Any, ...]]:
    """Yield the first day, the project and the label of each block that differs from its days."""
    for rows_of in ROW_TABLES:
        for grain, size in _LARGE_BLOCKS.items():
            statement = _differing(scope, rows_of, number, grain, size)
            for step, project, key in sorted({tuple(row) for row in session.execute(statement)}):
                yield step * size, project, key


def _differing(scope: Scope, rows_of: RowTable, number: int, grain: int, size: int) -> Any:
    rows = rows_of.table
    is_of_tally = (rows.c.org_id == scope.org_id, rows.c.tally == number)
    # Integer division truncates toward zero, but blocks round down. The offset makes both agree for
    # days before 1970, which exist in time zones west of UTC.
    block = (rows.c.step + size * _BLOCK_OFFSET) // size - _BLOCK_OFFSET
    key = rows_of.columns(("project", *rows_of.place[4:]))
    days = (
        select(block.label("block"), *key, *rows_of.sums(rows))
        .where(*is_of_tally, rows.c.grain == LABELS)
        .group_by(block, *key)
    )
    numbers = rows_of.columns(rows_of.numbers)
    blocks = select(rows.c.step, *key, *numbers).where(*is_of_tally, rows.c.grain == grain)
    ways = [except_(days, blocks).subquery("missing"), except_(blocks, days).subquery("wrong")]
    return union_all(*(select(*list(way.c)[:3]) for way in ways))
