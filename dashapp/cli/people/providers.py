"""`dashapp provider …`: identity providers (OpenID Connect) of the installation and of orgs."""

import os
import sys
from typing import NamedTuple

import click

from dashapp.cli.context import changing_org, now_us, open_store, operator, print_table, scope_of
from dashapp.domain.access.roles import Role
from dashapp.domain.errors import BadInput, Conflict, NotFound
from dashapp.domain.sign_on.providers import GIVEN_ROLES, Provider, parse_roles
from dashapp.settings import from_env
from dashapp.store.administration.people import providers as administration
from dashapp.store.administration.people.providers import Site, Wish
from dashapp.store.engine import Store
from dashapp.store.orgs import orgs
from dashapp.store.sign_on import domains, providers

_org = click.option("--org", "slug", help="Org of the provider. Without it, the one for all orgs.")
_secret = click.option(
    "--secret-stdin", is_flag=True, help="Read the client secret from standard input."
)
_roles = click.option(
    "--role",
    "lines",
    multiple=True,
    metavar="VALUE=ROLE",
    help="Role of a value of the claim. Can be given many times; replaces all earlier ones.",
)
_joins_as = click.option(
    "--joins-as",
    type=click.Choice([*(role.value for role in GIVEN_ROLES), "nobody"]),
    help="Role that people of the org's mail domains get if they join by themselves. With nobody, "
    "they need an invitation.",
)


class _Given(NamedTuple):
    """The options that were given; None is for those that were not."""

    name: str | None
    issuer: str | None
    client_id: str | None
    role_claim: str | None
    lines: tuple[str, ...]
    joins_as: str | None


@click.group()
def provider() -> None:
    """Manage identity providers (OpenID Connect)."""


@provider.command("add")
@_org
@click.option("--name", required=True, help="What the button says, such as “Acme SSO”.")
@click.option("--issuer", required=True, help="Address that the provider calls itself by.")
@click.option("--client-id", required=True)
@_secret
@click.option("--role-claim", help="Claim that has a person's roles, such as groups.")
@_roles
@_joins_as
def add(slug: str | None, *, secret_stdin: bool, **options: str | tuple[str, ...] | None) -> None:
    """Add an identity provider: one for all orgs, or one of an org.

    Register https://YOUR-SERVER/sso/callback there. The client secret is encrypted with
    DASHAPP_SECRET_KEY, which must be the same as the server's.

    \b
    Example:  printf %s "$SECRET" |
              dashapp provider add --org acme --name "Acme SSO" --secret-stdin \\
                --issuer https://login.acme.example --client-id dashapp
    """
    given = _Given(**options)  # type: ignore[arg-type]
    secret = _read_secret() if secret_stdin else ""
    with open_store() as store:
        if _stored(store, slug) is not None:
            raise Conflict("There is a provider already. To change it: dashapp provider set")
        _put(store, slug, _wish(given, None, secret))
    click.echo(f"Added {given.name}.")


@provider.command("set")
@_org
@click.option("--name")
@click.option("--issuer", help="A new issuer. People must then connect their accounts again.")
@click.option("--client-id")
@_secret
@click.option("--role-claim", help="Claim that has a person's roles. Empty for none.")
@_roles
@_joins_as
@click.option(
    "--only-way/--not-only-way", "is_only_way", default=None, help="Whether passwords work, too."
)
def set_(
    slug: str | None,
    *,
    secret_stdin: bool,
    is_only_way: bool | None,
    **options: str | tuple[str, ...] | None,
) -> None:
    """Change an identity provider. What is not given stays.

    Only its owner can make an org's provider the only way to sign in, from a session through it.
    You can turn that off here.

    \b
    Example:  dashapp provider set --org acme --not-only-way
    """
    given = _Given(**options)  # type: ignore[arg-type]
    secret = _read_secret() if secret_stdin else None
    with open_store() as store:
        before = _existing(store, slug)
        if any((*given, secret)):
            _put(store, slug, _wish(given, before, secret))
        if is_only_way is not None:
            _set_only_way(store, slug, is_only_way=is_only_way)
    click.echo(f"Changed {given.name or before.name}.")


