"""What was changed, and by whom, that may explain what is seen?"""

from typing import Any

from sqlalchemy import bindparam, select, union_all
from sqlalchemy.orm import Session

from dashapp.domain.instant import from_us
from dashapp.domain.scope import Scope
from dashapp.domain.series import Mark
from dashapp.domain.time_range import TimeRange
from dashapp.store.scoped import events

TYPES = ("workflow.created", "workflow.updated", "workflow.deleted", "submission.created")
MOST = 100  # of each type, the latest: more marks would hide each other


def lifecycle(session: Session, scope: Scope, time_range: TimeRange) -> list[Mark]:
    """Workflows and submissions that were created, changed or deleted in the range, by time."""
    bounds = time_range.params
    params = {**scope.params, "start": bounds["start"], "end": bounds["end"]}
    rows = session.execute(_MARKS, params)
    return [Mark(from_us(at), kind, who) for at, kind, who in sorted(rows, key=lambda row: row[:2])]


def _latest(kind: str) -> Any:
    """Looked up by the primary key, from its end."""
    found = (
        select(events.c.occurred_at, events.c.type, events.c.user_id)
        .where(
            events.c.type == kind,
            events.c.occurred_at >= bindparam("start"),
            events.c.occurred_at < bindparam("end"),
        )
        .order_by(events.c.occurred_at.desc(), events.c.id.desc())
        .limit(MOST)
        .subquery("latest")
    )
    return select(found)


_MARKS = union_all(*(_latest(kind) for kind in TYPES))
