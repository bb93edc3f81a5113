"""A part of a panel's numbers, such as a bar: whose events it counts, and when.

It counts exactly what the panel counts: its metric and conditions, the viewer's filters that apply
to it, and the locked ones.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from dashapp.domain.access.dashboard import Opened
from dashapp.domain.access.filters import is_value
from dashapp.domain.access.scope import Scope
from dashapp.domain.access.view import View
from dashapp.domain.boards.definitions import DefinedPanel, Measured, Metric, Panel
from dashapp.domain.errors import BadInput, NotFound, excerpt
from dashapp.domain.events.values import MAX_LABEL
from dashapp.domain.metrics.tallies import Label, Tally, is_of_types
from dashapp.domain.time.instant import to_text, to_us
from dashapp.domain.time.local_days import DAY
from dashapp.domain.time.presets import Choice
from dashapp.domain.time.time_range import TimeRange, resolve
from dashapp.queries.ask import Query
from dashapp.queries.questions.defined import by_of, quantity_of
from dashapp.queries.questions.quantities import By, Quantity, tally_of
from dashapp.queries.questions.ranges import whole
from dashapp.queries.questions.series import common_prefix
from dashapp.queries.raw_values import raw_values
from dashapp.queries.reading.asks import Range
from dashapp.queries.reading.hour_slots import hours_between
from dashapp.queries.reading.together import Question
from dashapp.queries.saved_dashboards import saved_panels
from dashapp.queries.sent_events import sent_types
from dashapp.widgets.chosen import viewer_filters
from dashapp.widgets.library import Library
from dashapp.widgets.placing.placed import place
from dashapp.widgets.widget import Widget

_LONGEST_OF_HOURS = 10 * 366 * DAY  # a range that is cut into hours
_HOURS_PER_DAY = 24
_COLUMNS = ("occurred_at", "type")


class Part(NamedTuple):
    """Which part: a metric of the panel, a value of its field, a time, and an hour of the week.

    `hour` is a weekday, 1 for Monday, and an hour of the board's zone. None means all.
    """

    metric: str | None = None
    value: str | None = None
    within: tuple[datetime, datetime] | None = None
    hour: tuple[int, int] | None = None


class Drilled(NamedTuple):
    """A panel of a board file on a dashboard, and whose events its numbers count."""

    defined: DefinedPanel
    widget: Widget[Any]
    scope: Scope
    time_range: TimeRange

    def metric(self, name: str | None) -> Metric:
        """Return one of the panel's metrics, the first one without a name. Raises NotFound."""
        names = self.defined.panel.metrics
        found = self.defined.vocabulary.metric(name or names[0])
        if found is None or found.name not in {*names, *self._current_names()}:
            raise NotFound("The panel has no metric “%(name)s”.", name=excerpt(name))
        return found

    def _current_names(self) -> set[str]:
        metrics = map(self.defined.vocabulary.metric, self.defined.panel.metrics)
        return {metric.name for metric in metrics if metric is not None}

    def quantity(self, metric: Metric) -> Quantity:
        """Return what a metric counts in the panel. Raises BadInput for a funnel."""
        quantity = quantity_of(metric, self.defined.vocabulary, self.defined.panel.where)
        if quantity is None:
            raise BadInput("A funnel follows users through steps: no events are behind a number.")
        return quantity

    def list_of(self, limit: int | None) -> Question:
        """Return the question of a list, with another number of rows."""
        query = self.widget.query
        assert isinstance(query, Query)
        return (query.with_limit(limit) if limit else query).question

    def measured(self, metric: Metric) -> Measured:
        """Return whose events are behind a number of a metric: the whole's, for a ratio."""
        return self.quantity(metric).parts[-1]


def columns_of(panel: Panel, measured: Measured) -> tuple[str, ...]:
    """Return the columns that matter: the panel's, its field, and what is measured."""
    conditions = (condition.field for condition in measured.where)
    more = (*panel.columns, panel.by, *conditions, measured.of)
    return tuple(dict.fromkeys([*_COLUMNS, *(name for name in more if name)]))


