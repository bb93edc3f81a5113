"""The metrics that someone can ask about, and what panels show of them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from dashapp.domain.boards.definitions import (
    DefinedPanel,
    Definitions,
    Funnel,
    Measured,
    Metric,
    Vocabulary,
)
from dashapp.domain.metrics.conditions import Condition
from dashapp.queries.questions.defined import by_of
from dashapp.queries.questions.latest import DEFAULT_ROWS
from dashapp.queries.questions.quantities import By

DEFAULT_COLUMNS = ("occurred_at", "type", "user")
_ALWAYS = ("occurred_at", "type")


class KnownMetric(NamedTuple):
    """A metric, the vocabulary that it is in, and the panels that show it."""

    metric: Metric
    vocabulary: Vocabulary
    panels: Sequence[DefinedPanel] = ()

    @property
    def measure(self) -> str:
        """What is counted: a measure, `ratio` or `funnel`."""
        kind = self.metric.kind
        if isinstance(kind, Measured):
            return kind.measure
        return "funnel" if isinstance(kind, Funnel) else "ratio"

    @property
    def fields(self) -> dict[str, By]:
        """The fields that panels break the metric down by, and how they count them."""
        return fields_of(self.panels)

    @property
    def where(self) -> tuple[Condition, ...]:
        """The conditions of the panels, if none of them shows the metric without any."""
        if not self.panels or any(not defined.panel.where for defined in self.panels):
            return ()
        return self.panels[0].panel.where

    @property
    def event_list(self) -> "EventList | None":
        """The list of events that a panel shows; None if no panel does."""
        listed = (defined.panel for defined in self.panels if defined.panel.show == "events")
        panel = min(listed, key=lambda panel: bool(panel.where), default=None)
        if panel is None:
            return None
        return EventList(panel.where, panel.columns or DEFAULT_COLUMNS, panel.top or DEFAULT_ROWS)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the metric's events: those of a panel, or else the fields of panels."""
        event_list = self.event_list
        return event_list.columns if event_list else tuple(dict.fromkeys(self._shown_fields()))

    def _shown_fields(self) -> Iterator[str]:
        yield from _ALWAYS
        yield from self.fields
        kind = self.metric.kind
        if isinstance(kind, Measured):
            yield from (kind.of,) if kind.of else ()
            yield from (condition.field for condition in kind.where if condition.field != "user")


class EventList(NamedTuple):
    """What a panel shows of the events of a metric: conditions, columns, and number of rows."""

    where: tuple[Condition, ...]
    columns: tuple[str, ...]
    rows: int


def fields_of(panels: Sequence[DefinedPanel]) -> dict[str, By]:
    """Return the fields that panels break down by, and how they count them."""
    fields: dict[str, By] = {}
    for panel, _board, vocabulary in panels:
        if panel.by is not None and panel.by not in fields:
            fields[panel.by] = by_of(panel.by, vocabulary)
    return fields


def defined_metrics(definitions: Definitions) -> dict[str, KnownMetric]:
    """Return every metric of the installation by name, with the panels of all boards."""
    vocabulary = definitions.vocabulary
    panels = [
        DefinedPanel(panel, defined.board, defined.vocabulary)
        for defined in definitions.boards.values()
        for panel in defined.board.panels
    ]
    shown = _panels_by_metric(panels, vocabulary.metrics)
    return {
        name: KnownMetric(metric, vocabulary, shown.get(name, ()))
        for name, metric in vocabulary.metrics.items()
    }


def shown_metrics(panels: Sequence[DefinedPanel]) -> dict[str, KnownMetric]:
    """Return the metrics that these panels show by name. Of metrics with one name, the first."""
    first: dict[str, tuple[Metric, Vocabulary]] = {}
    for panel, _board, vocabulary in panels:
        for metric in _metrics(panel.metrics, vocabulary):
            first.setdefault(metric.name, (metric, vocabulary))
    shown = _panels_by_metric(panels, {name: metric for name, (metric, _) in first.items()})
    return {
        name: KnownMetric(metric, vocabulary, shown[name])
        for name, (metric, vocabulary) in first.items()
    }


def find_metric(known: Mapping[str, KnownMetric], name: str) -> KnownMetric | None:
    """Return the metric with this name or old name."""
    if name in known:
        return known[name]
    return next((entry for entry in known.values() if name in entry.metric.was), None)


def _metrics(names: Sequence[str], vocabulary: Vocabulary) -> Iterator[Metric]:
    found = (vocabulary.metric(name) for name in names)
    yield from (metric for metric in found if metric is not None)


def _panels_by_metric(
    panels: Sequence[DefinedPanel], metrics: Mapping[str, Metric]
) -> dict[str, list[DefinedPanel]]:
    """Return the panels that show each metric; another metric of the same name does not count."""
    shown: dict[str, list[DefinedPanel]] = {}
    for defined in panels:
        for metric in _metrics(defined.panel.metrics, defined.vocabulary):
            if metrics.get(metric.name) == metric:
                shown.setdefault(metric.name, []).append(defined)
    return shown
