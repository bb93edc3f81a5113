"""A dashboard as one request sees it: the pipeline that the board, the API and the doctor share.

Also one panel outside of a dashboard, for `dashapp widget try` and the tests of widgets.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from dashapp.domain.access.dashboard import Opened
from dashapp.domain.access.scope import Scope
from dashapp.domain.access.view import View
from dashapp.domain.errors import BadInput, excerpt
from dashapp.domain.time.time_range import TimeRange
from dashapp.queries.changes import revision
from dashapp.queries.saved_dashboards import Panel, saved_panels
from dashapp.widgets.answers import Answer, answer
from dashapp.widgets.chosen import Chip, chips
from dashapp.widgets.drawings.element import flatten
from dashapp.widgets.drawings.traces import check_traces
from dashapp.widgets.library import Library
from dashapp.widgets.placing.charted import Chart, large_chart
from dashapp.widgets.placing.placed import PlacedPanel, configured, place
from dashapp.widgets.placing.tabs import with_tabs
from dashapp.widgets.widget import Painted, Widget


class Shown(NamedTuple):
    """A dashboard in one view, all from one snapshot. `answers` are in the order of the panels.

    `panels` are as the dashboard has them, `drawn` as they are shown: number cards choose what the
    large chart shows.
    """

    time_range: TimeRange
    panels: Sequence[PlacedPanel]
    chips: Sequence[Chip]
    answers: Sequence[Answer]
    revision: int
    chart: Chart | None = None

    @property
    def drawn(self) -> Sequence[PlacedPanel]:
        return self.chart.drawn(self.panels) if self.chart else self.panels


def show(
    session: Session,
    library: Library,
    opened: Opened,
    view: View,
    *,
    now: datetime,
    only: Collection[str] | None = None,
    is_strict: bool = False,
) -> Shown:
    """Return a dashboard with the rows of its panels, or of those in `only`.

    Raises BadInput for a range or a filter that the dashboard does not allow; with `is_strict`,
    also for a number card that it does not have.
    """
    frame = show_frame(session, library, opened, view, now=now)
    if is_strict and (card := unknown_card(frame, view)):
        raise BadInput(
            "“metric” must be a panel with one number of this dashboard, not “%(name)s”.", name=card
        )
    answers = answer(
        session,
        opened.scope,
        frame.panels,
        frame.time_range,
        chosen=view.chosen,
        drawn=frame.drawn,
        only=only,
    )
    return frame._replace(answers=answers)


def show_frame(
    session: Session, library: Library, opened: Opened, view: View, *, now: datetime
) -> Shown:
    """Return a dashboard without the rows of its panels. Raises BadInput."""
    time_range = opened.time_range(view, now=now)
    currency = opened.scope.org.currency
    placed = place(library, saved_panels(session, opened.scope), currency)
    panels = with_tabs(library, placed, currency)
    return Shown(
        time_range,
        panels,
        chips(panels, view.chosen),
        (),
        revision(session, opened.scope),
        large_chart(library, panels, view.metric, currency),
    )


def unknown_card(shown: Shown, view: View) -> str | None:
    """Return the view's number card if the board does not have it, shortened; otherwise None."""
    if view.metric is None or (shown.chart and view.metric in shown.chart.cards):
        return None
    return excerpt(view.metric)


class Tried(NamedTuple):
    """The answer of a panel, and its drawing, None if there is nothing to show."""

    answer: Answer
    painted: Painted | None


def try_widget(
    session: Session,
    scope: Scope,
    widget: Widget[Any],
    time_range: TimeRange,
    limit: int | None = None,
) -> Tried:
    """Run a widget's query and drawing. Whatever fails is raised.

    `limit` is a panel's number of rows. Raises WidgetRegistrationError for a figure that pages
    cannot show.
    """
    answer = answer_of(session, scope, widget, time_range, limit)
    if answer.status == "empty":
        return Tried(answer, None)
    return Tried(answer, paint(answer, time_range))


def answer_of(
    session: Session,
    scope: Scope,
    widget: Widget[Any],
    time_range: TimeRange,
    limit: int | None = None,
) -> Answer:
    """Run a widget's query. Whatever fails is raised."""
    panel = Panel(widget.slug, config={} if limit is None else {"limit": limit})
    placed = configured(widget, panel)
    rows = placed.query(session, scope, time_range)
    is_empty = placed.draw.is_empty(rows)
    return Answer(widget.slug, placed.title, placed, "empty" if is_empty else "ok", rows)


def paint(answer: Answer, time_range: TimeRange) -> Painted:
    """Draw an answer with rows as pages do. Whatever fails is raised."""
    assert answer.widget is not None
    painted = answer.widget.draw.paint(answer.widget, answer.rows, time_range)
    check_traces(answer.slug, painted.figure)
    flatten(painted.children)
    return painted
