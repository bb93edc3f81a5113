"""`dashapp org …`."""

import click

from dashapp.cli.context import (
    now_us,
    open_store,
    operator_scope,
    scope_of,
    table,
    whole_number,
)
from dashapp.dashboards.operations import OPERATIONS
from dashapp.dashboards.templates import TEMPLATES
from dashapp.domain.language import LANGUAGES

LOCALES = list(LANGUAGES)
MORE_TEMPLATES = [slug for slug in TEMPLATES if slug != OPERATIONS.slug]
_MOST = {"keep_days": 36_500, "events_per_minute": 2_000_000_000}


@click.group()
def org() -> None:
    """Orgs: the customers that own rows."""


@org.command()
@click.argument("slug")
@click.option("--name", required=True, help="As people read it.")
@click.option("--timezone", default="UTC", show_default=True, help="An IANA name: Europe/Berlin.")
@click.option("--locale", default="en", show_default=True, type=click.Choice(LOCALES))
@click.option(
    "--template",
    "more",
    multiple=True,
    type=click.Choice(MORE_TEMPLATES),
    help="A dashboard beside “operations”.",
)
def add(slug: str, name: str, timezone: str, locale: str, more: list[str]) -> None:
    """Add an org, with a project “default” and the dashboard “operations”.

    \b
    Examples:
      dashapp org add acme --name "Acme Inc." --timezone Europe/Berlin
      dashapp org add tienda --name Tienda --locale es --template conversations
    """
    from dashapp.dashboards.provision import add_org

    with open_store() as store:
        made = add_org(
            store,
            operator_scope,
            slug,
            now=now_us(),
            name=name,
            timezone=timezone,
            locale=locale,
            templates=[OPERATIONS, *(TEMPLATES[name] for name in dict.fromkeys(more))],
        )
    click.echo(f"Added {made.slug}: /app/{made.slug}/operations")


@org.command("set")
@click.argument("slug")
@click.option("--name", help="As people read it.")
@click.option("--timezone", help="An IANA name; the org's days are counted anew.")
@click.option("--locale", type=click.Choice(LOCALES))
@click.option("--keep-days", help="How long events are kept: a number of days, or “forever”.")
@click.option("--events-per-minute", help="How much may be sent: a number, or “default”.")
def set_(slug: str, **options: str | None) -> None:
    """Change an org.

    \b
    Examples:
      dashapp org set acme --timezone America/New_York
      dashapp org set acme --keep-days 400 --events-per-minute 60000
    """
    from dashapp.cli.events.tallies import count_with_bar
    from dashapp.store.orgs.orgs import set_org
    from dashapp.store.tallies.maintenance import set_timezone

    values = _values(options)
    timezone = options["timezone"]
    if not values and timezone is None:
        raise click.UsageError("Say what to change; see dashapp org set --help.")
    with open_store() as store:
        scope = scope_of(store, slug)
        if values:
            with store.changing() as session:
                set_org(session, scope.org_id, **values)
        if timezone is not None:
            set_timezone(store, scope, timezone)
            count_with_bar(store, scope_of(store, slug))
    click.echo(f"Changed {slug}.")


def _values(options: dict[str, str | None]) -> dict[str, object]:
    """Columns and what to put there, for the options that were given."""
    values: dict[str, object] = {
        name: options[name] for name in ("name", "locale") if options[name] is not None
    }
    for name, nothing in (("keep_days", "forever"), ("events_per_minute", "default")):
        text = options[name]
        if text is not None:
            values[name] = None if text == nothing else whole_number(text, name, most=_MOST[name])
    return values


@org.command("list")
def list_() -> None:
    """All orgs by slug."""
    from dashapp.store.orgs.orgs import list_orgs

    with open_store() as store, store.shared() as session:
        rows = [
            (found.slug, found.name, found.timezone, found.locale) for found in list_orgs(session)
        ]
    table(rows, ("SLUG", "NAME", "TIMEZONE", "LOCALE"))
