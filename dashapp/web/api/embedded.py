"""What an embed token can ask: about what its dashboard shows, and nothing else.

Everything else looks as if it did not exist. The reason is in the org's embed log.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, NoReturn

from flask import g
from sqlalchemy.orm import Session

from dashapp.domain.access.dashboard import Opened, current_dashboard
from dashapp.domain.access.filters import Filters, filtered_field
from dashapp.domain.access.scope import EVENTS, current_scope
from dashapp.domain.errors import BadInput, excerpt
from dashapp.queries.questions.latest import DEFAULT_ROWS
from dashapp.queries.questions.quantities import TOTAL, By
from dashapp.queries.saved_dashboards import saved_panels
from dashapp.queries.shapes import Subject, Wanted
from dashapp.web.access.embedding import tokens as embed_tokens
from dashapp.web.services import services
from dashapp.widgets.chosen import chips
from dashapp.widgets.metrics import EventList, KnownMetric, fields_of, find_metric, shown_metrics
from dashapp.widgets.placing.placed import PlacedPanel, place

_OF_METRIC = frozenset({"type", "project"})  # boards cannot be filtered by these
_USER = "user"


class EmbeddedBoard(NamedTuple):
    """The dashboard of an embed token, and what its visible panels show."""

    opened: Opened
    placed: Sequence[PlacedPanel]
    metrics: Mapping[str, KnownMetric]
    fields: Mapping[str, By]

    def require_metric(self, name: str | dict[str, Any]) -> KnownMetric:
        """Return a metric of the dashboard. Raises NotFound."""
        if not isinstance(name, str):
            refuse("a definition of its own")
        known = find_metric(self.metrics, name)
        if known is None:
            refuse(f"the metric {excerpt(name, 70)}")
        return known

    def require_filters(self, known: KnownMetric, chosen: Filters) -> None:
        """Raise NotFound for a filter that no panel offers."""
        for field, values in chosen:
            by = known.fields.get(filtered_field(field)) if field != _USER else None
            if by is not None and by.field in _OF_METRIC:
                is_shown = not by.values or {*values} <= {*by.values}
            else:
                is_shown = self._is_offered((field, values))
            if not is_shown:
                refuse(f"a filter by {filtered_field(field)}")

    def _is_offered(self, pair: tuple[str, tuple[str, ...]]) -> bool:
        try:
            return bool(chips(self.placed, (pair,))) or not pair[1]
        except BadInput:
            return False

    def subject(self, known: KnownMetric, wanted: Wanted) -> Subject:
        """Return what is counted. Raises NotFound for a field or events that no panel shows."""
        by = TOTAL if wanted.by is None else self.by_of(known, wanted.by)
        if wanted.shape != "events":
            return Subject(known.metric, known.vocabulary, by, known.where)
        events = _event_list(known, wanted.top)
        return Subject(known.metric, known.vocabulary, by, *events)

    def by_of(self, known: KnownMetric, field: str) -> By:
        """Return how a field is counted. Only values of a shared field can be asked of any metric.

        A board can be filtered by channels and properties, so that every panel shows them.
        """
        by = known.fields.get(field)
        if by is None and field not in _OF_METRIC:
            by = self.fields.get(field)
        if by is None:
            refuse(f"a break-down by {excerpt(field, 70)}")
        return by


def require_events(what: str) -> None:
    """Raise NotFound if the request has a token without the right to see events."""
    if not current_scope().can_see_events:
        refuse(f"{what}, which needs can: {EVENTS}")


def board_of(session: Session) -> EmbeddedBoard:
    """Return the dashboard of the request's embed token."""
    opened, library = current_dashboard(), services().library
    panels = saved_panels(session, opened.scope)
    found = (library.defined(panel) for panel in panels)
    defined = [panel for panel in found if panel is not None]
    return EmbeddedBoard(
        opened,
        place(library, panels, opened.scope.org.currency),
        shown_metrics(defined),
        fields_of(defined),
    )


def _event_list(known: KnownMetric, top: int | None) -> EventList:
    """Return the events that the token may list: those of a panel, or more with `can`."""
    if current_scope().can_see_events:
        columns = tuple(dict.fromkeys((*known.columns, _USER)))
        return EventList(known.where, columns, DEFAULT_ROWS)
    events = known.event_list
    if events is None:
        refuse(f"events of {known.metric.name}, which needs can: events")
    if top is not None and top > events.rows:
        refuse(f"{top} events of {known.metric.name}, which needs can: events")
    return events


def refuse(what: str) -> NoReturn:
    """Raise NotFound for what the token's dashboard does not show."""
    embed_tokens.refuse(g.embed, f"dashboard {g.embed.grant.dashboard} does not show {what}")
