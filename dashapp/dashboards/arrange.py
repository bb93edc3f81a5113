"""Saves the layout of a dashboard: its panels, their order, sizes, and titles.

A layout names the version that it is based on. If someone else has saved another layout in the
meantime, it is refused with the differences, so that nobody overwrites changes unknowingly.
"""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from dashapp.domain.access.actors import Action
from dashapp.domain.access.dashboard import check_title
from dashapp.domain.access.scope import Scope
from dashapp.domain.boards.own_panels import DEFINITION, OWN
from dashapp.domain.errors import BadInput, Conflict, Forbidden
from dashapp.domain.language import _
from dashapp.domain.metrics.tallies import Tally
from dashapp.domain.time.presets import known_presets
from dashapp.store.administration.change import Change
from dashapp.store.boards.usage import usage_of
from dashapp.store.orgs import dashboards
from dashapp.store.orgs.dashboards import SavedPanel
from dashapp.store.orgs.states import lock, org_state
from dashapp.store.tallies.updates import declare

MAX_PANELS = 50
MAX_OWN = 100  # different panels that people of an org made
MAX_TALLIES = 250


class Layout(NamedTuple):
    """Panels in order, and the preset that the dashboard opens with."""

    panels: Sequence[SavedPanel]
    opens_with: str | None


class SavedLayout(NamedTuple):
    """A stored layout: its version, the user who saved it, and the time in microseconds."""

    layout: Layout
    version: int
    edited_by: int | None
    edited_at: int | None


class Difference(NamedTuple):
    """A difference between two layouts: a text to translate, and the widget, if it is about one."""

    text: str
    widget: str | None = None


class LayoutConflict(Conflict):
    """Raised if someone else saved a layout in the meantime. `saved` is that layout."""

    def __init__(self, saved: SavedLayout) -> None:
        super().__init__(_("Someone changed this dashboard while you were arranging it."))
        self.saved = saved


def layout_of(session: Session, scope: Scope, dashboard: str) -> SavedLayout:
    """The stored layout. Raises NotFound, or Forbidden if the dashboard cannot be arranged."""
    saved = dashboards.find_dashboard(session, scope, dashboard)
    if not saved.is_editable:
        raise Forbidden(_("This dashboard cannot be arranged."))
    panels = dashboards.list_panels(session, scope, dashboard)
    layout = Layout(panels, saved.opens_with)
    return SavedLayout(layout, saved.version, saved.edited_by, saved.edited_at)


def arrange(
    session: Session,
    scope: Scope,
    dashboard: str,
    layout: Layout,
    *,
    version: int,
    by: int,
    now: int,
) -> bool:
    """Save a layout that is based on `version`; return whether it differs from the saved one.

    `by` is the id of the user. The caller must check that the widgets exist. Raises LayoutConflict,
    BadInput, Forbidden, or NotFound.
    """
    _check(layout)
    lock(session, scope)
    saved = layout_of(session, scope, dashboard)
    if saved.version != version:
        if saved.layout == layout:
            return False  # both saved the same layout
        raise LayoutConflict(saved)
    dashboards.put_panels(session, scope, dashboard, layout.panels, now=now)
    values: dict[str, Any] = {
        "opens_with": layout.opens_with,
        "version": version + 1,
        "edited_by": by,
        "edited_at": now,
    }
    dashboards.set_dashboard(session, scope, dashboard, **values)
    return True


def save_layout(
    change: Change, dashboard: str, layout: Layout, tallies: Sequence[Tally], *, version: int
) -> int:
    """Save a layout that is based on `version`, for a member; return the new version.

    The org then keeps `tallies`. What changed is recorded in its audit. Raises as `arrange` does.
    """
    session, scope, by = change.session, change.scope, int(change.actor.id)
    before = layout_of(session, scope, dashboard)
    _require_room(session, scope, dashboard, layout)
    if arrange(session, scope, dashboard, layout, version=version, by=by, now=change.now):
        change.record(
            Action.DASHBOARD_CHANGED,
            dashboard,
            before=_in_audit(before.layout, before.version),
            after=_in_audit(layout, version + 1),
        )
    _keep(session, scope, tallies)
    return layout_of(session, scope, dashboard).version


