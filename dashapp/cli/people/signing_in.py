"""How users sign in: `dashapp user password` and `dashapp user factors`."""

import os
import sys

import click

from dashapp.cli.context import now_us, open_store, operator, operator_scope
from dashapp.domain.access.actors import Action
from dashapp.domain.errors import BadInput
from dashapp.domain.secrets import passwords
from dashapp.settings import breached_passwords
from dashapp.store.administration.people.people import Recorder
from dashapp.store.people import login_sessions, second_factors, sign_ins, users
from dashapp.store.people.lockout import all_subjects_of
from dashapp.store.people.login_attempts import forget_all
from dashapp.store.people.password_rules import rules_for

password_option = click.option(
    "--password-stdin",
    is_flag=True,
    help="Read the password from standard input, up to the end of the line.",
)


@click.command()
@click.argument("email")
@password_option
def password(email: str, *, password_stdin: bool) -> None:
    """Set a new password, and end all sessions of the user.

    A locked account can sign in again.
    """
    new_password = read_password(from_stdin=password_stdin)
    with open_store() as store:
        with store.read_shared() as session:
            user_row = users.find_user(session, email)
            rules = rules_for(session, user_row, breached_passwords(os.environ))
        passwords.check_new(new_password, rules)
        password_hash = passwords.hash_password(new_password)
        with store.write_shared() as session:
            user_row, now = users.find_user(session, email), now_us()
            users.set_password(session, user_row.id, password_hash)
            login_sessions.end_sessions_of(session, user_row.id, "password", at=now)
            for subject in all_subjects_of(user_row):
                forget_all(session, subject)
            recorder = Recorder(store, operator_scope)
            recorder.record(session, user_row, operator(), Action.PASSWORD_CHANGED, now=now)
    click.echo(f"Set the password of {user_row.email} and ended all sessions.")
    say_if_disabled(user_row)


@click.command()
@click.argument("email")
@click.option("--remove", is_flag=True, help="Remove them: the user has lost them.")
def factors(email: str, *, remove: bool) -> None:
    """Show or remove the second factors of a user.

    These are the authenticator app, passkeys, and recovery codes.

    \b
    Example:  dashapp user factors ada@example.com --remove
    """
    with open_store() as store:
        with store.read_shared() as session:
            user_row = users.find_user(session, email)
            own = second_factors.factors_of(session, user_row.id)
        if not remove:
            click.echo(_described(own))
            return
        with store.write_shared() as session:
            second_factors.remove_all(session, user_row.id)
            sign_ins.end_all(session, user_row.id)
            recorder = Recorder(store, operator_scope)
            recorder.record(
                session, user_row, operator(), Action.SECOND_FACTOR_REMOVED, now=now_us()
            )
    click.echo(f"Removed all second factors of {user_row.email}: the password is enough now.")


def _described(own: second_factors.Factors) -> str:
    app = "yes" if own.has_authenticator else "no"
    return (
        f"Authenticator app: {app}. Passkeys: {own.passkeys}. "
        f"Unused recovery codes: {own.recovery_codes}."
    )


def say_if_disabled(user_row: users.User) -> None:
    if user_row.is_disabled:
        click.echo(
            f"{user_row.email} is disabled and cannot log in. To change that: "
            f"dashapp user enable {user_row.email}"
        )


def read_password(*, from_stdin: bool) -> str:
    """Return the password that was typed or sent. Raises BadInput."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if sys.stdin.isatty():
        return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))
    raise BadInput(
        "No terminal to prompt on. Send the password on standard input with --password-stdin."
    )
