"""What panels of boards count: their quantities, their fields, and the tallies to keep for them."""

from collections.abc import Sequence

from dashapp.domain.boards.definitions import (
    DefinedPanel,
    Funnel,
    Measured,
    Metric,
    Vocabulary,
)
from dashapp.domain.errors import ConfigurationError
from dashapp.domain.metrics.conditions import Condition
from dashapp.domain.metrics.tallies import Label, Tally
from dashapp.queries.questions.quantities import TOTAL, By, Quantity


def quantity_of(
    metric: Metric, vocabulary: Vocabulary, where: Sequence[Condition] = ()
) -> Quantity | None:
    """Return what a metric counts, with more conditions; None for a funnel."""
    if isinstance(metric.kind, Funnel):
        return None
    if isinstance(metric.kind, Measured):
        return Quantity((_narrowed(metric.kind, where),))
    parts = [vocabulary.metric(name) for name in (metric.kind.top, metric.kind.bottom)]
    measured = [part.kind for part in parts if part and isinstance(part.kind, Measured)]
    if len(measured) != len(parts):
        raise ConfigurationError(f"The metrics of the ratio {metric.name} are not defined.")
    return Quantity(tuple(_narrowed(part, where) for part in measured), metric.kind.is_inverted)


def _narrowed(measured: Measured, where: Sequence[Condition]) -> Measured:
    if not where:
        return measured
    conditions = tuple(dict.fromkeys((*measured.where, *where)))
    return Measured(measured.types, measured.measure, measured.of, conditions)


def by_of(field: str | None, vocabulary: Vocabulary) -> By:
    """Return how values of a field are counted."""
    if field is None:
        return TOTAL
    described = vocabulary.fields.get(field)
    if described is None:
        return By(field)
    return By(field, described.values, described.always, Label(described.text))


def tallies_of_panel(defined: DefinedPanel) -> list[Tally]:
    """Return the tallies that a panel reads; none for a funnel or a text.

    A list of events reads only how many there are.
    """
    panel, _board, vocabulary = defined
    by = by_of(panel.by, vocabulary)
    metrics = [vocabulary.metric(name) for name in panel.metrics]
    quantities = [quantity_of(m, vocabulary, panel.where) for m in metrics if m is not None]
    found = [quantity for quantity in quantities if quantity is not None]
    if panel.show == "events":
        found = [counted(quantity.parts[0]) for quantity in found]
    return list(dict.fromkeys(tally for quantity in found for tally in quantity.tallies(by)))


def counted(measured: Measured) -> Quantity:
    """Return the number of the events that a measure is about."""
    return Quantity((Measured(measured.types, where=measured.where),))
