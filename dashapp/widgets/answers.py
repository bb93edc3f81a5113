"""What a dashboard answers: every panel's rows, in one snapshot; a fault stays in its panel."""

import logging
from collections.abc import Callable, Sequence
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
    """Ask every widget's question with one Scope, one range and one snapshot.

    A question that fails ends a PostgreSQL transaction: the others are asked again in a new one,
    without it, so that all that is shown comes from one snapshot.
    """
    failed: set[str] = set()

    def ask(widget: Widget[Any]) -> Sequence[Any]:
        return widget.query(session, scope, time_range)

    while True:
        try:
            return [_answer(catalog, slug, failed, ask) for slug in slugs]
        except _PanelFailed as fault:
            failed.add(fault.slug)
            session.rollback()


class _PanelFailed(Exception):
    def __init__(self, slug: str) -> None:
        super().__init__(slug)
        self.slug = slug


def _answer(
    catalog: Catalog,
    slug: str,
    failed: set[str],
    ask: Callable[[Widget[Any]], Sequence[Any]],
) -> Answer:
    try:
        widget = catalog[slug]
    except NotFound:
        return Answer(slug, None, "error", [])
    if slug in failed:
        return Answer(slug, widget, "error", [])
    try:
        rows = ask(widget)
        return Answer(slug, widget, "empty" if widget.draw.is_empty(rows) else "ok", rows)
    except Exception as error:
        _log.exception("panel failed", extra={"panel": slug})
        raise _PanelFailed(slug) from error
