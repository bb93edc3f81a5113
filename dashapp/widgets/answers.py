"""The rows of a dashboard's panels, from one snapshot. A failed panel does not affect others."""

import logging
from collections.abc import Callable, Collection, Sequence
from typing import Any, Literal, NamedTuple

from sqlalchemy.orm import Session

from dashapp.domain.access.filters import Filters
from dashapp.domain.access.scope import Scope
from dashapp.domain.time.time_range import TimeRange
from dashapp.queries.saved_dashboards import Panel
from dashapp.widgets.chosen import PanelScope, viewer_filters
from dashapp.widgets.placed import PlacedPanel
from dashapp.widgets.widget import By, Widget

Status = Literal["ok", "empty", "error"]
_log = logging.getLogger(__name__)


class Answer(NamedTuple):
    """The rows of one panel. `widget` is None if this installation does not have it.

    `unfiltered` is what the viewer filtered by and the panel's events do not have: the numbers are
    those without that filter.
    """

    slug: str
    title: str
    widget: Widget[Any] | None
    status: Status
    rows: Sequence[Any]
    unfiltered: tuple[By, ...] = ()


def answer(
    session: Session,
    scope: Scope,
    panels: Sequence[PlacedPanel],
    time_range: TimeRange,
    *,
    chosen: Filters = (),
    only: Collection[str] | None = None,
) -> list[Answer]:
    """Run the queries of the panels with one Scope, one range and one snapshot.

    `panels` are the dashboard's, `chosen` the viewer's filters, `only` the slugs of the panels to
    run. Raises BadInput for a filter that no panel offers.

    A failed query ends the transaction on PostgreSQL. The other queries then run again in a new
    one, without it, so that all answers come from one snapshot.
    """
    failed: set[str] = set()
    filters = viewer_filters(session, scope, time_range, chosen, panels) if chosen else None
    selected = [placed for placed in panels if only is None or placed.panel.widget in only]

    def ask(widget: Widget[Any]) -> tuple[Sequence[Any], tuple[By, ...]]:
        panel_scope = filters.scope_of(widget) if filters else PanelScope(scope)
        rows = widget.query(session, panel_scope.scope, time_range)
        return rows, panel_scope.unfiltered

    while True:
        try:
            return [_answer(panel, widget, failed, ask) for panel, widget in selected]
        except _PanelFailed as error:
            failed.add(error.slug)
            session.rollback()


class _PanelFailed(Exception):
    def __init__(self, slug: str) -> None:
        super().__init__(slug)
        self.slug = slug


def _answer(
    panel: Panel,
    widget: Widget[Any] | None,
    failed: set[str],
    ask: Callable[[Widget[Any]], tuple[Sequence[Any], tuple[By, ...]]],
) -> Answer:
    slug = panel.widget
    title = widget.title if widget else panel.title or slug
    if widget is None or slug in failed:
        return Answer(slug, title, widget, "error", [])
    try:
        rows, unfiltered = ask(widget)
        status: Status = "empty" if widget.draw.is_empty(rows) else "ok"
        return Answer(slug, title, widget, status, rows, unfiltered)
    except Exception as error:
        _log.exception("panel failed", extra={"panel": slug})
        raise _PanelFailed(slug) from error
