"""`dashapp org …`."""

import click

from dashapp.cli.context import now_us, open_store, operator_scope, table


@click.group()
def org() -> None:
    """Orgs: the customers that own rows."""


@org.command()
@click.argument("slug")
@click.option("--name", required=True, help="As people read it.")
@click.option("--timezone", default="UTC", show_default=True, help="An IANA name: Europe/Berlin.")
@click.option("--locale", default="en", show_default=True, type=click.Choice(["en", "es", "pt-BR"]))
def add(slug: str, name: str, timezone: str, locale: str) -> None:
    """Add an org, with a project “default” and the dashboard “operations”.

    \b
    Example:  dashapp org add acme --name "Acme Inc." --timezone Europe/Berlin
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
        )
    click.echo(f"Added {made.slug}: /app/{made.slug}/operations")


@org.command("list")
def list_() -> None:
    """All orgs by slug."""
    from dashapp.store.orgs import list_orgs

    with open_store() as store, store.shared() as session:
        rows = [
            (found.slug, found.name, found.timezone, found.locale) for found in list_orgs(session)
        ]
    table(rows, ("SLUG", "NAME", "TIMEZONE", "LOCALE"))
