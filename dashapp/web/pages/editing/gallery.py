"""What the gallery offers: the panels of the installation's boards, and those made in this org."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.boards.definitions import DefinedPanel, Funnel, Measured, Metric
from dashapp.domain.boards.own_panels import DEFINITION, OWN
from dashapp.domain.boards.sources import source_of
from dashapp.domain.boards.spec import PanelSpec
from dashapp.domain.boards.titles import english
from dashapp.domain.language import _, say
from dashapp.store.boards.usage import usage_of
from dashapp.store.orgs.dashboards import SavedPanel
from dashapp.web.pages.editing.words import DRAWINGS
from dashapp.web.pages.layout_form import name_of, offered_panels
from dashapp.web.services import services
from dashapp.widgets.widget import Widget

MADE_HERE = "~made"
_FUNNEL_ONLY = _("Only funnels have steps.")
_NOT_A_FUNNEL = _("A funnel is shown as a funnel or as a number.")
_NEEDS_BY = _("Choose a break-down first.")
_NO_EVENTS = _("A ratio has no events of its own.")
_WITH_BY = frozenset({"line", "bars", "list"})


class Entry(NamedTuple):
    """A panel of the gallery.

    `drawings` are the others that its metric can have: a word -> why not, or None. `base` is the
    definition of a panel with another drawing, which lacks `show`.
    """

    slug: str
    title: str
    show: str
    size: str
    group: str
    drawings: dict[str, str | None]
    base: dict[str, Any] | None
    by: str | None
    definition: dict[str, Any] | None = None


def gallery(session: Session, scope: Scope) -> list[Entry]:
    """Return the panels that can be added, each once; those of boards first."""
    library = services().library
    entries = []
    for panel in (*offered_panels().values(), *_made_here(session, scope)):
        widget = library.of(panel, scope.org.currency)
        if widget is not None and widget.draw.kind != "text":
            entries.append(_entry(panel, widget, library.defined(panel)))
    return entries


def groups() -> dict[str, str]:
    """Return the titles of the boards that entries are from."""
    boards = services().library.definitions.boards
    return {name: say(english(defined.board.title)) for name, defined in boards.items()}


def drawings_of(metric: Metric, by: str | None) -> dict[str, str | None]:
    """Return each drawing, and why it does not fit the metric; None if it does."""
    return {word: say(text) if text else None for word, text in _reasons(metric, by)}


def _reasons(metric: Metric, by: str | None) -> Iterator[tuple[str, str | None]]:
    is_funnel, is_measured = isinstance(metric.kind, Funnel), isinstance(metric.kind, Measured)
    for word in DRAWINGS:
        if word == "funnel":
            yield word, None if is_funnel else _FUNNEL_ONLY
        elif is_funnel:
            yield word, None if word == "number" else _NOT_A_FUNNEL
        elif word == "list" and by is None:
            yield word, _NEEDS_BY
        else:
            yield word, _NO_EVENTS if word == "events" and not is_measured else None


def _made_here(session: Session, scope: Scope) -> Iterator[SavedPanel]:
    """Yield the panels that people of the org made, each definition once."""
    known: list[object] = []
    for _dashboard, panel in usage_of(session, scope).panels:
        definition = panel.config.get(DEFINITION)
        if panel.board == OWN and definition not in known:
            known.append(definition)
            yield panel


def _entry(panel: SavedPanel, widget: Widget[Any], defined: DefinedPanel | None) -> Entry:
    is_own = panel.board == OWN
    show = (defined.panel.show if defined else None) or widget.css_class.removeprefix("has-")
    metric = _only_metric(defined)
    return Entry(
        slug=panel.widget,
        title=(is_own and panel.title) or name_of(panel),
        show="number" if show == "kpi" else show,
        size=widget.size.value,
        group=MADE_HERE if is_own else panel.board or "",
        drawings=drawings_of(metric, defined.panel.by) if metric and defined else {},
        base=_base(panel, defined) if metric and defined else None,
        by=defined.panel.by if defined else None,
        definition=panel.config[DEFINITION] if is_own else None,
    )


def _only_metric(defined: DefinedPanel | None) -> Metric | None:
    """Return the metric of a panel with one: others cannot be drawn in another way here."""
    if defined is None or len(defined.panel.metrics) != 1:
        return None
    return defined.vocabulary.metric(defined.panel.metrics[0])


def _base(panel: SavedPanel, defined: DefinedPanel) -> dict[str, Any]:
    """Return the definition without its drawing, its break-down, and its title."""
    if panel.board == OWN:
        own = panel.config[DEFINITION]
        return {key: own[key] for key in ("metric", "board", "where") if key in own}
    where = source_of(PanelSpec(), defined.panel.where)
    return {"metric": defined.panel.metrics[0], "board": panel.board, **where}