@provider.command("list")
def list_() -> None:
    """List identity providers, without their secrets."""
    with open_store() as store, store.read_shared() as session:
        rows = [
            (
                each.org.slug if each.org else "-",
                each.name,
                each.issuer,
                each.client_id,
                "only way" if each.is_only_way else "",
            )
            for each in providers.list_providers(session)
        ]
    print_table(rows, ("ORG", "NAME", "ISSUER", "CLIENT", ""))


@provider.command("remove")
@_org
def remove(slug: str | None) -> None:
    """Remove an identity provider.

    Sessions that an org's provider opened end.

    \b
    Example:  dashapp provider remove --org acme
    """
    with open_store() as store:
        before = _existing(store, slug)
        if slug is None:
            with store.write_shared() as session:
                administration.remove_installation_provider(session, operator(), now=now_us())
        else:
            with changing_org(store, scope_of(store, slug)) as change:
                administration.remove_provider(change)
    click.echo(f"Removed {before.name}.")


@provider.command("domains")
@click.option("--org", "slug", required=True)
@click.argument("names", nargs=-1, metavar="[DOMAIN]...")
@click.option("--none", "is_none", is_flag=True, help="Remove all of them.")
def set_domains(slug: str, names: tuple[str, ...], *, is_none: bool) -> None:
    """Set the mail domains of an org, or print them.

    Check first that a domain belongs to the customer: anyone with an address there can join the
    org, if its owners allow it. A domain belongs to one org.

    \b
    Example:  dashapp provider domains --org acme acme.example acme.test
    """
    if names and is_none:
        raise click.UsageError("Give domains, or --none.")
    with open_store() as store:
        scope = scope_of(store, slug)
        if names or is_none:
            with changing_org(store, scope) as change:
                administration.set_domains(change, names)
        with store.read_shared() as session:
            for domain in domains.domains_of(session, scope):
                click.echo(domain)


def _put(store: Store, slug: str | None, wish: Wish) -> None:
    settings = from_env(os.environ)
    site = Site(settings.secrets, allows_private=settings.allows_private_providers)
    if slug is None:
        with store.write_shared() as session:
            administration.set_installation_provider(session, operator(), wish, site, now=now_us())
    else:
        with changing_org(store, scope_of(store, slug)) as change:
            administration.set_provider(change, wish, site)


def _set_only_way(store: Store, slug: str | None, *, is_only_way: bool) -> None:
    if slug is None:
        with store.write_shared() as session:
            administration.set_installation_only_way(
                session, operator(), is_only_way=is_only_way, now=now_us()
            )
    else:
        with changing_org(store, scope_of(store, slug)) as change:
            administration.set_only_way(change, is_only_way=is_only_way)


def _wish(given: _Given, before: Provider | None, secret: str | None) -> Wish:
    """Return what the provider should be: what is given, and else what it was."""
    roles = parse_roles("\n".join(given.lines)) if given.lines else None
    joins_as = None if given.joins_as in {None, "nobody"} else Role(str(given.joins_as))
    if before is None:
        return Wish(
            given.name or "",
            given.issuer or "",
            given.client_id or "",
            secret,
            given.role_claim,
            roles or {},
            joins_as,
        )
    return Wish(
        given.name or before.name,
        given.issuer or before.issuer,
        given.client_id or before.client_id,
        secret,
        before.role_claim if given.role_claim is None else given.role_claim,
        before.roles if roles is None else roles,
        before.joins_as if given.joins_as is None else joins_as,
    )


def _stored(store: Store, slug: str | None) -> Provider | None:
    with store.read_shared() as session:
        if slug is None:
            return providers.provider_of(session, None)
        orgs.find_org(session, slug)
        return providers.provider_of_slug(session, slug)


def _existing(store: Store, slug: str | None) -> Provider:
    stored = _stored(store, slug)
    if stored is None:
        whose = f"{slug} has no provider" if slug else "There is no provider for all orgs"
        raise NotFound(f"{whose}. To add one: dashapp provider add")
    return stored


def _read_secret() -> str:
    secret = sys.stdin.readline().strip()
    if not secret:
        raise BadInput("No client secret on standard input.")
    return secret
