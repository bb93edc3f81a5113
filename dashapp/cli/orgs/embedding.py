"""`dashapp origin …` and `dashapp embed …`."""

import os
import sys

import click

from dashapp.cli.checks import print_checks
from dashapp.cli.context import changing_org, open_store, print_table, scope_of
from dashapp.domain.time.instant import from_us, utc_now
from dashapp.settings import from_env
from dashapp.store.administration import origins as administration
from dashapp.store.orgs import embed_log, origins


@click.group()
def origin() -> None:
    """Manage origins that may embed dashboards."""


@origin.command("add")
@click.option("--org", "slug", required=True)
@click.argument("origin")
def add_origin(slug: str, origin: str) -> None:
    """Allow pages of ORIGIN to embed this org's dashboards.

    \b
    Example:  dashapp origin add --org acme https://shop.example
    """
    with open_store() as store, changing_org(store, scope_of(store, slug)) as change:
        normalized = administration.add_origin(change, origin)
    click.echo(f"{normalized} may now embed the dashboards of {slug}.")


@origin.command("list")
@click.option("--org", "slug", required=True)
def list_origins(slug: str) -> None:
    """List the origins that may embed this org's dashboards."""
    with open_store() as store:
        scope = scope_of(store, slug)
        with store.read_shared() as session:
            allowed = origins.list_origins(session, scope)
    for allowed_origin in allowed:
        click.echo(allowed_origin)


@origin.command("remove")
@click.option("--org", "slug", required=True)
@click.argument("origin")
def remove_origin(slug: str, origin: str) -> None:
    """Stop allowing ORIGIN to embed this org's dashboards."""
    with open_store() as store, changing_org(store, scope_of(store, slug)) as change:
        normalized = administration.remove_origin(change, origin)
    click.echo(f"{normalized} may no longer embed the dashboards of {slug}.")


@click.group()
def embed() -> None:
    """Inspect and debug embedded dashboards."""


@embed.command("log")
@click.option("--org", "slug", required=True)
@click.option(
    "--last", default=50, show_default=True, type=click.IntRange(1, embed_log.MAX_ENTRIES)
)
def log_(slug: str, last: int) -> None:
    """List the embed tokens that were accepted or refused, newest first.

    The log keeps the last 1,000 entries of each org.
    """
    with open_store() as store:
        scope = scope_of(store, slug)
        with store.read_primary(scope) as session:
            entries = embed_log.last_entries(session, scope, last)
    rows = [
        (
            f"{from_us(entry.at):%Y-%m-%d %H:%M:%SZ}",
            entry.code,
            entry.dashboard,
            entry.key_id or "-",
            entry.viewer or "-",
            entry.message,
        )
        for entry in entries
    ]
    print_table(rows, ("TIME", "RESULT", "DASHBOARD", "KEY", "VIEWER", "REASON"))


@embed.command("doctor")
@click.option("--org", "slug", required=True)
@click.option("--dashboard", required=True)
@click.option(
    "--token", required=True, help="The embed token. Use - to read it from standard input."
)
@click.option("--origin", help="Also check whether this origin may embed it.")
def doctor(slug: str, dashboard: str, token: str, origin: str | None) -> None:
    """Show which check an embed token fails, and why.

    \b
    Example:  your-signer | dashapp embed doctor --org acme --dashboard operations --token -
    """
    from dashapp.cli.orgs.doctor import examine

    settings = from_env(os.environ)
    token_text = sys.stdin.read().strip() if token == "-" else token  # noqa: S105 - no password
    with open_store() as store:
        scope = scope_of(store, slug)
        print_checks(
            examine(store, scope, settings, dashboard, token_text, origin=origin, now=utc_now())
        )
