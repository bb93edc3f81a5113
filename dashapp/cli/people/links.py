"""Links to hand over: `dashapp membership invite` and `dashapp user reset-link`."""

import os

import click

from dashapp.cli.context import changing_org, now_us, open_store, operator, scope_of
from dashapp.domain.access.actors import Action
from dashapp.domain.access.roles import Role
from dashapp.domain.errors import BadInput
from dashapp.settings import addresses, from_env, mail_server
from dashapp.settings.reading import text_of
from dashapp.store.administration.people.invitations import invite
from dashapp.store.audit.entries import add_installation_entry
from dashapp.store.mail.outbox import Outbox
from dashapp.store.mail.resets import begin_reset
from dashapp.store.people.users import find_user

_LOCAL = "http://localhost:8050"


@click.command("invite")
@click.argument("email")
@click.option("--org", "slug", required=True)
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]))
def invite_member(email: str, slug: str, role: str) -> None:
    """Invite someone to an org, with a link that works once, for 7 days.

    The link is mailed. Without a mail server, it is printed: hand it over.

    \b
    Example:  dashapp membership invite ada@example.com --org acme --role ADMIN
    """
    outbox = _outbox()
    with open_store() as store, changing_org(store, scope_of(store, slug)) as change:
        invited = invite(change, email, Role(role), outbox)
    if invited.secret is None:
        click.echo(f"Invited {invited.email} to {slug} as {role}: the mail is sent by upkeep.")
    else:
        click.echo(f"Invited {invited.email} to {slug} as {role}. Hand this link over:")
        click.echo(f"{_public_url()}/invitation#{invited.secret}")


@click.command("reset-link")
@click.argument("email")
def reset_link(email: str) -> None:
    """Print a link with which a user chooses a new password. It works once, for an hour.

    \b
    Example:  dashapp user reset-link ada@example.com
    """
    now, actor = now_us(), operator()
    with open_store() as store, store.write_shared() as session:
        user = find_user(session, email)
        reset = begin_reset(session, email, now=now, is_mailed=False)
        if reset is None:
            raise BadInput(
                f"{user.email} is disabled, or signs in with a provider only. "
                "See: dashapp user list"
            )
        action = Action.RESET_LINK_MADE
        add_installation_entry(session, actor, action, user.email, now=now)
    click.echo(f"{_public_url()}/reset#{reset.secret}")


def _outbox() -> Outbox | None:
    if mail_server(os.environ) is None:
        return None
    settings = from_env(os.environ)
    return Outbox(settings.secrets) if settings.public_url else None


def _public_url() -> str:
    return addresses.public_url(text_of(os.environ, "DASHAPP_PUBLIC_URL")) or _LOCAL
