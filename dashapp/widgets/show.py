"""A dashboard as one request sees it: the pipeline that the board, the API and the doctor share."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from dashapp.domain.access.dashboard import Opened
from dashapp.domain.access.view import View
from dashapp.domain.time.time_range import TimeRange
from dashapp.queries.changes import revision
from dashapp.queries.saved_dashboards import saved_panels
from dashapp.widgets.answers import Answer, answer
from dashapp.widgets.chosen import Chip, chips
from dashapp.widgets.library import Library
from dashapp.widgets.placed import PlacedPanel, place


class Shown(NamedTuple):
    """A dashboard in one view, all from one snapshot. `answers` are in the order of the panels."""

    time_range: TimeRange
    panels: Sequence[PlacedPanel]
    chips: Sequence[Chip]
    answers: Sequence[Answer]
    revision: int


def show(
    session: Session,
    library: Library,
    opened: Opened,
    view: View,
    *,
    now: datetime,
    only: Collection[str] | None = None,
) -> Shown:
    """Return a dashboard with the rows of its panels, or of those in `only`.

    Raises BadInput for a range or a filter that the dashboard does not allow.
    """
    frame = show_frame(session, library, opened, view, now=now)
    answers = answer(
        session,
        opened.scope,
        frame.panels,
        frame.time_range,
        chosen=view.chosen,
        only=only,
    )
    return frame._replace(answers=answers)


def show_frame(
    session: Session, library: Library, opened: Opened, view: View, *, now: datetime
) -> Shown:
    """Return a dashboard without the rows of its panels. Raises BadInput."""
    time_range = opened.time_range(view, now=now)
    panels = place(library, saved_panels(session, opened.scope), opened.scope.org.currency)
    return Shown(
        time_range,
        panels,
        chips(panels, view.chosen),
        (),
        revision(session, opened.scope),
    )
