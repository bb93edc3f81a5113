"""What an org has used in a month."""

from collections.abc import Mapping

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.time.months import Month
from dashapp.store.tables import usage, usage_viewers
from dashapp.store.usage.counting import Kind

VIEWERS = "viewers"


def used_in(session: Session, scope: Scope, month: Month) -> Mapping[str, int]:
    """Return the count of each kind (`counting.py`) that is not zero, and the distinct viewers."""
    rows = session.execute(
        select(usage.c.kind, func.sum(usage.c.count))
        .where(
            usage.c.org_id == scope.org_id,
            usage.c.day >= month.first_day,
            usage.c.day < month.end_day,
        )
        .group_by(usage.c.kind)
        .order_by(usage.c.kind)
    )
    counts = {kind: int(count) for kind, count in rows}
    viewers = session.execute(
        select(func.count())
        .select_from(usage_viewers)
        .where(usage_viewers.c.org_id == scope.org_id, usage_viewers.c.month == month.position)
    ).scalar_one()
    return {**counts, VIEWERS: viewers}


COLUMNS = (
    Kind.RECEIVED,
    Kind.STORED,
    Kind.IMPORTED,
    Kind.DUPLICATES,
    Kind.REJECTED,
    Kind.BYTES,
    Kind.VIEWS,
    VIEWERS,
)


def summary(session: Session, scope: Scope, month: Month) -> dict[str, int]:
    """Return all of COLUMNS, for a bill. Stored events include those of imports."""
    used = used_in(session, scope, month)
    counts = {str(name): used.get(name, 0) for name in COLUMNS}
    counts[Kind.STORED] += counts[Kind.IMPORTED]
    return counts
