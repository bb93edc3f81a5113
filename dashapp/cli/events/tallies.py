"""`dashapp tally …`: verifies and rebuilds tallies."""

import sys
from collections.abc import Sequence

import click

from dashapp.cli.context import number_of_orgs, open_store, scopes_of
from dashapp.cli.events.columns import sealed_days_match
from dashapp.cli.events.differences import have_differences
from dashapp.domain.access.scope import Scope
from dashapp.store.engine import Store
from dashapp.store.tallies import maintenance


@click.group()
def tally() -> None:
    """Verify and rebuild tallies."""


@tally.command()
@click.option("--org", "slug", help="Only this org.")
def verify(slug: str | None) -> None:
    """Compare every tally, and every sealed day, with the events.

    Exits with status 1 if anything differs; `dashapp tally rebuild` and `dashapp columns rebuild`
    fix it. Read-only, and safe while the server is running.

    \b
    Example:  dashapp tally verify || mail -s "dashapp: numbers differ" ops@example.com
    """
    with open_store() as store:
        scopes = scopes_of(store, slug)
        have_matched = [_tallies_match(store, scopes), sealed_days_match(store, scopes)]
    if not all(have_matched):
        sys.exit(1)


def _tallies_match(store: Store, scopes: Sequence[Scope]) -> bool:
    """Compare the tallies of orgs with a recount, and print the result."""
    differences = (d for scope in scopes for d in maintenance.differences(store, scope))
    if have_differences(
        differences, one="number differs", many="numbers differ", fix="dashapp tally rebuild"
    ):
        return False
    click.echo(f"All tallies of {number_of_orgs(len(scopes))} match a recount of the events.")
    return True


@tally.command()
@click.option("--org", "slug", help="Only this org. Default: all orgs.")
def rebuild(slug: str | None) -> None:
    """Delete the tallies and recount them, newest day first.

    Dashboards stay exact meanwhile: what is not counted yet is read from events. Safe to interrupt
    and run again, and safe while events arrive.

    \b
    Example:  dashapp tally rebuild --org acme
    """
    from dashapp.cli.needs import needs_of_orgs

    with open_store() as store:
        needs = needs_of_orgs(store)
        for scope in scopes_of(store, slug):
            maintenance.rebuild_all(store, scope, needs(scope))
            count_with_bar(store, scope)
    click.echo("Rebuilt.")


def count_with_bar(store: Store, scope: Scope) -> None:
    """Finish counting an org, with a progress bar over the remaining days."""
    with store.read(scope) as session:
        days = maintenance.remaining_days(session, scope)
    if days:
        label = f"Counting {scope.org.slug}"
        with click.progressbar(length=days, label=label, file=sys.stderr) as bar:
            maintenance.finish_counting(store, scope, bar.update)
