"""`dashapp origin …` and `dashapp embed …`."""

import os
import sys

import click

from dashapp.cli.context import now_us, open_store, print_table, scope_of
from dashapp.domain.time.instant import from_us, utc_now
from dashapp.settings import from_env
from dashapp.store.orgs import embed_log, origins


@click.group()
def origin() -> None:
    """Where an org's dashboards may be framed."""


@origin.command("add")
@click.option("--org", "slug", required=True)
@click.argument("origin")
def add_origin(slug: str, origin: str) -> None:
    """Let pages of ORIGIN frame the org's dashboards.

    \b
    Example:  dashapp origin add --org acme https://shop.example
    """
    with open_store() as store:
        scope = scope_of(store, slug)
        with store.write_shared() as session:
            made = origins.insert_origin(session, scope, origin, now=now_us())
    click.echo(f"{made} may frame the dashboards of {slug}.")


@origin.command("list")
@click.option("--org", "slug", required=True)
def list_origins(slug: str) -> None:
    """The origins that may frame the org's dashboards."""
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
    """Let pages of ORIGIN frame the org's dashboards no longer."""
    with open_store() as store:
        scope = scope_of(store, slug)
        with store.write_shared() as session:
            made = origins.delete_origin(session, scope, origin)
    click.echo(f"{made} may not frame the dashboards of {slug} any more.")


@click.group()
def embed() -> None:
    """Embedded dashboards: who came, who was refused."""


@embed.command("log")
@click.option("--org", "slug", required=True)
@click.option(
    "--last", default=50, show_default=True, type=click.IntRange(1, embed_log.MAX_ENTRIES)
)
def log_(slug: str, last: int) -> None:
    """Embed tokens that were taken, or refused and why.

    The last 1,000 of an org are kept, and shown with the newest first.
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
    print_table(rows, ("AT", "WHAT", "DASHBOARD", "KEY", "VIEWER", "WHY"))


@embed.command("doctor")
@click.option("--org", "slug", required=True)
@click.option("--dashboard", required=True)
@click.option("--token", required=True, help="An embed token; - reads it from standard input.")
@click.option("--origin", help="Also: may this page frame it?")
def doctor(slug: str, dashboard: str, token: str, origin: str | None) -> None:
    """Say which check a token fails, and why.

    \b
    Example:  your-signer | dashapp embed doctor --org acme --dashboard operations --token -
    """
    from dashapp.cli.orgs.doctor import examine

    settings = from_env(os.environ)
    token_text = sys.stdin.read().strip() if token == "-" else token  # noqa: S105 - no password
    with open_store() as store:
        scope = scope_of(store, slug)
        checks = list(
            examine(store, scope, settings, dashboard, token_text, origin=origin, now=utc_now())
        )
    for check in checks:
        click.echo(f"{'ok  ' if check.is_ok else 'FAIL'}  {check.name:<10} {check.detail}")
    if not all(check.is_ok for check in checks):
        sys.exit(1)
