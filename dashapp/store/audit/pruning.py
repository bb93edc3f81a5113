"""Deletion of old entries of the audit, and of those of an org that is being removed.

The database refuses to delete others: entries are kept for at least 30 days.
"""

from typing import Any

from sqlalchemy import delete, func, insert, select, tuple_
from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.store.sql.dialect import dialect_of
from dashapp.store.tables import audit, audit_doors, installation_audit

FOREVER = 2**62  # later than any entry, in microseconds


def prune_audit(session: Session, scope: Scope, *, before: int, most: int) -> int:
    """Delete at most that many of the org's entries before a moment; return how many."""
    if dialect_of(session) == "postgresql":
        return int(session.execute(select(func.dashapp_prune_audit(before, most))).scalar_one())
    door = {"org_id": scope.org_id}
    session.execute(insert(audit_doors).values(**door, before=before))
    is_old = (audit.c.org_id == scope.org_id) & (audit.c.at < before)
    some = select(audit.c.at, audit.c.mark).where(is_old).limit(most)
    deletion: Any = session.execute(
        delete(audit).where(is_old, tuple_(audit.c.at, audit.c.mark).in_(some))
    )
    session.execute(delete(audit_doors).filter_by(**door))
    return int(deletion.rowcount)


def prune_installation_audit(session: Session, *, before: int, most: int) -> int:
    """Delete at most that many of the installation's entries before a moment; return how many."""
    if dialect_of(session) == "postgresql":
        statement = select(func.dashapp_prune_installation_audit(before, most))
        return int(session.execute(statement).scalar_one())
    table = installation_audit
    some = select(table.c.at, table.c.mark).where(table.c.at < before).limit(most)
    deletion: Any = session.execute(delete(table).where(tuple_(table.c.at, table.c.mark).in_(some)))
    return int(deletion.rowcount)
