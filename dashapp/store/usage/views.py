"""Dashboards that were opened, and by how many different viewers in a month."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.time.local_days import DAY
from dashapp.domain.time.months import month_of
from dashapp.store.sql.dialect import upsert
from dashapp.store.tables import usage_viewers
from dashapp.store.usage.counting import Kind, add_usage


class View(NamedTuple):
    """A dashboard that was opened at a moment, in microseconds.

    `viewer` is a hash of who it was; None if nobody said.
    """

    at: int
    viewer: str | None


def add_views(session: Session, scope: Scope, views: Sequence[View]) -> None:
    """Count views on the UTC days on which they were."""
    days = Counter(view.at // DAY for view in views)
    add_usage(session, scope, {(day, Kind.VIEWS): n for day, n in days.items()})
    viewers = {(month_of(view.at).position, view.viewer) for view in views if view.viewer}
    if viewers:
        rows = [
            {"org_id": scope.org_id, "month": month, "viewer": viewer}
            for month, viewer in sorted(viewers)
        ]
        session.execute(upsert(session, usage_viewers).on_conflict_do_nothing(), rows)
