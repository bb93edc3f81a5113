"""Receipts of removed orgs: what was deleted, and when. They name neither orgs nor people."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Select, insert, select, update
from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Org, Scope
from dashapp.domain.errors import NotFound
from dashapp.domain.secrets.keys import make_short_id
from dashapp.domain.time.months import month_of
from dashapp.store.orgs.orgs import ORG_COLUMNS, org_from
from dashapp.store.tables import orgs, removals
from dashapp.store.usage.reading import used_in

Counts = Mapping[str, int]


class Removal(NamedTuple):
    """A receipt. `counts` says how many rows of each table were deleted; times in microseconds.

    `usage` is what the org used in the month in which it was removed: `month`, such as 2026-11, and
    a number per kind.
    """

    id: str
    started_at: int
    due_at: int
    finished_at: int | None
    counts: Counts
    usage: Mapping[str, str | int]


def insert_removal(
    session: Session, scope: Scope, *, now: int, due_at: int, counts: Counts
) -> Removal:
    """Add the receipt of an org that loses these rows now, and the others from `due_at` on."""
    used = usage_of_month(session, scope, now)
    removal = Removal(make_short_id(), now, due_at, None, _some(counts), used)
    session.execute(insert(removals).values(org_id=scope.org_id, **removal._asdict()))
    return removal


def lock_removal(session: Session, scope: Scope) -> Counts:
    """Let one process at a time delete rows of the org; return how many it has lost so far."""
    statement = select(removals.c.counts).where(removals.c.org_id == scope.org_id)
    counts: Counts | None = session.execute(statement.with_for_update()).scalar()
    if counts is None:
        raise NotFound("The org has been removed completely.")
    return counts


def add_counts(session: Session, scope: Scope, before: Counts, counts: Counts) -> None:
    """Add to the receipt what this transaction deletes. `before` is what `lock_removal` returned.

    The counts move with the rows, so they are right after a crash, too.
    """
    total = Counter(before)
    total.update(counts)
    values = {"counts": _some(total)}
    session.execute(update(removals).where(removals.c.org_id == scope.org_id).values(values))


def close_removal(session: Session, scope: Scope, *, now: int) -> None:
    """Record that nothing of the org is left. The receipt forgets which org it was."""
    values = {"finished_at": now, "org_id": None}
    session.execute(update(removals).where(removals.c.org_id == scope.org_id).values(values))


def find_removal(session: Session, removal_id: str) -> Removal:
    """Return the receipt with this id. Raises NotFound."""
    row = session.execute(_REMOVALS.where(removals.c.id == removal_id)).first()
    if row is None:
        raise NotFound("Removal not found.")
    return _removal_from(row)


def open_removals(session: Session, *, due_by: int | None = None) -> Sequence[tuple[Removal, Org]]:
    """Return the removals that are not finished, the oldest first, with what is left of the orgs.

    With `due_by`, only those whose rows may be deleted by then.
    """
    statement = _REMOVALS.add_columns(*ORG_COLUMNS).join(orgs, orgs.c.id == removals.c.org_id)
    if due_by is not None:
        statement = statement.where(removals.c.due_at <= due_by)
    rows = session.execute(statement.order_by(removals.c.started_at, removals.c.id))
    return [(_removal_from(row), org_from(row)) for row in rows]


def usage_of_month(session: Session, scope: Scope, now: int) -> dict[str, str | int]:
    """Return what the org has used in the UTC month of this moment, per kind."""
    month = month_of(now)
    return {"month": str(month), **used_in(session, scope, month)}


def _some(counts: Counts) -> dict[str, int]:
    """Return the counts that are not zero, by name."""
    return {name: count for name, count in sorted(counts.items()) if count}


def _removal_from(row: Any) -> Removal:
    return Removal(*(getattr(row, name) for name in Removal._fields))


_REMOVALS: Select[Any] = select(*(removals.c[name] for name in Removal._fields))
