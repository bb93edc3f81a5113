"""`dashapp board …`: the boards of one org."""

import click

from dashapp.cli.context import changing_org, open_store, print_table, scope_of
from dashapp.dashboards.boards import add_board, remove_board
from dashapp.domain.events.event import DEFAULT_PROJECT
from dashapp.store.boards.loading import definitions_of
from dashapp.store.orgs.dashboards import list_dashboards


@click.group()
def board() -> None:
    """Manage the boards of an org."""


@board.command()
@click.argument("name")
@click.option("--org", "slug", required=True)
@click.option("--project", default=DEFAULT_PROJECT, show_default=True)
def add(name: str, slug: str, project: str) -> None:
    """Give an org a board.

    If it has the board, it gets the panels that were added to the board since.

    \b
    Example:  dashapp board add conversations --org acme
    """
    with open_store() as store:
        definitions = definitions_of(store)
        with changing_org(store, scope_of(store, slug)) as change:
            provisioned = add_board(change, definitions, name, project)
    if provisioned.is_new:
        click.echo(f"Added {provisioned.slug}: /app/{slug}/{provisioned.slug}")
    elif provisioned.added:
        click.echo(f"Added to {provisioned.slug}: {', '.join(provisioned.added)}.")
    else:
        click.echo(f"{provisioned.slug} is up to date.")


@board.command("list")
@click.option("--org", "slug", required=True)
def list_(slug: str) -> None:
    """List an org's dashboards, and the boards that they come from."""
    with open_store() as store:
        scope, definitions = scope_of(store, slug), definitions_of(store)
        with store.read_primary(scope) as session:
            dashboards = list_dashboards(session, scope)
    rows = []
    for saved in dashboards:
        defined = definitions.board(saved.template)
        name = defined.board.name if defined else "-"
        rows.append((name, saved.slug, saved.home, "default" if saved.is_default else ""))
    print_table(rows, ("BOARD", "DASHBOARD", "PROJECT", ""))


@board.command()
@click.argument("name")
@click.option("--org", "slug", required=True)
def remove(name: str, slug: str) -> None:
    """Delete an org's dashboards of the board NAME. Events are kept.

    \b
    Example:  dashapp board remove conversations --org acme
    """
    with open_store() as store:
        definitions = definitions_of(store)
        with changing_org(store, scope_of(store, slug)) as change:
            removed = remove_board(change, definitions, name)
    click.echo(f"Deleted {', '.join(removed)}.")
