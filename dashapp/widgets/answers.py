"""What a dashboard answers: every panel's rows, in one snapshot; a fault stays in its panel."""

import logging
from collections.abc import Callable, Collection, Sequence
from typing import Any, Literal, NamedTuple

from sqlalchemy.orm import Session

from dashapp.domain.access.filters import Filters
from dashapp.domain.access.scope import Scope
from dashapp.domain.time.time_range import TimeRange
from dashapp.queries.saved_dashboards import Panel
from dashapp.widgets.catalog import Catalog
from dashapp.widgets.chosen import PanelScope, narrowed
from dashapp.widgets.placed import placed
from dashapp.widgets.widget import By, Widget

Status = Literal["ok", "empty", "error"]
_log = logging.getLogger(__name__)


class Answer(NamedTuple):
    """One panel's rows. `widget` is None where this installation does not have it.

    `unfiltered` are fields of the visitor's filters that the panel's events do not have: its
    numbers are those without the filter.
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
    catalog: Catalog,
    panels: Sequence[Panel],
    time_range: TimeRange,
    *,
    chosen: Filters = (),
    only: Collection[str] | None = None,
) -> list[Answer]:
    """Ask every widget's question with one Scope, one range and one snapshot.

    `panels` are those of the dashboard, `chosen` the visitor's filters; with `only`, these panels
    are asked. Raises BadInput for a filter that no panel offers.

    A question that fails ends a PostgreSQL transaction: the others are asked again in a new one,
    without it, so that all that is shown comes from one snapshot.
    """
    failed: set[str] = set()
    left = (
        narrowed(session, scope, time_range, chosen, catalog=catalog, panels=panels)
        if chosen
        else None
    )
    wanted = [panel for panel in panels if only is None or panel.widget in only]

    def ask(widget: Widget[Any]) -> tuple[Sequence[Any], tuple[By, ...]]:
        of_panel = left.of(widget) if left else PanelScope(scope)
        return widget.query(session, of_panel.scope, time_range), of_panel.unfiltered

    while True:
        try:
            return [_answer(panel, placed(catalog, panel), failed, ask) for panel in wanted]
        except _PanelFailed as fault:
            failed.add(fault.slug)
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
