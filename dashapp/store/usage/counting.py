"""Counts what an org uses, per UTC day. Nothing lowers these numbers but the org's removal."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, Integer, String, bindparam, literal, select
from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.time.local_days import DAY
from dashapp.store.sql.dialect import DIALECTS, as_list, dialect_of
from dashapp.store.sql.parameters import row_list
from dashapp.store.tables import usage


class Kind(StrEnum):
    """What is counted."""

    RECEIVED = "received"  # events over HTTP: stored, duplicates and rejected ones
    STORED = "stored"
    DUPLICATES = "duplicates"
    REJECTED = "rejected"
    BYTES = "bytes"  # of these events as JSON, uncompressed
    IMPORTED = "imported"  # events that imports added
    VIEWS = "views"  # dashboards that were opened


_counts = row_list("usage_counts", {"day": Integer, "kind": String, "n": BigInteger})


def _statement(dialect: str) -> Any:
    rows = _counts(bindparam("rows")).alias("listed")
    org = bindparam("org", type_=usage.c.org_id.type)
    insert = (
        DIALECTS[dialect]
        .insert(usage)
        .from_select(
            ["org_id", "day", "kind", "count"],
            select(org, rows.c.day, rows.c.kind, rows.c.n).where(literal(1) == 1),
        )
    )
    return insert.on_conflict_do_update(
        index_elements=["org_id", "day", "kind"],
        set_={"count": usage.c.count + insert.excluded.count},
    )


_ADD = {dialect: _statement(dialect) for dialect in DIALECTS}


def count_usage(session: Session, scope: Scope, counts: Mapping[Kind, int], *, now: int) -> None:
    """Add to the counts of the day of `now`, in microseconds UTC."""
    add_usage(session, scope, {(now // DAY, kind): n for kind, n in counts.items()})


def add_usage(session: Session, scope: Scope, counts: Mapping[tuple[int, Kind], int]) -> None:
    """Add to the counts of UTC days."""
    rows = [(day, kind.value, n) for (day, kind), n in counts.items() if n]
    if rows:
        params = {"org": scope.org_id, "rows": as_list(rows)}
        session.execute(_ADD[dialect_of(session)], params)
