"""`dashapp key …`."""

import os

import click

from dashapp.cli.context import (
    changing_org,
    now_us,
    open_store,
    operator,
    operator_scope,
    print_table,
    scope_of,
    whole_number,
)
from dashapp.domain.access.actors import Action
from dashapp.domain.errors import BadInput, excerpt
from dashapp.domain.secrets.keys import ORG_KINDS, KeyKind, KeyScope
from dashapp.domain.time.instant import from_us
from dashapp.settings import from_env
from dashapp.store.administration import keys as administration
from dashapp.store.audit.entries import add_installation_entry
from dashapp.store.engine import Store
from dashapp.store.installation import keys as installation
from dashapp.store.orgs import keys

_Row = tuple[str, str, str, str, str, str, str]


@click.group()
def key() -> None:
    """Manage ingest, read, embed, and admin keys."""


@key.command()
@click.option("--org", "slug", help="Org of the key. Without it, the key is for all orgs.")
@click.option("--kind", required=True, type=click.Choice([kind.value for kind in KeyKind]))
@click.option("--name", help="What the key is for. Unique among active keys.")
@click.option(
    "--scopes",
    help="What an admin key may do: a list such as orgs,events, or all. "
    "keys, members, and embed give access to numbers; data reads and erases what is stored of "
    "a person.",
)
@click.option(
    "--events-per-minute", help="Rate limit of this key. Default: the installation's limit."
)
def add(
    slug: str | None, kind: str, name: str | None, scopes: str | None, events_per_minute: str | None
) -> None:
    """Create a key. Its secret is printed only once, alone on the last line.

    Keys of kind ingest, read, and embed belong to an org. Without --org, a key belongs to the
    installation: a key of kind admin may do in every org what its --scopes say, and one of kind
    ingest may send the events of every org. Such keys need a --name.

    An embed key is encrypted with DASHAPP_SECRET_KEY, which must be the same as the server's.

    \b
    Examples:
      KEY=$(dashapp key add --org acme --kind ingest | tail -1)
      dashapp key add --kind admin --name sign-up --scopes orgs,keys,boards
    """
    limit = whole_number(events_per_minute, "events_per_minute") if events_per_minute else None
    new = administration.NewKey(KeyKind(kind), name, limit)
    with open_store() as store:
        if slug is None:
            key_id, secret = _add_installation_key(store, new, scopes)
        else:
            key_id, secret = _add_key(store, slug, new, scopes)
    click.echo(f"id: {key_id}")
    click.echo(secret)


def _add_key(
    store: Store, slug: str, new: administration.NewKey, scopes: str | None
) -> tuple[str, str]:
    if new.kind not in ORG_KINDS:
        raise click.UsageError("A key of kind admin is for all orgs: leave out --org.")
    if scopes is not None:
        raise click.UsageError("--scopes is for keys of kind admin.")
    secrets = from_env(os.environ).secrets if new.kind is KeyKind.EMBED else None
    with changing_org(store, scope_of(store, slug)) as change:
        return administration.add_key(change, new, secrets=secrets)


def _add_installation_key(
    store: Store, new: administration.NewKey, scopes: str | None
) -> tuple[str, str]:
    if new.kind not in installation.KINDS:
        raise click.UsageError(f"A key of kind {new.kind} belongs to an org: add --org SLUG.")
    if new.name is None:
        raise click.UsageError("A key for all orgs needs a --name.")
    administration.check_key_name(new.name)
    allowed = _scopes(new.kind, scopes)
    with store.write_shared() as session:
        key_id, secret = installation.insert_installation_key(
            session,
            new.kind,
            new.name,
            allowed,
            events_per_minute=new.events_per_minute,
            now=now_us(),
        )
        after = {"kind": new.kind, "name": new.name, "scopes": allowed}
        add_installation_entry(
            session, operator(), Action.KEY_ADDED, key_id, after=after, now=now_us()
        )
    return key_id, secret


def _scopes(kind: KeyKind, text: str | None) -> list[KeyScope]:
    if kind is KeyKind.INGEST:
        if text is not None:
            raise click.UsageError("--scopes is for keys of kind admin.")
        return [KeyScope.EVENTS]
    known = ", ".join(KeyScope)
    if not text:
        raise click.UsageError(f"A key of kind admin needs --scopes: a list of {known}.")
    words = {word.strip() for word in text.split(",")}
    unknown = sorted(words - set(KeyScope))
    if unknown:
        raise BadInput(f"Unknown scope “{excerpt(unknown[0])}”. Use some of: {known}.")
    return sorted(KeyScope(word) for word in words)


@key.command("list")
@click.option("--org", "slug", help="Org of the keys. Without it, lists the keys for all orgs.")
def list_(slug: str | None) -> None:
    """List keys, without their secrets: only the last four characters.

    \b
    Examples:
      dashapp key list --org acme
      dashapp key list
    """
    with open_store() as store:
        rows = _installation_rows(store) if slug is None else _org_rows(store, slug)
    middle = "SCOPES" if slug is None else "ENDS IN"
    print_table(rows, ("ID", "KIND", "CREATED", "LAST USED", "STATE", "NAME", middle))


def _org_rows(store: Store, slug: str) -> list[_Row]:
    scope = scope_of(store, slug)
    with store.read_shared() as session:
        return [
            (
                org_key.id,
                org_key.kind,
                _format_minute(org_key.created_at),
                _format_minute(org_key.last_used_at),
                _format_state(org_key.revoked_at),
                org_key.name or "-",
                org_key.hint or "-",
            )
            for org_key in keys.list_keys(session, scope)
        ]


def _installation_rows(store: Store) -> list[_Row]:
    with store.read_shared() as session:
        return [
            (
                listed.id,
                listed.kind,
                _format_minute(listed.created_at),
                _format_minute(listed.last_used_at),
                _format_state(listed.revoked_at),
                listed.name,
                ",".join(listed.scopes),
            )
            for listed in installation.list_installation_keys(session)
        ]


@key.command()
@click.argument("key_id")
def revoke(key_id: str) -> None:
    """Revoke a key. Takes effect with the next request."""
    with open_store() as store:
        with store.read_shared() as session:
            is_for_all = installation.is_installation_key(session, key_id)
            org = None if is_for_all else keys.org_of_key(session, key_id)
        if org is None:
            _revoke_installation_key(store, key_id)
        else:
            with changing_org(store, operator_scope(org)) as change:
                administration.revoke_key(change, key_id)
    click.echo(f"Revoked {key_id}.")


def _revoke_installation_key(store: Store, key_id: str) -> None:
    with store.write_shared() as session:
        name = installation.revoke_installation_key(session, key_id, now=now_us())
        before = {"name": name}
        add_installation_entry(
            session, operator(), Action.KEY_REVOKED, key_id, after=before, now=now_us()
        )


def _format_minute(at: int | None) -> str:
    return "never" if at is None else f"{from_us(at):%Y-%m-%d %H:%MZ}"


def _format_state(revoked_at: int | None) -> str:
    return "active" if revoked_at is None else f"revoked {_format_minute(revoked_at)}"