def drilled(
    session: Session, library: Library, opened: Opened, view: View, slug: str, *, now: datetime
) -> Drilled | None:
    """Return a panel of a dashboard in a view; None for one without metrics, or if there is none.

    Raises BadInput for a range or a filter that the dashboard does not allow.
    """
    saved = saved_panels(session, opened.scope)
    placed = place(library, saved, opened.scope.org.currency)
    panel, widget = next((one for one in placed if one.panel.widget == slug), (None, None))
    defined = library.defined(panel) if panel else None
    if widget is None or defined is None or not defined.panel.metrics:
        return None
    time_range = opened.time_range(view, now=now)
    scope = opened.scope
    if view.chosen:
        filters = viewer_filters(session, scope, time_range, view.chosen, placed)
        scope = filters.scope_of(widget).scope
    return Drilled(defined, widget, scope, time_range)


def scope_of(session: Session, drill: Drilled, metric: Metric, value: str | None) -> Scope:
    """Return the Scope of the events with one value of the panel's field.

    Raises BadInput if the panel does not tell such a value apart.
    """
    if value is None:
        return drill.scope
    panel, _board, vocabulary = drill.defined
    by = by_of(panel.by, vocabulary)
    if not by.field or not is_value(value) or (by.values and value not in by.values):
        raise BadInput("The panel has no part “%(value)s”.", value=excerpt(value))
    if by.field == "project":
        return drill.scope.of_project(value)
    texts = _texts(session, drill, drill.quantity(metric), by, value)
    return drill.scope.filtered_by(((by.field, tuple(texts)),))


def _texts(
    session: Session, drill: Drilled, quantity: Quantity, by: By, value: str
) -> Iterable[str]:
    """Return the stored texts that the panel counts under a value."""
    scope, time_range = drill.scope, drill.time_range
    if by.field == "type":
        return _types(sent_types(session, scope), quantity, value)
    label = tally_of(quantity.parts[0], by).label
    if not by.is_property or (label is Label.EXACT and len(value) < MAX_LABEL):
        return [value]
    return raw_values(session, scope, time_range, Tally(by=by.field, label=label), [value])


def _types(sent: Sequence[str], quantity: Quantity, value: str) -> list[str]:
    """Return the event type that a series names, without what all types begin with."""
    if quantity.types:
        names = [common_prefix(quantity.types) + value, value]
        counted = [name for name in names if is_of_types(name, quantity.types)]
        return counted[:1]
    if value in sent:
        return [value]
    ending = [name for name in sent if name.endswith(f".{value}")]
    return ending if len(ending) == 1 else []


def ranges_of(time_range: TimeRange, part: Part) -> list[Range]:
    """Return when the part is, within the range. Raises BadInput."""
    low, high = whole(time_range)
    if part.within is not None:
        low, high = max(low, to_us(part.within[0])), min(high, to_us(part.within[1]))
    if low >= high:
        return []
    if part.hour is None:
        return [(low, high)]
    if high - low > _LONGEST_OF_HOURS:
        raise BadInput("This range is too long for one hour of the week. Choose a shorter one.")
    weekday, hour = part.hour
    wanted = (weekday - 1) * _HOURS_PER_DAY + hour
    hours = hours_between(low, high, time_range.zone)
    return [(start, end) for number, start, end in hours if number == wanted]


def range_within(time_range: TimeRange, part: Part) -> TimeRange | None:
    """Return a part of the range as a range of its own, not compared; None if it is empty."""
    if part.within is None:
        return time_range
    low, high = (max(part.within[0], time_range.start), min(part.within[1], time_range.end))
    if low >= high:
        return None
    choice = Choice(from_=to_text(low), to=to_text(high))
    return resolve(choice, time_range.zone, now=time_range.now, comparison="off")
