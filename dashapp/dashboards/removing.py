"""Removes a board, and if wanted its dashboards and panels in all orgs."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from sqlalchemy.orm import Session

from dashapp.dashboards.defaults import delete_any
from dashapp.domain.access.scope import Org, Scope
from dashapp.domain.boards.definitions import Definitions
from dashapp.store.boards.usage import OrgUsage, PlacedPanel, usage_of, usages
from dashapp.store.engine import Store
from dashapp.store.orgs import dashboards
from dashapp.store.orgs.states import lock


class BoardUse(NamedTuple):
    """The dashboards of a board, and its panels on other dashboards, in one org."""

    scope: Scope
    dashboards: Sequence[str]
    panels: Sequence[PlacedPanel]


def uses_of(
    store: Store, make_scope: Callable[[Org], Scope], definitions: Definitions, board: str
) -> list[BoardUse]:
    """Return where a board is in use, by org.

    The dashboards of a board that replaces a built-in one do not count: the built-in board goes on
    with them. Only panels do that the built-in board does not have.
    """
    uses = (_use(usage, definitions, board) for usage in usages(store, make_scope))
    return [use for use in uses if use.dashboards or use.panels]


def _use(usage: OrgUsage, definitions: Definitions, board: str) -> BoardUse:
    defined, replaced = definitions.boards[board], definitions.replaced.get(board)
    names = {board, *defined.board.was}
    slugs = () if replaced else [slug for slug, template in usage.dashboards if template in names]
    panels = [
        placed
        for placed in usage.panels
        if placed.panel.board in names
        and placed.dashboard not in slugs
        and not (replaced and replaced.panel(placed.panel.widget))
    ]
    return BoardUse(usage.scope, list(slugs), panels)


def remove_everywhere(store: Store, definitions: Definitions, board: str, use: BoardUse) -> None:
    """Delete the dashboards of a board and its other panels in one org, in one transaction."""
    with store.write(use.scope) as session:
        lock(session, use.scope)
        now = _use(usage_of(session, use.scope), definitions, board)
        for slug in now.dashboards:
            delete_any(session, use.scope, slug)
        for slug in dict.fromkeys(placed.dashboard for placed in now.panels):
            removed = {placed.panel.widget for placed in now.panels if placed.dashboard == slug}
            _remove_panels(session, use.scope, slug, removed)


def _remove_panels(session: Session, scope: Scope, slug: str, removed: set[str]) -> None:
    dashboard = dashboards.find_dashboard(session, scope, slug)
    panels = dashboards.list_panels(session, scope, slug)
    rest = [panel for panel in panels if panel.widget not in removed]
    dashboards.put_panels(session, scope, slug, rest, now=dashboard.created_at)
    dashboards.set_dashboard(session, scope, slug, version=dashboard.version + 1, edited_by=None)
