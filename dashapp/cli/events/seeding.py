"""`dashapp seed-tracking-events`: sample events."""

import click

from dashapp.cli.context import open_store, scope_of
from dashapp.domain.time.instant import utc_now


@click.command("seed-tracking-events")
@click.option("--org-slug", required=True)
@click.option("--days", default=7, show_default=True, type=click.IntRange(1, 3660))
@click.option("--runs-per-day", default=4, show_default=True, type=click.IntRange(0, 100_000))
@click.option("--logins-per-day", default=2, show_default=True, type=click.IntRange(0, 100_000))
@click.option("--no-failures", is_flag=True, help="Make every run succeed.")
def seed(
    org_slug: str, days: int, runs_per_day: int, logins_per_day: int, *, no_failures: bool
) -> None:
    """Add sample events for the days before today. Safe to run repeatedly.

    \b
    Example:  dashapp seed-tracking-events --org-slug acme --days 30
    """
    from dashapp.domain.demo.history import Plan
    from dashapp.store.events.seed import seed_tracking_events

    history_plan = Plan(days, runs_per_day, logins_per_day, has_failures=not no_failures)
    with open_store() as store:
        receipt = seed_tracking_events(
            store, scope_of(store, org_slug), history_plan, now=utc_now()
        )
    already_stored = receipt.duplicates + len(receipt.rejected)
    click.echo(f"{org_slug}: {receipt.accepted:,} events added, {already_stored:,} already stored.")
