"""`dashapp columns …`: verifies and rebuilds sealed days."""

import sys
from collections.abc import Sequence

import click

from dashapp.cli.context import now_us, number_of_orgs, open_store, scopes_of
from dashapp.cli.events.differences import have_differences
from dashapp.domain.access.scope import Scope
from dashapp.domain.time.local_days import date_from_number
from dashapp.store.engine import Store


@click.group()
def columns() -> None:
    """Verify and rebuild sealed days.

    The server seals past days of large orgs: it stores their events as columns, too, so that
    filtered panels are fast.
    """


@columns.command()
@click.option("--org", "slug", help="Only this org.")
def status(slug: str | None) -> None:
    """Print the sealed days of each org, and their size.

    Orgs with fewer than 20,000 past events are not sealed: their events are read as they are.

    \b
    Example:  dashapp columns status --org acme
    """
    from dashapp.store.columns.days import summary

    with open_store() as store:
        for scope in scopes_of(store, slug):
            with store.read_primary(scope) as session:
                found = summary(session, scope)
            if found is None:
                click.echo(f"{scope.org.slug}: no sealed days")
                continue
            first, last = date_from_number(found.first_day), date_from_number(found.last_day)
            click.echo(
                f"{scope.org.slug}: {found.days:,} days from {first} to {last}, "
                f"{found.events:,} events in {_segments(found.segments)}, "
                f"{found.size / 2**20:,.1f} MB"
            )


@columns.command()
@click.option("--org", "slug", help="Only this org.")
def verify(slug: str | None) -> None:
    """Compare every sealed day with its events.

    Exits with status 1 if anything differs; `dashapp columns rebuild` fixes it. Read-only, and safe
    while the server is running.

    \b
    Example:  dashapp columns verify || mail -s "dashapp: numbers differ" ops@example.com
    """
    with open_store() as store:
        if not sealed_days_match(store, scopes_of(store, slug)):
            sys.exit(1)


def sealed_days_match(store: Store, scopes: Sequence[Scope]) -> bool:
    """Compare the sealed days of orgs with their events, and print the result."""
    from dashapp.store.columns.verify import sealed_differences

    differences = (d for scope in scopes for d in sealed_differences(store, scope))
    if have_differences(
        differences, one="day differs", many="days differ", fix="dashapp columns rebuild"
    ):
        return False
    click.echo(f"All sealed days of {number_of_orgs(len(scopes))} match their events.")
    return True


@columns.command()
@click.option("--org", "slug", help="Only this org. Default: all orgs.")
def rebuild(slug: str | None) -> None:
    """Delete the sealed days, and seal them again.

    Dashboards stay exact meanwhile: what is not sealed is read from events. Safe to interrupt and
    run again, and safe while events arrive.

    \b
    Example:  dashapp columns rebuild --org acme
    """
    from dashapp.store.columns.days import unseal_all
    from dashapp.store.columns.upkeep import seal_all

    with open_store() as store:
        scopes = scopes_of(store, slug)
        for scope in scopes:
            with store.write(scope, has_time_limit=False) as session:
                unseal_all(session, scope)
        count = seal_all(store, scopes, now_us(), is_quiet=False)
    click.echo(f"Rebuilt: {count:,} events are sealed.")


def _segments(count: int) -> str:
    return "1 segment" if count == 1 else f"{count:,} segments"
