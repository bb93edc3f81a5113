"""The layout and the panels that a browser sends: strict reading of untrusted JSON."""

from collections.abc import Collection, Mapping
from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import Meta, Struct

from dashapp.dashboards.arrange import MAX_PANELS, Layout, SavedLayout, with_hidden
from dashapp.dashboards.own import slug_for
from dashapp.domain.boards.names import default_title
from dashapp.domain.boards.own_panels import DEFINITION, OWN, read_own_panel
from dashapp.domain.boards.reading.faults import BoardFileRefused
from dashapp.domain.boards.spec import Size
from dashapp.domain.errors import BadInput
from dashapp.domain.language import _, say
from dashapp.store.orgs.dashboards import SavedPanel
from dashapp.web.pages.editing.words import MEASURES
from dashapp.web.pages.layout_form import name_of, offered_panels
from dashapp.web.services import services

_PREFIX = "own-"  # of the slugs of panels that people make
_UNEXPECTED = _("Unexpected request. Reload the page.")
Slug = Annotated[str, Meta(max_length=100)]
StructType = TypeVar("StructType", bound=Struct)


class SentPanel(Struct, frozen=True, forbid_unknown_fields=True):
    """A panel of the dashboard or of the gallery, by its slug, or a new one by its definition."""

    slug: Slug | None = None
    definition: dict[str, Any] | None = None
    title: str | None = None
    size: Size | None = None


class SentLayout(Struct, frozen=True, forbid_unknown_fields=True):
    """The panels that the editor shows, in order, and the version that they are based on."""

    version: Annotated[int, Meta(ge=0, lt=2**31)]
    panels: Annotated[list[SentPanel], Meta(max_length=MAX_PANELS)]


class PanelRefused(BadInput):
    """Raised for an invalid definition. `faults` are reasons by field; `index` says which panel."""

    def __init__(self, error: BoardFileRefused) -> None:
        super().__init__(_("This panel cannot be shown like that."))
        self.index = 0
        self.faults = [
            {"field": ".".join(map(str, fault.path)), "reason": fault.reason}
            for fault in error.faults
        ]


def decoded(text: str | bytes, kind: type[StructType]) -> StructType:
    """Return what a browser has sent. Raises BadInput."""
    try:
        return msgspec.json.decode(text, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, UnicodeEncodeError, RecursionError):
        raise BadInput(_UNEXPECTED) from None


def layout_from(sent: SentLayout, saved: SavedLayout) -> Layout:
    """Return the layout, with the hidden panels of the saved one.

    Raises BadInput for a panel that this installation does not have, or PanelRefused.
    """
    existing = {panel.widget: panel for panel in saved.layout.panels}
    offered = offered_panels()
    taken = {*existing, *offered, *(panel.slug for panel in sent.panels if panel.slug)}
    panels = []
    for index, panel in enumerate(sent.panels):
        known = existing.get(panel.slug or "") or offered.get(panel.slug or "")
        try:
            placed = known or new_panel(panel, taken)
        except PanelRefused as error:
            error.index = index
            raise
        taken.add(placed.widget)
        panels.append(_as_sent(placed, panel))
    return saved.layout._replace(panels=with_hidden(panels, saved.layout.panels))


def new_panel(sent: SentPanel, taken: Collection[str] = ()) -> SavedPanel:
    """Return a panel with a definition of its own, under a slug that is not taken.

    A panel that someone else has just removed keeps its slug. Raises BadInput or PanelRefused.
    """
    if sent.definition is None:
        raise BadInput(_UNEXPECTED)
    table = with_title(sent.definition)
    slug = sent.slug if sent.slug and sent.slug.startswith(_PREFIX) else _slug(table, taken)
    try:
        source = read_own_panel(slug, table, services().library.definitions).source
    except BoardFileRefused as error:
        raise PanelRefused(error) from None
    config = {DEFINITION: source}
    return SavedPanel(slug, None, None, is_hidden=False, config=config, board=OWN)


def with_title(definition: Mapping[str, Any]) -> dict[str, Any]:
    """Return a definition in which a metric of its own has a title, made from what it counts."""
    metric = definition.get("metric")
    if not isinstance(metric, dict) or metric.get("title"):
        return dict(definition)
    return {**definition, "metric": {**metric, "title": _title(metric)}}


def _title(metric: Mapping[str, Any]) -> str:
    """Return what a metric counts in words: `Total of order.paid`. It may be invalid."""
    types = metric.get("events")
    events = ", ".join(map(str, types))[:100] if isinstance(types, list) else say("all events")
    measure, of = str(metric.get("measure", "count")), metric.get("of")
    if of is None:
        text = _("Users of %(events)s") if measure == "users" else _("Number of %(events)s")
        return say(text, events=events)
    name = default_title(str(of).rpartition(".")[2])[:60]
    text = _("%(property)s of %(events)s")
    if measure != "sum":
        text = _("%(property)s of %(events)s, %(measure)s")
    word = say(MEASURES[measure]).lower() if measure in MEASURES else measure
    return say(text, property=name, events=events, measure=word)


def _slug(table: Mapping[str, Any], taken: Collection[str]) -> str:
    metric = table.get("metric")
    title = table.get("title") or (metric.get("title") if isinstance(metric, dict) else metric)
    others = {slug.removeprefix(_PREFIX) for slug in taken if slug.startswith(_PREFIX)}
    return _PREFIX + slug_for(str(title)[:200], others)


def _as_sent(panel: SavedPanel, sent: SentPanel) -> SavedPanel:
    """Return a panel with the title and the size that the editor shows."""
    title = " ".join((sent.title or "").split())
    return panel._replace(
        title=title if title and title != name_of(panel) else None,
        size=sent.size,
        is_hidden=False,
    )
