"""The viewer's filters: only fields and values that the dashboard's own panels show.

A filter changes the panels whose events have its field; other panels keep their numbers. Any other
field is refused, and so is a value that no panel can have: otherwise an embedded viewer, who may
see only a part of the org, could count events outside of that part.
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from dashapp.domain.access.filters import (
    Filters,
    excluding,
    filter_param,
    filtered_field,
    is_excluding,
)
from dashapp.domain.access.scope import Scope
from dashapp.domain.errors import BadInput, excerpt
from dashapp.domain.language import _
from dashapp.domain.metrics.conditions import PROPERTY_PREFIX
from dashapp.domain.metrics.tallies import (
    Label,
    Tally,
    declared_tallies,
    event_types_of,
)
from dashapp.domain.time.time_range import TimeRange
from dashapp.queries.fields import Fields, fields
from dashapp.queries.raw_values import raw_values
from dashapp.widgets.placing.placed import PlacedPanel
from dashapp.widgets.widget import By, Widget


class Chip(NamedTuple):
    """A value that the viewer filters by, and its field. `is_excluded` means all but this value.

    `label` is what a panel calls the value, translated when shown, if it has a name for it.
    """

    by: By
    value: str
    is_excluded: bool = False
    label: str | None = None

    @property
    def param(self) -> str:
        """The filter as a URL parameter."""
        field = excluding(self.by.field) if self.is_excluded else self.by.field
        return filter_param(field, self.value)

    @property
    def name(self) -> str:
        return self.value.removeprefix(self.by.prefix)


def chips(panels: Sequence[PlacedPanel], chosen: Filters) -> list[Chip]:
    """Return the filters as the board shows them. Raises BadInput for one that no panel offers."""
    offering = list(_offering(panels))
    offered, labels = [by for _widget, by in offering], _labels(offering)
    shown = []
    for field, values in chosen:
        for value in values:
            by = _by(offered, filtered_field(field), value)
            label = labels.get((by.field, value.removeprefix(by.prefix)))
            shown.append(Chip(by, value, is_excluding(field), label))
    return shown


def _labels(offering: Sequence[tuple[Widget[Any], By]]) -> dict[tuple[str, str], str]:
    """Return what panels call the values of their fields."""
    looks = [(by.field, widget.draw.look) for widget, by in offering]
    return {
        (field, value): label
        for field, look in reversed(looks)  # the first panel decides
        if look
        for value, label in look.names.items()
    }


def _by(offered: Sequence[By], field: str, value: str) -> By:
    of_field = [by for by in offered if by.field == field]
    for by in of_field:
        if by.has(value):
            return by
    raise BadInput(
        _("This dashboard cannot be filtered by “%(field)s”. Remove it from the URL."),
        field=excerpt(filter_param(field, value)) if of_field else field,
    )


class ViewerFilters(NamedTuple):
    """The viewer's filters, applied panel by panel.

    A panel whose events do not have the field of a filter keeps its numbers. A filter that excludes
    values keeps events without the field, so it applies if only some of the events have it.
    """

    scope: Scope
    chosen: Filters
    offered: Sequence[By]
    fields: Fields

    def scope_of(self, widget: Widget[Any]) -> "PanelScope":
        """Return the Scope of a panel, and the fields that do not filter it."""
        applied = tuple(pair for pair in self.chosen if self._applies(widget, pair[0]))
        ignored = {filtered_field(field) for field, _ in self.chosen if field not in dict(applied)}
        return PanelScope(
            self.scope.filtered_by(applied),
            tuple(by for by in self.offered if by.field in ignored),
        )

    def _applies(self, widget: Widget[Any], name: str) -> bool:
        field = filtered_field(name)
        if not field.startswith(PROPERTY_PREFIX) or (widget.by and widget.by.field == field):
            return True
        return self.fields.has_property(
            event_types_of(widget.base_query),
            field.removeprefix(PROPERTY_PREFIX),
            is_in_all=not is_excluding(name),
        )


class PanelScope(NamedTuple):
    """The Scope of one panel, and what its events cannot be filtered by."""

    scope: Scope
    unfiltered: tuple[By, ...] = ()


def viewer_filters(
    session: Session,
    scope: Scope,
    time_range: TimeRange,
    chosen: Filters,
    panels: Sequence[PlacedPanel],
) -> ViewerFilters:
    """Return the viewer's filters, which apply in addition to the locked ones. Raises BadInput."""
    offered = {chip.by.field: chip.by for chip in chips(panels, chosen)}
    tallies = {tally.by: tally for tally in _label_tallies(panels)}

    def values_of(name: str, values: tuple[str, ...]) -> tuple[str, ...]:
        field = filtered_field(name)
        if field not in tallies:
            return values
        return tuple(raw_values(session, scope, time_range, tallies[field], values))

    names = [
        name.removeprefix(PROPERTY_PREFIX) for name in offered if name.startswith(PROPERTY_PREFIX)
    ]
    return ViewerFilters(
        scope,
        tuple((field, values_of(field, values)) for field, values in chosen),
        tuple(offered.values()),
        fields(session, scope, names),
    )


def _offering(panels: Sequence[PlacedPanel]) -> Iterator[tuple[Widget[Any], By]]:
    """Yield the dashboard's widgets that offer a filter, and what they can be filtered by."""
    for _panel, widget in panels:
        if widget is not None and widget.by is not None:
            yield widget, widget.by


def _label_tallies(panels: Sequence[PlacedPanel]) -> list[Tally]:
    """Return the panels' tallies whose labels are not the exact text."""
    queries = [widget.base_query for widget, _by in _offering(panels)]
    return [tally for tally in declared_tallies(queries) if tally.label is not Label.EXACT]
