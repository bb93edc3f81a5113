"""Boards of an org, given and taken away by the vendor.

A dashboard of a board follows it: it gets the panels that are added to the board.
"""

from collections.abc import Sequence

from dashapp.dashboards.needs import NEEDS, Needs, tallies_of_templates
from dashapp.dashboards.provision import Provisioned, ensure, record_board
from dashapp.dashboards.templates import template_named
from dashapp.domain.access.actors import Action
from dashapp.domain.boards.definitions import Definitions
from dashapp.domain.errors import NotFound, excerpt
from dashapp.domain.events.event import DEFAULT_PROJECT
from dashapp.store.administration.change import Change
from dashapp.store.orgs.dashboards import SavedDashboard, list_dashboards
from dashapp.store.orgs.defaults import delete_any
from dashapp.store.tallies.updates import declare


def add_board(
    change: Change,
    definitions: Definitions,
    name: str,
    project: str = DEFAULT_PROJECT,
    *,
    needs: Needs = NEEDS,
) -> Provisioned:
    """Give the org a dashboard of a board, or the panels that are new on it.

    What people changed stays. Raises NotFound for an unknown board or project.
    """
    template = template_named(definitions, name)
    provisioned = ensure(change.session, change.scope, template, project, now=change.now)
    declare(change.session, change.scope, tallies_of_templates(definitions, [template], needs))
    record_board(change, template, provisioned)
    return provisioned


def remove_board(change: Change, definitions: Definitions, name: str) -> Sequence[str]:
    """Delete the org's dashboards of a board, also those that its people cannot delete.

    Returns their slugs. Raises NotFound if there are none.
    """
    removed = [
        saved
        for saved in list_dashboards(change.session, change.scope)
        if saved.template in _names(definitions, name)
    ]
    if not removed:
        slug = change.scope.org.slug
        raise NotFound(f"Org {slug} has no dashboard of the board {excerpt(name, 70)}.")
    for saved in removed:
        delete_any(change.session, change.scope, saved.slug)
        before = {"title": saved.title, "from": saved.template}
        change.record(Action.DASHBOARD_REMOVED, saved.slug, before=before)
    return [saved.slug for saved in removed]


def boards_among(definitions: Definitions, saved: Sequence[SavedDashboard]) -> list[str]:
    """Return the boards that dashboards are of, each once, by their names of now."""
    names = {}
    for dashboard in saved:
        board = definitions.board(dashboard.template)
        if board is not None:
            names[board.board.name] = True
    return sorted(names)


def _names(definitions: Definitions, name: str) -> set[str]:
    """Return what dashboards of the board may say: its name, and its old ones."""
    board = definitions.board(name)
    return {name} if board is None else {board.board.name, *board.board.was}
