"""Arrange a dashboard: which panels, in which order, how wide, under which titles.

An arrangement says which version it was made from. Where somebody else has saved another in the
meantime it is refused, with what differs: nobody overwrites somebody else without knowing.
"""

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.errors import BadInput, Conflict, Forbidden
from dashapp.domain.language import _
from dashapp.domain.time.presets import PRESETS
from dashapp.store.orgs import dashboards
from dashapp.store.orgs.dashboards import SavedPanel
from dashapp.store.orgs.states import lock

# What breaks a line, cannot be stored, or turns the direction of the text around it. What joins
# letters or emoji is fine.
_UNFIT = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
MAX_PANELS = 50
MAX_TITLE = 200


class Layout(NamedTuple):
    """Panels in order, and the preset that the dashboard opens with."""

    panels: Sequence[SavedPanel]
    opens_with: str | None


class Saved(NamedTuple):
    """A layout as it is stored: its version, and who saved it when (microseconds)."""

    layout: Layout
    version: int
    edited_by: int | None
    edited_at: int | None


class Difference(NamedTuple):
    """What one layout has otherwise than another: a text to translate, and its widget if any."""

    text: str
    widget: str | None = None


class Overtaken(Conflict):
    """Somebody else saved a layout in the meantime."""

    def __init__(self, saved: Saved) -> None:
        super().__init__(_("Somebody changed this dashboard while you were arranging it."))
        self.saved = saved


def layout_of(session: Session, scope: Scope, dashboard: str) -> Saved:
    """What is stored. Raises NotFound, and Forbidden for a dashboard that cannot be arranged."""
    found = dashboards.find_dashboard(session, scope, dashboard)
    if not found.is_editable:
        raise Forbidden(_("This dashboard cannot be arranged."))
    panels = dashboards.list_panels(session, scope, dashboard)
    layout = Layout(panels, found.opens_with)
    return Saved(layout, found.version, found.edited_by, found.edited_at)


def arrange(
    session: Session,
    scope: Scope,
    dashboard: str,
    layout: Layout,
    *,
    version: int,
    by: int,
    now: int,
) -> None:
    """Save a layout that was made from a version. Raises Overtaken, BadInput, Forbidden, NotFound.

    `by` is the person's number. Widgets are the caller's to check.
    """
    _check(layout)
    lock(session, scope)
    saved = layout_of(session, scope, dashboard)
    if saved.version != version:
        if saved.layout == layout:
            return  # two who want the same have nothing to choose
        raise Overtaken(saved)
    dashboards.put_panels(session, scope, dashboard, layout.panels, now=now)
    values: dict[str, Any] = {
        "opens_with": layout.opens_with,
        "version": version + 1,
        "edited_by": by,
        "edited_at": now,
    }
    dashboards.set_dashboard(session, scope, dashboard, **values)


def differences(mine: Layout, theirs: Layout) -> list[Difference]:
    """What `theirs` has otherwise than `mine`, in words for whoever made mine."""
    found: list[Difference] = []
    if theirs.opens_with != mine.opens_with:
        found.append(Difference(_("It opens with another range.")))
    by_widget = {panel.widget: panel for panel in mine.panels}
    for panel in theirs.panels:
        own = by_widget.get(panel.widget)
        found += _of_panel(own, panel)
    there = {panel.widget for panel in theirs.panels}
    found += [
        Difference(_("not there"), panel.widget)
        for panel in mine.panels
        if panel.widget not in there
    ]
    both = there & by_widget.keys()
    if [p.widget for p in mine.panels if p.widget in both] != [
        p.widget for p in theirs.panels if p.widget in both
    ]:
        found.append(Difference(_("The panels are in another order.")))
    return found


def _of_panel(mine: SavedPanel | None, theirs: SavedPanel) -> list[Difference]:
    if mine is None:
        return [Difference(_("there, and not in yours"), theirs.widget)]
    said = (
        (theirs.title != mine.title, _("another title")),
        (theirs.size != mine.size, _("another size")),
        (theirs.config != mine.config, _("another number of rows")),
        (theirs.is_hidden and not mine.is_hidden, _("hidden")),
        (mine.is_hidden and not theirs.is_hidden, _("shown")),
    )
    return [Difference(text, theirs.widget) for is_so, text in said if is_so]


def _check(layout: Layout) -> None:
    """Raises BadInput for a layout that cannot be."""
    widgets = [panel.widget for panel in layout.panels]
    if len(widgets) > MAX_PANELS:
        raise BadInput(_("A dashboard has at most %(most)s panels."), most=MAX_PANELS)
    if len(set(widgets)) < len(widgets):
        raise BadInput(_("Each panel can stand on a dashboard once."))
    if layout.opens_with is not None and layout.opens_with not in PRESETS:
        raise BadInput(_("Choose a range from the list."))
    for panel in layout.panels:
        title = panel.title
        if title is not None and not 0 < len(title) <= MAX_TITLE:
            raise BadInput(_("A title has at most %(most)s characters."), most=MAX_TITLE)
        if title is not None and _UNFIT.search(title):
            raise BadInput(_("A title holds no line breaks and no control characters."))
