"""What a board offers to look up behind the numbers of its panels."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.boards.definitions import (
    COUNTS,
    DefinedPanel,
    Funnel,
    Measured,
    Metric,
    Texts,
    Vocabulary,
)
from dashapp.domain.boards.names import OWN_CURRENCY
from dashapp.domain.boards.titles import english, title_of
from dashapp.domain.language import say
from dashapp.domain.metrics.conditions import PROPERTY_PREFIX
from dashapp.domain.units import Format
from dashapp.queries.fields import Fields, fields
from dashapp.queries.questions.defined import quantity_of
from dashapp.widgets.drill.parts import columns_of
from dashapp.widgets.library import Library
from dashapp.widgets.metrics import KnownMetric, defined_metrics, fields_of
from dashapp.widgets.placing.placed import PlacedPanel
from dashapp.widgets.widget import Widget

_OF_METRIC = frozenset({"type", "project"})  # fields that only their own metrics have


class FieldOffer(NamedTuple):
    """A field with its title, how its numbers are written, and the names of some of its values."""

    name: str
    title: str
    format: Mapping[str, Any] | None
    names: Mapping[str, str]


class Offer(NamedTuple):
    """What is behind the numbers of a panel.

    `counts` are the metrics whose numbers are numbers of events. `by` is the field that the panel
    is broken down by, `breakdowns` are others. `columns` are those of its events, and `format` is
    how its own numbers are written.
    """

    metrics: Sequence[str]
    counts: Sequence[str]
    by: FieldOffer | None
    has_filter: bool
    has_events: bool
    breakdowns: Sequence[FieldOffer]
    columns: Sequence[FieldOffer]
    format: Mapping[str, Any]


def offers(
    session: Session, scope: Scope, library: Library, panels: Sequence[PlacedPanel]
) -> dict[str, Offer]:
    """Return the offers of the panels that board files define, by slug."""
    found = {panel.widget: library.defined(panel) for panel, _widget in panels}
    defined = {slug: one for slug, one in found.items() if one is not None and one.panel.metrics}
    of_board = [*fields_of([*defined.values()])]
    everywhere = {} if scope.is_embedded else defined_metrics(library.definitions)
    more = {slug: _more_fields(everywhere, one) for slug, one in defined.items()}
    names = {*of_board, *(name for of_panel in more.values() for name in of_panel)}
    known = fields(session, scope, [_path(name) for name in names if _is_property(name)])
    widgets = {panel.widget: widget for panel, widget in panels}
    offered = {
        slug: _Offering(one, scope, of_board, more[slug], known).offer(widgets[slug])
        for slug, one in defined.items()
    }
    return {slug: offer for slug, offer in offered.items() if offer is not None}


def _more_fields(everywhere: Mapping[str, KnownMetric], defined: DefinedPanel) -> Sequence[str]:
    """Return the fields by which other boards break the metric down."""
    metric = defined.vocabulary.metric(defined.panel.metrics[0])
    known = everywhere.get(metric.name) if metric else None
    return [*known.fields] if known and known.metric == metric else []


class _Offering(NamedTuple):
    defined: DefinedPanel
    scope: Scope
    of_board: Sequence[str]
    more: Sequence[str]
    known: Fields

    def offer(self, widget: Widget[Any] | None) -> Offer | None:
        panel, _board, vocabulary = self.defined
        metrics = [m for m in map(vocabulary.metric, panel.metrics) if m is not None]
        if not metrics or widget is None or isinstance(metrics[0].kind, Funnel):
            return None
        return Offer(
            [metric.name for metric in metrics],
            [metric.name for metric in metrics if _is_count(metric)],
            field_offer(panel.by, vocabulary, panel.names) if panel.by else None,
            widget.by is not None,
            self.scope.can_see_events,
            [field_offer(name, vocabulary) for name in self._breakdowns(metrics[0])],
            [self._column(name, metrics) for name in self._columns(metrics[0])],
            Format(self._unit(metrics[0]), metrics[0].decimals).for_browser(),
        )

    def _breakdowns(self, metric: Metric) -> Iterable[str]:
        quantity = quantity_of(metric, self.defined.vocabulary, self.defined.panel.where)
        assert quantity is not None
        types = quantity.types
        own = {*self.more, self.defined.panel.by}
        for name in dict.fromkeys([*self.of_board, *self.more]):
            if name in _OF_METRIC:
                is_told_apart = name != "type" or len(types) != 1
                if name in own and is_told_apart:
                    yield name
            elif not _is_property(name) or self.known.has_property(
                types, _path(name), is_in_all=False
            ):
                yield name

    def _columns(self, metric: Metric) -> Sequence[str]:
        quantity = quantity_of(metric, self.defined.vocabulary, self.defined.panel.where)
        assert quantity is not None
        return columns_of(self.defined.panel, quantity.parts[-1])

    def _column(self, name: str, metrics: Sequence[Metric]) -> FieldOffer:
        """Return a column of the events. What all metrics measure is written as their numbers."""
        field = field_offer(name, self.defined.vocabulary)
        units = [self._unit(metric) if _has_values_of(metric, name) else None for metric in metrics]
        if field.format or units[0] is None or len({*units}) > 1:
            return field
        return field._replace(format=Format(units[0]).for_browser())

    def _unit(self, metric: Metric) -> str | None:
        return self.scope.org.currency if metric.unit == OWN_CURRENCY else metric.unit


def _is_count(metric: Metric) -> bool:
    return isinstance(metric.kind, Measured) and metric.kind.measure == "count"


def _has_values_of(metric: Metric, name: str) -> bool:
    """Whether the numbers of a metric have the unit of a property, as a sum or an average has."""
    kind = metric.kind
    return isinstance(kind, Measured) and kind.of == name and kind.measure not in COUNTS


def field_offer(
    name: str, vocabulary: Vocabulary, more: Mapping[str, Texts] | None = None
) -> FieldOffer:
    """Return a field as boards show it. `more` are names that only one panel has."""
    described = vocabulary.fields.get(name)
    unit = described.unit if described else None
    names = {**(described.names if described else {}), **(more or {})}
    return FieldOffer(
        name,
        say(title_of(name, vocabulary)),
        Format(unit).for_browser() if unit else None,
        {value: say(english(text)) for value, text in names.items()},
    )


def _is_property(name: str) -> bool:
    return name.startswith(PROPERTY_PREFIX)


def _path(name: str) -> str:
    return name.removeprefix(PROPERTY_PREFIX)
