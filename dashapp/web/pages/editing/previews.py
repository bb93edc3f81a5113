"""Previews of panels: the org's own numbers, drawn as on a board."""

import logging
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, NamedTuple

from msgspec import Meta, Struct
from sqlalchemy.orm import Session

from dashapp.domain.access.dashboard import Opened
from dashapp.domain.access.view import View
from dashapp.domain.boards.own_panels import DEFINITION
from dashapp.domain.time.labels import range_label
from dashapp.domain.time.time_range import TimeRange
from dashapp.queries.saved_dashboards import Panel
from dashapp.store.orgs.dashboards import SavedPanel
from dashapp.web.pages.editing.fit import fit_of
from dashapp.web.pages.editing.gallery import drawings_of
from dashapp.web.pages.editing.layouts import SentPanel, new_panel
from dashapp.web.pages.layout_form import offered_panels
from dashapp.web.services import services
from dashapp.widgets.answers import Answer, answer
from dashapp.widgets.drawings.element import Markup, flatten
from dashapp.widgets.placing.placed import PlacedPanel, configured
from dashapp.widgets.show import paint
from dashapp.widgets.widget import Painted, Size

MAX_PANELS = 6  # in one request
_COUNTED = "-counted"  # after a slug: what counts the events without a number
_MOST_ROWS = 5  # of a list or of events
_log = logging.getLogger(__name__)


class SentPanels(Struct, frozen=True, forbid_unknown_fields=True):
    """What a browser wants to see."""

    panels: Annotated[list[SentPanel], Meta(min_length=1, max_length=MAX_PANELS)]


class Preview(NamedTuple):
    """A drawn panel: `tree` as in drawings/element.py, `figure` for Plotly, or neither.

    `left_out` is how many events have no number to measure.
    """

    title: str
    state: str
    size: str
    css_class: str
    is_elastic: bool = False
    group: str | None = None
    tree: list[Any] | None = None
    figure: dict[str, Any] | None = None
    left_out: int = 0
    drawings: dict[str, str | None] = {}  # noqa: RUF012 - never changed


class Previews(NamedTuple):
    """Previews in the order of the request, and their dates in words."""

    panels: Sequence[Preview]
    dates: str


def previews(
    session: Session, opened: Opened, view: View, panels: Sequence[SavedPanel]
) -> Previews:
    """Return previews, without the viewer's filters. Raises BadInput for an invalid range."""
    scope = opened.scope
    time_range = opened.time_range(view, now=services().clock())
    placed = [_placed(str(index), panel, scope.org.currency) for index, panel in enumerate(panels)]
    counting = [
        _placed(f"{index}{_COUNTED}", _number_of(panel)) for index, panel in enumerate(panels)
    ]
    asked = [one for one in (*placed, *counting) if one.widget is not None]
    answers = {each.slug: each for each in answer(session, scope, asked, time_range)}
    drawn = [
        _preview(one, panel, answers, time_range) for one, panel in zip(placed, panels, strict=True)
    ]
    return Previews(drawn, range_label(time_range))


def panels_of(sent: SentPanels) -> list[SavedPanel]:
    """Return the panels. Raises BadInput, or PanelRefused for an invalid definition."""
    offered = offered_panels()
    return [offered.get(panel.slug or "") or new_panel(panel) for panel in sent.panels]


def _placed(slug: str, panel: SavedPanel | None, currency: str | None = None) -> PlacedPanel:
    """Return a panel under another slug: two may be about the same one."""
    if panel is None:
        return PlacedPanel(Panel(slug), None)
    widget = services().library.of(panel, currency)
    limit = min(_MOST_ROWS, widget.default_limit) if widget and widget.limits else None
    shown = Panel(slug, config={"limit": limit} if limit else {})
    return PlacedPanel(shown, configured(widget, shown) if widget is not None else None)


def _number_of(panel: SavedPanel) -> SavedPanel | None:
    """Return a panel with the number of a metric of its own, if it measures a property."""
    definition = panel.config.get(DEFINITION, {})
    metric = definition.get("metric")
    if not isinstance(metric, dict) or "of" not in metric:
        return None
    kept = {key: definition[key] for key in ("metric", "where") if key in definition}
    return panel._replace(config={DEFINITION: {**kept, "show": "number"}})


def _preview(
    placed: PlacedPanel, panel: SavedPanel, answers: Mapping[str, Answer], time_range: TimeRange
) -> Preview:
    slug, widget = placed.panel.widget, placed.widget
    if widget is None:
        return Preview(panel.widget, "error", Size.QUARTER.value, "kpi")
    of_panel, counted = answers[slug], answers.get(f"{slug}{_COUNTED}")
    state, painted = _painted(of_panel, time_range)
    children = flatten(painted.children) if painted else None
    defined = services().library.defined(panel)
    metric = defined.vocabulary.metric(defined.panel.metrics[0]) if defined else None
    fit = fit_of(panel, widget)
    return Preview(
        title=widget.title,
        state=state,
        size=widget.size.value,
        css_class=widget.css_class,
        is_elastic=fit.is_elastic,
        group=fit.group,
        tree=getattr(children, "tree", None) if isinstance(children, Markup) else None,
        figure=painted.figure if painted else None,
        left_out=sum(row.without_number for row in counted.rows) if counted else 0,
        drawings=drawings_of(metric, defined.panel.by) if metric and defined else {},
    )


def _painted(of_panel: Answer, time_range: TimeRange) -> tuple[str, Painted | None]:
    """Return the state of a panel, and its drawing if it has numbers."""
    if of_panel.status != "ok":
        return "slow" if of_panel.is_too_slow else of_panel.status, None
    try:
        return "ready", paint(of_panel, time_range)
    except Exception:  # noqa: BLE001 - only this preview fails
        _log.exception("drawing failed", extra={"panel": of_panel.slug})
        return "error", None
