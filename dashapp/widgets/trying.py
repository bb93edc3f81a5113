"""One panel as a board shows it, outside of a board: its rows and its drawing."""

from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.time.time_range import TimeRange
from dashapp.queries.saved_dashboards import Panel
from dashapp.widgets.answers import Answer
from dashapp.widgets.drawings.element import flatten
from dashapp.widgets.drawings.traces import check_traces
from dashapp.widgets.placed import configured
from dashapp.widgets.widget import Painted, Widget


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
