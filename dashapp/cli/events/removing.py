"""`dashapp erase` and `dashapp prune`."""

import click

from dashapp.cli.context import changing_org, now_us, open_store, operator_scope, scope_of
from dashapp.domain.access.actors import Action
from dashapp.domain.access.days import day_start_of, is_day
from dashapp.domain.access.scope import Org
from dashapp.domain.errors import ConfigurationError, excerpt
from dashapp.domain.time.instant import parse, to_us, utc_now
from dashapp.store.health import clock
from dashapp.store.orgs.orgs import retentions


@click.command()
@click.option("--org", "slug", required=True)
@click.option("--user", required=True, help="The user's id, as sent in events.")
def erase(slug: str, user: str) -> None:
    """Erase all events of one user. This cannot be undone.

    Totals decrease accordingly. The event ids are kept, without content, so that the same events
    are not stored again if they are sent again.

    \b
    Example:  dashapp erase --org acme --user u-17
    """
    from dashapp.store.events.erasure import erase_user

    with open_store() as store:
        scope = scope_of(store, slug)
        with changing_org(store, scope) as change:
            change.record(Action.USER_ERASED, user, after={"state": "requested"})
        count = erase_user(store, scope, user)
        with changing_org(store, scope) as change:
            change.record(Action.USER_ERASED, user, after={"events": count, "state": "done"})
    events = f"{count:,} event" + ("" if count == 1 else "s")
    click.echo(f"{slug}: {events} of {excerpt(user)} erased.")


@click.command()
@click.option("--before", help="A date in the org's time zone, or a time: 2026-01-01.")
@click.option("--org", "slug", help="Only this org.")
def prune(before: str | None, slug: str | None) -> None:
    """Remove old events.

    Removes events before a date, or by default those older than `dashapp org set --keep-days`.
    This cannot be undone. `dashapp serve` applies --keep-days automatically, every hour.

    \b
    Examples:
      dashapp prune --before 2024-01-01 --org acme
      dashapp prune
    """
    from dashapp.store.events.erasure import prune as prune_org
    from dashapp.store.upkeep import retention_start

    with open_store() as store:
        fault = None if before is not None else clock.fault(store, now_us())
        if fault:
            raise ConfigurationError(
                f"{fault} Nothing was removed. Set the clock right, or name a date: "
                "dashapp prune --before DATE"
            )
        with store.read_shared() as session:
            org_retentions = [row for row in retentions(session) if slug in {None, row[0].slug}]
        if slug is not None:
            scope_of(store, slug)  # raises NotFound for an unknown org
        for org, keep_days in org_retentions:
            if before is not None:
                end = _parse_before(before, org)
            elif keep_days is not None:
                end = retention_start(keep_days, utc_now())
            else:
                continue
            count = prune_org(store, operator_scope(org), end)
            events = f"{count:,} event" + ("" if count == 1 else "s")
            click.echo(f"{org.slug}: {events} removed.")


def _parse_before(text: str, org: Org) -> int:
    return day_start_of(text, org) if is_day(text) else to_us(parse(text))
