"""Where orgs use a board or some panels, and removing these from their dashboards."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Org, Scope
from dashapp.domain.boards.definitions import Definitions
from dashapp.store.boards.usage import OrgUsage, PlacedPanel, usage_of, usages
from dashapp.store.engine import Store
from dashapp.store.orgs import dashboards
from dashapp.store.orgs.defaults import delete_any
from dashapp.store.orgs.states import lock


class Use(NamedTuple):
    """Dashboards of a board, and panels on other dashboards, in one org."""

    scope: Scope
    dashboards: Sequence[str]
    panels: Sequence[PlacedPanel]


FindUse = Callable[[OrgUsage], Use]


def use_of_board(definitions: Definitions, board: str) -> FindUse:
    """Return a function that returns where an org uses a board.

    The dashboards of a board that replaces a built-in one do not count: the built-in board goes on
    with them. Only panels do that the built-in board does not have.
    """
    replaced = definitions.replaced.get(board)
    names = {board, *definitions.boards[board].board.was}

    def use(usage: OrgUsage) -> Use:
        of_board = [slug for slug, template in usage.dashboards if template in names]
        slugs = [] if replaced else of_board
        panels = [
            placed
            for placed in usage.panels
            if placed.panel.board in names
            and placed.dashboard not in slugs
            and not (replaced and replaced.panel(placed.panel.widget))
        ]
        return Use(usage.scope, slugs, panels)

    return use


def use_of_panels(definitions: Definitions, slugs: Mapping[str, Sequence[str]]) -> FindUse:
    """Return a function that returns where an org has some panels, given by board."""
    panels = [definitions.panel(board, slug) for board in slugs for slug in slugs[board]]
    known = {
        (board, slug)
        for found in panels
        if found
        for board in (found.board.name, *found.board.was)
        for slug in (found.panel.slug, *found.panel.was)
    }

    def use(usage: OrgUsage) -> Use:
        placed = [p for p in usage.panels if (p.panel.board, p.panel.widget) in known]
        return Use(usage.scope, [], placed)

    return use


def uses_of(store: Store, make_scope: Callable[[Org], Scope], find_use: FindUse) -> list[Use]:
    """Return what is in use, by org."""
    uses = map(find_use, usages(store, make_scope))
    return [use for use in uses if use.dashboards or use.panels]


def remove_everywhere(store: Store, scope: Scope, find_use: FindUse) -> None:
    """Delete what an org uses, in one transaction."""
    with store.write(scope) as session:
        lock(session, scope)
        use = find_use(usage_of(session, scope))
        for slug in use.dashboards:
            delete_any(session, scope, slug)
        for slug in dict.fromkeys(placed.dashboard for placed in use.panels):
            removed = {placed.panel.widget for placed in use.panels if placed.dashboard == slug}
            _remove_panels(session, scope, slug, removed)


def _remove_panels(session: Session, scope: Scope, slug: str, removed: set[str]) -> None:
    dashboard = dashboards.find_dashboard(session, scope, slug)
    panels = dashboards.list_panels(session, scope, slug)
    rest = [panel for panel in panels if panel.widget not in removed]
    dashboards.put_panels(session, scope, slug, rest, now=dashboard.created_at)
    dashboards.set_dashboard(session, scope, slug, version=dashboard.version + 1, edited_by=None)
