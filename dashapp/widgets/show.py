"""A dashboard as one request sees it: the pipeline that the board, the API and the doctor share."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from dashapp.domain.access.dashboard import Opened
from dashapp.domain.access.view import View
from dashapp.domain.time.time_range import TimeRange
from dashapp.queries.changes import revision
from dashapp.queries.saved_dashboards import Panel, saved_panels
from dashapp.widgets.answers import Answer, answer
from dashapp.widgets.catalog import Catalog
from dashapp.widgets.chosen import Chip, chips
from dashapp.widgets.placed import placed
from dashapp.widgets.widget import Widget


class Shown(NamedTuple):
    """A dashboard in one view, all from one snapshot. `answers` are in the order of the panels.

    A panel's widget is None if this installation does not have it.
    """

    time_range: TimeRange
    panels: Sequence[tuple[Panel, Widget[Any] | None]]
    chips: Sequence[Chip]
    answers: Sequence[Answer]
    revision: int


def show(
    session: Session,
    catalog: Catalog,
    opened: Opened,
    view: View,
    *,
    now: datetime,
    only: Collection[str] | None = None,
) -> Shown:
    """Return a dashboard with the rows of its panels, or of those in `only`.

    Raises BadInput for a range or a filter that the dashboard does not allow.
    """
    frame = show_frame(session, catalog, opened, view, now=now)
    answers = answer(
        session,
        opened.scope,
        catalog,
        [panel for panel, _widget in frame.panels],
        frame.time_range,
        chosen=view.chosen,
        only=only,
    )
    return frame._replace(answers=answers)


def show_frame(
    session: Session, catalog: Catalog, opened: Opened, view: View, *, now: datetime
) -> Shown:
    """Return a dashboard without the rows of its panels. Raises BadInput."""
    time_range = opened.time_range(view, now=now)
    panels = saved_panels(session, opened.scope)
    return Shown(
        time_range,
        [(panel, placed(catalog, panel)) for panel in panels],
        chips(catalog, panels, view.chosen),
        (),
        revision(session, opened.scope),
    )
