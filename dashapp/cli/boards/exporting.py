"""`dashapp boards export`."""

import click

from dashapp.cli.context import open_store, scope_of
from dashapp.domain.boards.exporting import board_file_text
from dashapp.domain.boards.own_export import MadePanel, own_sources
from dashapp.domain.boards.own_panels import DEFINITION, OWN
from dashapp.store.boards.exporting import Export, export_all, export_boards
from dashapp.store.boards.loading import definitions_of
from dashapp.store.boards.usage import usage_of
from dashapp.store.engine import Store


@click.command()
@click.argument("names", nargs=-1)
@click.option("--org", "slug", help="Only the boards of this org's dashboards.")
def export(names: tuple[str, ...], slug: str | None) -> None:
    """Print the definitions as a board file.

    “apply” reads it back without a change. Without NAMES, it has all definitions, also built-in
    ones. With --org, the panels that people made in the org are boards of their own.

    \b
    Examples:
      dashapp boards export > boards.toml
      dashapp boards export operations > operations.toml
    """
    if names and slug is not None:
        raise click.UsageError("Give either names or --org.")
    with open_store() as store:
        made: tuple[MadePanel, ...] = ()
        if slug is not None:
            names, made = _boards_of(store, slug), _made_panels(store, slug)
        with store.read_shared() as session:
            exported = (
                export_boards(session, names) if names or slug is not None else export_all(session)
            )
    if slug is not None:
        own = own_sources(slug, made, exported.sources)
        exported = exported._replace(sources={**exported.sources, **own})
    _print(exported)


def _made_panels(store: Store, slug: str) -> tuple[MadePanel, ...]:
    """Return the panels that people of an org made."""
    scope = scope_of(store, slug)
    with store.read_primary(scope) as session:
        placed = usage_of(session, scope).panels
    return tuple(
        MadePanel(dashboard, panel.widget, panel.config[DEFINITION], panel.title, panel.size)
        for dashboard, panel in placed
        if panel.board == OWN
    )


def _boards_of(store: Store, slug: str) -> tuple[str, ...]:
    """Return the boards that an org's dashboards and panels come from, in order."""
    scope, definitions = scope_of(store, slug), definitions_of(store)
    with store.read_primary(scope) as session:
        usage = usage_of(session, scope)
    boards = [template for _slug, template in usage.dashboards]
    boards += [placed.panel.board for placed in usage.panels if placed.panel.board]
    defined = (definitions.board(name) for name in boards)
    return tuple(dict.fromkeys(board.board.name for board in defined if board))


def _print(exported: Export) -> None:
    click.echo(board_file_text(exported.sources), nl=False)
    for name in exported.left_out:
        click.echo(
            f'Left out: the built-in board "{name}" has metrics or fields of the same names. See: '
            f"dashapp boards export {name}",
            err=True,
        )
