"""`dashapp key …`."""

import os

import click

from dashapp.cli.context import (
    now_us,
    open_store,
    operator_scope,
    print_table,
    scope_of,
    whole_number,
)
from dashapp.domain.secrets.keys import KeyKind
from dashapp.domain.time.instant import from_us
from dashapp.settings import from_env
from dashapp.store.orgs import keys


@click.group()
def key() -> None:
    """Manage ingest, read, and embed keys."""


@key.command()
@click.option("--org", "slug", required=True)
@click.option("--kind", required=True, type=click.Choice([kind.value for kind in KeyKind]))
@click.option(
    "--events-per-minute", help="Rate limit of this key. Default: the installation's limit."
)
def add(slug: str, kind: str, events_per_minute: str | None) -> None:
    """Create a key. Its secret is printed only once, alone on the last line.

    An embed key is encrypted with DASHAPP_SECRET_KEY, which must be the same as the server's.

    \b
    Example:  KEY=$(dashapp key add --org acme --kind ingest | tail -1)
    """
    secret_key = from_env(os.environ).secret_key if kind == KeyKind.EMBED else None
    limit = whole_number(events_per_minute, "events_per_minute") if events_per_minute else None
    with open_store() as store:
        scope = scope_of(store, slug)
        with store.write_shared() as session:
            key_id, secret = keys.insert_key(
                session,
                scope,
                KeyKind(kind),
                now=now_us(),
                events_per_minute=limit,
                secret_key=secret_key,
            )
    click.echo(f"id: {key_id}")
    click.echo(secret)


@key.command("list")
@click.option("--org", "slug", required=True)
def list_(slug: str) -> None:
    """List the org's keys, without their secrets."""
    with open_store() as store:
        scope = scope_of(store, slug)
        with store.read_shared() as session:
            org_keys = keys.list_keys(session, scope)
    rows = [
        (
            org_key.id,
            org_key.kind,
            _format_minute(org_key.created_at),
            _format_minute(org_key.last_used_at),
            _format_state(org_key.revoked_at),
        )
        for org_key in org_keys
    ]
    print_table(rows, ("ID", "KIND", "CREATED", "LAST USED", "STATE"))


@key.command()
@click.argument("key_id")
def revoke(key_id: str) -> None:
    """Revoke a key. Takes effect with the next request."""
    with open_store() as store, store.write_shared() as session:
        scope = operator_scope(keys.org_of_key(session, key_id))
        keys.revoke_key(session, scope, key_id, now=now_us())
    click.echo(f"Revoked {key_id}.")


def _format_minute(at: int | None) -> str:
    return "never" if at is None else f"{from_us(at):%Y-%m-%d %H:%MZ}"


def _format_state(revoked_at: int | None) -> str:
    return "active" if revoked_at is None else f"revoked {_format_minute(revoked_at)}"
