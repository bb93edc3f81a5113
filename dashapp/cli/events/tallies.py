"""`dashapp tally …`: verifies and rebuilds tallies."""

import sys

import click

from dashapp.cli.context import open_store, operator_scope, scope_of
from dashapp.domain.access.scope import Scope
from dashapp.store.engine import Store
from dashapp.store.orgs.orgs import list_orgs
from dashapp.store.tallies import maintenance

_SHOWN = 20


@click.group()
def tally() -> None:
    """Numbers that are counted ahead."""


@tally.command()
@click.option("--org", "slug", help="Only this org.")
def verify(slug: str | None) -> None:
    """Compare every tally with a recount of the events.

    Exit status 1 on any difference. Reads only, while the server runs. `dashapp tally rebuild`
    mends what differs.

    \b
    Example:  dashapp tally verify || mail -s "dashapp: numbers differ" ops@example.com
    """
    found = 0
    with open_store() as store:
        scopes = _scopes(store, slug)
        for scope in scopes:
            for difference in maintenance.differences(store, scope):
                found += 1
                if found <= _SHOWN:
                    click.echo(difference, err=True)
    if found:
        click.echo(f"dashapp: {found:,} numbers differ. Run: dashapp tally rebuild", err=True)
        sys.exit(1)
    orgs = "1 org" if len(scopes) == 1 else f"{len(scopes):,} orgs"
    click.echo(f"Every tally of {orgs} equals a recount of its events.")


@tally.command()
@click.option("--org", "slug", help="Only this org; all of them without it.")
def rebuild(slug: str | None) -> None:
    """Throw the tallies away and count them anew, the newest day first.

    Boards stay exact meanwhile: what is not counted yet is read from events. Safe to stop and run
    again, and while events come in.

    \b
    Example:  dashapp tally rebuild --org acme
    """
    from dashapp.widgets.catalog import load_catalog

    tallies = load_catalog().tallies
    with open_store() as store:
        for scope in _scopes(store, slug):
            maintenance.rebuild_all(store, scope, tallies)
            count_with_bar(store, scope)
    click.echo("Counted.")


def count_with_bar(store: Store, scope: Scope) -> None:
    """Finish counting an org, with a progress bar over the remaining days."""
    with store.read(scope) as session:
        days = maintenance.remaining_days(session, scope)
    if days:
        label = f"Counting {scope.org.slug}"
        with click.progressbar(length=days, label=label, file=sys.stderr) as bar:
            maintenance.finish_counting(store, scope, bar.update)


def _scopes(store: Store, slug: str | None) -> list[Scope]:
    if slug is not None:
        return [scope_of(store, slug)]
    with store.read_shared() as session:
        return [operator_scope(org) for org in list_orgs(session)]
