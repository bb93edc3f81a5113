"""`dashapp user …` and `dashapp membership …`."""

import os
import sys

import click

from dashapp.cli.context import (
    changing_org,
    now_us,
    open_store,
    operator_scope,
    print_table,
    scope_of,
)
from dashapp.cli.people.signing_in import (
    password_option,
    read_password,
    say_if_disabled,
)
from dashapp.domain.access.roles import Role
from dashapp.domain.errors import NotFound
from dashapp.domain.secrets import passwords
from dashapp.settings import breached_passwords
from dashapp.store.administration.people import members
from dashapp.store.deletion import users as deletion
from dashapp.store.orgs import orgs
from dashapp.store.people import login_sessions, users
from dashapp.store.people.invitations import list_invitations
from dashapp.store.people.members import role_of
from dashapp.store.people.password_rules import rules_for_new

_ROLE = click.Choice([role.value for role in Role])


@click.group()
def user() -> None:
    """Manage users."""


@user.command("add")
@click.argument("email")
@click.option("--org", "slug", required=True, help="Org to add the user to.")
@click.option("--role", required=True, type=_ROLE)
@password_option
def add_user(email: str, slug: str, role: str, *, password_stdin: bool) -> None:
    """Add a user to an org.

    \b
    Example:  printf %s "$PASSWORD" |
              dashapp user add ada@example.com --org acme --role OWNER --password-stdin
    """
    new_password = read_password(from_stdin=password_stdin)
    with open_store() as store:
        scope = scope_of(store, slug)
        names, breached = (scope.org.name, scope.org.slug), breached_passwords(os.environ)
        passwords.check_new(new_password, rules_for_new(email, breached, *names))
        password_hash = passwords.hash_password(new_password)
        with changing_org(store, scope) as change:
            user_id = users.insert_user(change.session, email, password_hash, now=change.now)
            users.confirm_email(change.session, user_id, now=change.now)  # the operator knows it
            members.set_member(change, users.find_user(change.session, email), Role(role))
    click.echo(f"Added {users.normal_email(email)} to {slug} as {role}.")


@user.command("list")
@click.option("--org", "slug", help="Only the users of this org.")
def list_users(slug: str | None) -> None:
    """List users by email, one line per org."""
    with open_store() as store, store.read_shared() as session:
        listed = (
            users.list_users(session)
            if slug is None
            else users.list_members(session, operator_scope(orgs.find_org(session, slug)))
        )
        rows = [
            (
                member.email,
                member.org or "-",
                member.role or "-",
                "disabled" if member.is_disabled else "",
            )
            for member in listed
        ]
    print_table(rows, ("EMAIL", "ORG", "ROLE", ""))


@user.command()
@click.argument("email")
def disable(email: str) -> None:
    """Disable a user. Takes effect with their next request."""
    with open_store() as store, store.write_shared() as session:
        user_row = users.find_user(session, email)
        users.disable(session, user_row.id, now=now_us())
        login_sessions.end_sessions_of(session, user_row.id, "disabled", at=now_us())
    click.echo(f"Disabled {user_row.email} and ended all sessions.")


@user.command()
@click.argument("email")
def enable(email: str) -> None:
    """Let a disabled user log in again.

    They have their password and roles.

    \b
    Example:  dashapp user enable ada@example.com
    """
    with open_store() as store, store.write_shared() as session:
        user_row = users.find_user(session, email)
        users.enable(session, user_row.id)
    click.echo(f"Enabled {user_row.email}: they can log in.")


@user.command("delete")
@click.argument("email")
@click.option("--yes", "is_confirmed", is_flag=True, help="Do not ask on a terminal.")
def delete_user(email: str, *, is_confirmed: bool) -> None:
    """Delete a user, and erase the record of their logins. This cannot be undone.

    Takes effect with their next request. The logins are events of the orgs: their totals decrease.
    To keep the record and only lock the user out, disable them.

    \b
    Example:  dashapp user delete ada@example.com
    """
    with open_store() as store:
        with store.read_shared() as session:
            user_row = users.find_user(session, email)
        if not is_confirmed and sys.stdin.isatty():
            click.confirm(f"Delete {user_row.email}?", abort=True)
        erased = deletion.delete_user(store, operator_scope, user_row.id, now=now_us())
    events = f"{erased.events:,} event" + ("" if erased.events == 1 else "s")
    orgs_with_events = f"{erased.orgs:,} org" + ("" if erased.orgs == 1 else "s")
    click.echo(f"Deleted {user_row.email} and {events} of their logins in {orgs_with_events}.")


@click.group()
def membership() -> None:
    """Manage memberships of users in orgs."""


@membership.command("add")
@click.argument("email")
@click.option("--org", "slug", required=True)
@click.option("--role", required=True, type=_ROLE)
def add_membership(email: str, slug: str, role: str) -> None:
    """Add a user to another org, or change their role in an org.

    \b
    Example:  dashapp membership add ada@example.com --org rival --role ANALYTICS_VIEWER
    """
    with open_store() as store, changing_org(store, scope_of(store, slug)) as change:
        user_row = users.find_user(change.session, email)
        members.set_member(change, user_row, Role(role))
    click.echo(f"{user_row.email} is now {role} in {slug}.")
    say_if_disabled(user_row)


@membership.command("remove")
@click.argument("email")
@click.option("--org", "slug", required=True)
def remove_membership(email: str, slug: str) -> None:
    """Remove a user from an org. Takes effect with their next request.

    The user keeps their password and their other orgs. Their open boards of this org show no
    numbers from then on.

    \b
    Example:  dashapp membership remove ada@example.com --org rival
    """
    with open_store() as store, changing_org(store, scope_of(store, slug)) as change:
        user_row = users.find_user(change.session, email)
        if role_of(change.session, change.scope, user_row.id) is None:
            raise NotFound(
                f"{user_row.email} is not in {slug}. See: dashapp user list --org {slug}"
            )
        members.remove_member(change, user_row)
    click.echo(f"Removed {user_row.email} from {slug}.")


@membership.command("list")
@click.option("--org", "slug", required=True)
def list_memberships(slug: str) -> None:
    """List the members of an org, and who is invited.

    \b
    Example:  dashapp membership list --org acme
    """
    with open_store() as store:
        scope = scope_of(store, slug)
        with store.read_shared() as session:
            rows = [
                (member.email, member.role, "disabled" if member.is_disabled else "")
                for member in users.list_members(session, scope)
            ]
            rows += [
                (invited.email, invited.role.value, "invited")
                for invited in list_invitations(session, scope)
            ]
    print_table(rows, ("EMAIL", "ROLE", ""))
