"""What a visitor may filter a board by: what its own panels show, and nothing else.

A filter changes the panels whose events have its field, and leaves the others alone.

A filter that names any other field is refused, and so is a value that no panel can have: counts by
any type of event would tell somebody who sees a part of an org, in a frame, more than that part.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from dashapp.domain.access.filters import Filters, filter_param
from dashapp.domain.access.scope import Scope
from dashapp.domain.errors import BadInput, shown
from dashapp.domain.language import _
from dashapp.domain.metrics.tallies import (
    PROPERTY_PREFIX,
    Label,
    Tally,
    declared_tallies,
    event_types_of,
)
from dashapp.domain.time.time_range import TimeRange
from dashapp.queries.fields import Fields, fields
from dashapp.queries.raw_values import raw_values
from dashapp.queries.saved_dashboards import Panel
from dashapp.widgets.catalog import Catalog
from dashapp.widgets.placed import placed
from dashapp.widgets.widget import By, Widget


class Chip(NamedTuple):
    """One value that was chosen: of which field, what it is called there, and the filter."""

    by: By
    value: str

    @property
    def name(self) -> str:
        return self.value.removeprefix(self.by.prefix)


def chips(catalog: Catalog, panels: Sequence[Panel], chosen: Filters) -> list[Chip]:
    """The filters as they are shown. Raises BadInput for one that no panel offers."""
    offered = [by for _widget, by in _offering(catalog, panels)]
    return [Chip(_by(offered, field, v), v) for field, values in chosen for v in values]


def _by(offered: Sequence[By], field: str, value: str) -> By:
    of_field = [by for by in offered if by.field == field]
    for by in of_field:
        if by.has(value):
            return by
    raise BadInput(
        _("This dashboard cannot be filtered by “%(field)s”. Remove it from the address."),
        field=shown(filter_param(field, value)) if of_field else field,
    )


class Narrowed(NamedTuple):
    """What a visitor's filters leave of a Scope, panel by panel.

    A panel whose events do not have the field of a filter keeps its numbers.
    """

    scope: Scope
    chosen: Filters
    offered: Sequence[By]
    fields: Fields

    def of(self, widget: Widget[Any]) -> "PanelScope":
        """The Scope of one panel, and the fields by which it is not filtered."""
        is_left_out = {field: not self._reaches(widget, field) for field, _values in self.chosen}
        chosen = tuple(pair for pair in self.chosen if not is_left_out[pair[0]])
        left_out = [field for field, is_out in is_left_out.items() if is_out]
        return PanelScope(
            replace(self.scope, chosen=chosen),
            tuple(by for by in self.offered if by.field in left_out),
        )

    def _reaches(self, widget: Widget[Any], field: str) -> bool:
        if not field.startswith(PROPERTY_PREFIX) or (widget.by and widget.by.field == field):
            return True
        return self.fields.have(
            event_types_of(widget.question), field.removeprefix(PROPERTY_PREFIX)
        )


class PanelScope(NamedTuple):
    """What one panel shows: its Scope, and the fields of filters that its events do not have."""

    scope: Scope
    unfiltered: tuple[By, ...] = ()


def narrowed(
    session: Session,
    scope: Scope,
    time_range: TimeRange,
    chosen: Filters,
    *,
    catalog: Catalog,
    panels: Sequence[Panel],
) -> Narrowed:
    """The Scope with the visitor's filters in addition to the locked ones. Raises BadInput."""
    offered = {chip.by.field: chip.by for chip in chips(catalog, panels, chosen)}
    tallies = {tally.by: tally for tally in _labelled(catalog, panels)}

    def values_of(field: str, values: tuple[str, ...]) -> tuple[str, ...]:
        if field not in tallies:
            return values
        return tuple(raw_values(session, scope, time_range, tallies[field], values))

    names = [
        name.removeprefix(PROPERTY_PREFIX) for name in offered if name.startswith(PROPERTY_PREFIX)
    ]
    return Narrowed(
        scope,
        tuple((field, values_of(field, values)) for field, values in chosen),
        tuple(offered.values()),
        fields(session, scope, names),
    )


def _offering(catalog: Catalog, panels: Sequence[Panel]) -> Iterator[tuple[Widget[Any], By]]:
    """The widgets on the dashboard that can be filtered by, and by what."""
    for panel in panels:
        widget = placed(catalog, panel)
        if widget is not None and widget.by is not None:
            yield widget, widget.by


def _labelled(catalog: Catalog, panels: Sequence[Panel]) -> list[Tally]:
    """What the panels count by labels that are not the text itself."""
    queries = [catalog[widget.slug].query for widget, _field in _offering(catalog, panels)]
    return [tally for tally in declared_tallies(queries) if tally.label is not Label.EXACT]
