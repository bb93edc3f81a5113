"""Templates from the boards that an installation defines."""

from collections.abc import Iterable

from dashapp.dashboards.template import DashboardTemplate, PanelTemplate
from dashapp.domain.boards.definitions import DefinedBoard, Definitions, Panel
from dashapp.domain.errors import NotFound, excerpt


def template_named(definitions: Definitions, name: str) -> DashboardTemplate:
    """Return the template of the board with this name or old name.

    Raises NotFound, which lists all boards.
    """
    board = definitions.board(name)
    if board is None:
        names = ", ".join(sorted(definitions.boards))
        raise NotFound(f"Unknown board {excerpt(name)}. Use one of: {names}.")
    return template_of(board)


def templates_named(definitions: Definitions, names: Iterable[str]) -> list[DashboardTemplate]:
    """Return the templates of these boards, each once. Raises NotFound."""
    templates = (template_named(definitions, name) for name in names)
    return list({template.slug: template for template in templates}.values())


def template_of(defined: DefinedBoard) -> DashboardTemplate:
    """Return the template of a board.

    Sizes and numbers of rows are not part of it: a panel that people did not change follows its
    board.
    """
    board = defined.board
    return DashboardTemplate(
        slug=board.name,
        title=board.title["en"],
        noun=board.noun or f"The dashboard {board.name}",
        panels=tuple(_panel(board.name, panel) for panel in board.panels),
        description=board.description["en"] if board.description else "",
        is_default=board.is_default,
        is_org_wide=board.has_all_projects,
        is_deletable=board.is_deletable,
        is_editable=board.is_editable,
        config=board.config,
        opens_with=board.opens_with,
        was=board.was,
    )


def _panel(board: str, panel: Panel) -> PanelTemplate:
    return PanelTemplate(panel.slug, board=board, was=panel.was)
