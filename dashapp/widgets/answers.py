"""What a dashboard answers: every panel's rows, in one snapshot; a fault stays in its panel."""

import logging
from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

from sqlalchemy.orm import Session

from dashapp.domain.errors import NotFound
from dashapp.domain.scope import Scope
from dashapp.domain.time_range import TimeRange
from dashapp.widgets.catalog import Catalog
from dashapp.widgets.widget import Widget

Status = Literal["ok", "empty", "error"]
_log = logging.getLogger(__name__)


class Answer(NamedTuple):
    """One panel's rows. `widget` is None where this installation does not have it."""

    slug: str
    widget: Widget[Any] | None
    status: Status
    rows: Sequence[Any]

    @property
    def title(self) -> str:
        return self.widget.title if self.widget else self.slug


def answer(
    session: Session, scope: Scope, catalog: Catalog, slugs: Sequence[str], time_range: TimeRange
) -> list[Answer]:
    """Ask every widget's question with one Scope, one range and one snapshot."""
    return [_answer(session, scope, catalog, slug, time_range) for slug in slugs]


def _answer(
    session: Session, scope: Scope, catalog: Catalog, slug: str, time_range: TimeRange
) -> Answer:
    try:
        widget = catalog[slug]
    except NotFound:
        return Answer(slug, None, "error", [])
    try:
        rows = widget.query(session, scope, time_range)
        return Answer(slug, widget, "empty" if widget.draw.is_empty(rows) else "ok", rows)
    except Exception:  # noqa: BLE001 - a fault stays in its panel
        _log.exception("panel failed", extra={"panel": slug, "org": scope.org.slug})
        session.rollback()  # a failed statement ends a PostgreSQL transaction
        return Answer(slug, widget, "error", [])
