"""The currency of an org, in which metrics with the unit `currency` are."""

from collections.abc import Iterator, Sequence

from sqlalchemy import select

from dashapp.domain.access.scope import Scope
from dashapp.domain.boards.definitions import Definitions, Measured, Metric, Ratio, Vocabulary
from dashapp.domain.boards.names import OWN_CURRENCY
from dashapp.domain.boards.own_panels import defined_panel
from dashapp.domain.errors import Conflict
from dashapp.store.boards.loading import definitions_of
from dashapp.store.boards.usage import usage_of
from dashapp.store.engine import Store
from dashapp.store.orgs.dashboards import SavedPanel
from dashapp.store.orgs.orgs import check_currency
from dashapp.store.sql.scoped import event_types

_TYPES = select(event_types.c.type)


def require_currency_change(store: Store, scope: Scope, currency: str | None) -> None:
    """Raise Conflict if panels already show amounts in the org's other currency.

    Amounts are not converted: past ones would be shown in a currency that they are not in. Raises
    BadInput for an unknown currency.
    """
    check_currency(currency)
    if scope.org.currency in {None, currency}:
        return
    definitions = definitions_of(store)
    with store.read_primary(scope) as session:
        panels = [placed.panel for placed in usage_of(session, scope).panels]
        sent = session.execute(_TYPES, scope.params).scalars().all()
    slugs = [panel.widget for panel in panels if _has_amounts(definitions, panel, sent)]
    if slugs:
        raise Conflict(
            f"Org {scope.org.slug} has amounts in {scope.org.currency}, which are not converted "
            f"to {currency or 'no currency'}: {', '.join(dict.fromkeys(slugs))}."
        )


def _has_amounts(definitions: Definitions, panel: SavedPanel, sent: Sequence[str]) -> bool:
    """Return whether a panel shows amounts, and the org has sent such events."""
    defined = defined_panel(definitions, panel.board, panel.widget, panel.config)
    if defined is None:
        return False
    metrics = (defined.vocabulary.metric(name) for name in defined.panel.metrics)
    return any(
        _counts(types, sent)
        for metric in metrics
        if metric is not None and metric.unit == OWN_CURRENCY
        for types in _types(metric, defined.vocabulary)
    )


def _types(metric: Metric, vocabulary: Vocabulary) -> Iterator[tuple[str, ...]]:
    """Yield the event types of a metric, or of both parts of a ratio."""
    if isinstance(metric.kind, Measured):
        yield metric.kind.types
    elif isinstance(metric.kind, Ratio):
        for name in (metric.kind.top, metric.kind.bottom):
            part = vocabulary.metric(name)
            if part is not None:
                yield from _types(part, vocabulary)


def _counts(types: Sequence[str], sent: Sequence[str]) -> bool:
    """Return whether any sent type is one of these types or families; no types means all."""
    families = tuple(name.removesuffix("*") for name in types if name.endswith(".*"))
    return any(not types or name in types or name.startswith(families) for name in sent)
