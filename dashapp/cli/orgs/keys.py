"""`dashapp key …`."""

import os

import click

from dashapp.cli.context import now_us, open_store, scope_of, table, whole_number
from dashapp.domain.secrets.keys import KeyKind
from dashapp.domain.time.instant import from_us
from dashapp.settings import from_env
from dashapp.store.orgs import keys


@click.group()
def key() -> None:
    """Keys to send events, to read and to embed."""


@key.command()
@click.option("--org", "slug", required=True)
@click.option("--kind", required=True, type=click.Choice([kind.value for kind in KeyKind]))
@click.option("--events-per-minute", help="How much this key may send; else what the org may.")
def add(slug: str, kind: str, events_per_minute: str | None) -> None:
    """Make a key. Its secret is printed once, alone on the last line.

    An embed key is kept under DASHAPP_SECRET_KEY, which must be the server's.

    \b
    Example:  KEY=$(dashapp key add --org acme --kind ingest | tail -1)
    """
    secret_key = from_env(os.environ).secret_key if kind == KeyKind.EMBED else None
    limit = whole_number(events_per_minute, "events_per_minute") if events_per_minute else None
    with open_store() as store:
        scope = scope_of(store, slug)
        with store.changing() as session:
            key_id, secret = keys.insert_key(
                session,
                scope.org_id,
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
    """The org's keys; never their secrets."""
    with open_store() as store:
        scope = scope_of(store, slug)
        with store.shared() as session:
            found = keys.list_keys(session, scope.org_id)
    rows = [
        (
            one.id,
            one.kind,
            _minute(one.created_at),
            _minute(one.last_used_at),
            _state(one.revoked_at),
        )
        for one in found
    ]
    table(rows, ("ID", "KIND", "MADE", "LAST USED", "STATE"))


@key.command()
@click.argument("key_id")
def revoke(key_id: str) -> None:
    """Refuse a key, from the next request on."""
    with open_store() as store, store.changing() as session:
        keys.revoke_key(session, key_id, now=now_us())
    click.echo(f"Revoked {key_id}.")


def _minute(at: int | None) -> str:
    return "never" if at is None else f"{from_us(at):%Y-%m-%d %H:%MZ}"


def _state(revoked_at: int | None) -> str:
    return "holds" if revoked_at is None else f"revoked {_minute(revoked_at)}"
