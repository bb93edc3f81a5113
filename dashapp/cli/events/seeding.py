"""`dashapp seed-tracking-events`: sample events."""

from collections.abc import Iterator
from datetime import datetime

import click

from dashapp.cli.context import open_store, scope_of
from dashapp.domain.access.scope import Org
from dashapp.domain.demo.days import product_events
from dashapp.domain.demo.history import Plan, demo_events
from dashapp.domain.demo.kinds import PRODUCTS
from dashapp.domain.events.event import Event
from dashapp.domain.time.instant import utc_now
from dashapp.domain.time.zones import zone_named

_VALIDATIONS = "validations"


@click.command("seed-tracking-events")
@click.option("--org-slug", required=True)
@click.option("--days", default=7, show_default=True, type=click.IntRange(1, 3660))
@click.option(
    "--product",
    default=_VALIDATIONS,
    show_default=True,
    type=click.Choice([_VALIDATIONS, *PRODUCTS]),
    help="What kind of product sends the events. All but validations send some today too.",
)
@click.option("--runs-per-day", default=4, show_default=True, type=click.IntRange(0, 100_000))
@click.option("--logins-per-day", default=2, show_default=True, type=click.IntRange(0, 100_000))
@click.option("--no-failures", is_flag=True, help="Make every run succeed.")
def seed(
    org_slug: str,
    days: int,
    product: str,
    runs_per_day: int,
    logins_per_day: int,
    *,
    no_failures: bool,
) -> None:
    """Add sample events for the days before today. Safe to run repeatedly.

    \b
    Example:  dashapp seed-tracking-events --org-slug acme --days 30
    """
    from dashapp.store.events.seed import seed_events

    plan = Plan(days, runs_per_day, logins_per_day, has_failures=not no_failures)
    now = utc_now()
    with open_store() as store:
        scope = scope_of(store, org_slug)
        receipt = seed_events(store, scope, _events(scope.org, now, plan, product), now=now)
    already_stored = receipt.duplicates + len(receipt.rejected)
    click.echo(f"{org_slug}: {receipt.accepted:,} events added, {already_stored:,} already stored.")


def _events(org: Org, now: datetime, plan: Plan, product: str) -> Iterator[Event]:
    zone = zone_named(org.timezone)
    if product == _VALIDATIONS:
        return demo_events(org.slug, zone, now, plan)
    return product_events(PRODUCTS[product], org.slug, zone, now, plan.days)