def _require_room(session: Session, scope: Scope, dashboard: str, layout: Layout) -> None:
    """Raise Conflict if the org would have too many different panels of its own."""
    elsewhere = [p for name, p in usage_of(session, scope).panels if name != dashboard]
    panels = (*elsewhere, *layout.panels)
    made = {json.dumps(_definition(p), sort_keys=True) for p in panels if p.board == OWN}
    if len(made) > MAX_OWN:
        text = _("An organization can have at most %(most)s panels of its own.")
        raise Conflict(text, most=MAX_OWN)


def _keep(session: Session, scope: Scope, tallies: Sequence[Tally]) -> None:
    """Let the org keep tallies, unless it has many: each one costs time with every event.

    Tallies stay when their panel is removed. Panels without tallies are counted from the events.
    """
    kept = {kept.tally for kept in org_state(session, scope).tallies}
    room = max(0, MAX_TALLIES - len(kept))
    declare(session, scope, [tally for tally in tallies if tally not in kept][:room])


def _in_audit(layout: Layout, version: int) -> dict[str, object]:
    panels = [panel.title or panel.widget for panel in layout.panels if not panel.is_hidden]
    return {"version": version, "opens_with": layout.opens_with, "panels": panels}


def with_hidden(shown: Sequence[SavedPanel], saved: Sequence[SavedPanel]) -> list[SavedPanel]:
    """Return the shown panels and the hidden ones of a layout, each after its predecessor."""
    panels = list(shown)
    slugs = [panel.widget for panel in panels]
    for position, panel in enumerate(saved):
        if not panel.is_hidden or panel.widget in slugs:
            continue
        before = saved[position - 1].widget if position else ""
        place = slugs.index(before) + 1 if before in slugs else len(slugs) if position else 0
        panels.insert(place, panel)
        slugs.insert(place, panel.widget)
    return panels


def differences(edited: Layout, saved: Layout) -> list[Difference]:
    """How the saved layout differs from the one that a user has edited."""
    changes: list[Difference] = []
    if saved.opens_with != edited.opens_with:
        changes.append(Difference(_("Different default range.")))
    by_widget = {panel.widget: panel for panel in edited.panels}
    for panel in saved.panels:
        changes += _panel_differences(by_widget.get(panel.widget), panel)
    saved_widgets = {panel.widget for panel in saved.panels}
    changes += [
        Difference(_("not in the saved version"), panel.widget)
        for panel in edited.panels
        if panel.widget not in saved_widgets
    ]
    common = saved_widgets & by_widget.keys()
    if [p.widget for p in edited.panels if p.widget in common] != [
        p.widget for p in saved.panels if p.widget in common
    ]:
        changes.append(Difference(_("The panels are in a different order.")))
    return changes


def _panel_differences(edited: SavedPanel | None, saved: SavedPanel) -> list[Difference]:
    if edited is None:
        return [Difference(_("not in your version"), saved.widget)]
    checks = (
        (saved.title != edited.title, _("different title")),
        (saved.size != edited.size, _("different size")),
        (_rows(saved) != _rows(edited), _("different number of rows")),
        (_definition(saved) != _definition(edited), _("different definition")),
        (saved.is_hidden and not edited.is_hidden, _("hidden")),
        (edited.is_hidden and not saved.is_hidden, _("shown")),
    )
    return [Difference(text, saved.widget) for is_different, text in checks if is_different]


def _rows(panel: SavedPanel) -> object:
    return panel.config.get("limit")


def _definition(panel: SavedPanel) -> object:
    return panel.config.get(DEFINITION)


def _check(layout: Layout) -> None:
    """Raise BadInput if the layout is invalid."""
    widgets = [panel.widget for panel in layout.panels]
    if len(widgets) > MAX_PANELS:
        raise BadInput(_("A dashboard can have at most %(most)s panels."), most=MAX_PANELS)
    if len(set(widgets)) < len(widgets):
        raise BadInput(_("Each panel can appear on a dashboard only once."))
    if layout.opens_with is not None and layout.opens_with not in known_presets():
        raise BadInput(_("Choose a range from the list."))
    for panel in layout.panels:
        if panel.title is not None:
            check_title(panel.title)
