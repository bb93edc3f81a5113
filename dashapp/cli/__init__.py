"""The `dashapp` command: parses arguments, calls the library and prints.

Exit status: 0 success, 1 error (one line on standard error, no partial changes), 2 usage error.
"""

import errno
import sys
from typing import NoReturn

import click
from sqlalchemy.exc import DBAPIError

from dashapp import __version__
from dashapp.cli.boards import applying, checking, exporting
from dashapp.cli.boards import removing as removing_boards
from dashapp.cli.boards import widgets as widget_commands
from dashapp.cli.events import columns, importing, removing, seeding, tallies
from dashapp.cli.events import exporting as exporting_events
from dashapp.cli.orgs import boards as org_boards
from dashapp.cli.orgs import (
    embedding,
    keys,
    links,
    orgs,
    people,
    providers,
    provisioning,
    secret,
    signing_in,
    usage,
)
from dashapp.cli.orgs import removing as removing_orgs
from dashapp.cli.serving import db, demo, doctor, serve, upkeep
from dashapp.domain.errors import DashappError
from dashapp.store.database_errors import first_line


class _Commands(click.Group):
    """Lists commands in the order people need them and prints errors as one line."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except DashappError as error:
            _fail(error.message)
        except DBAPIError as error:
            _fail(f"Database error: {first_line(error)}")
        except OSError as error:
            if error.errno == errno.EPIPE:  # click ends quietly
                raise
            _fail(_file_error(error))


def _fail(message: str) -> NoReturn:
    click.echo(f"dashapp: {message}", err=True)
    sys.exit(1)


def _file_error(error: OSError) -> str:
    reason = (error.strerror or str(error)).lower()
    return f"{error.filename}: {reason}." if error.filename else f"{reason}."


@click.group(
    cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 96}
)
@click.version_option(__version__, prog_name="dashapp")
def main() -> None:
    """Live, exact dashboards for each of your customers.

    \b
    Try it:     dashapp demo
    Set it up:  dashapp db upgrade
                dashapp org add acme --name "Acme Inc." --timezone Europe/Berlin
                dashapp user add ada@example.com --org acme --role OWNER --password-stdin
                dashapp serve
    """


for group, subcommand in (
    (orgs.org, removing_orgs.remove),
    (orgs.org, removing_orgs.removal),
    (orgs.org, removing_orgs.delete),
    (people.user, signing_in.password),
    (people.user, signing_in.factors),
    (checking.boards, applying.apply),
    (checking.boards, exporting.export),
    (checking.boards, removing_boards.remove),
    (people.user, links.reset_link),
    (people.membership, links.invite_member),
):
    group.add_command(subcommand)

for command in (
    demo.demo,
    serve.serve,
    db.db,
    orgs.org,
    people.user,
    people.membership,
    keys.key,
    providers.provider,
    embedding.origin,
    embedding.embed,
    org_boards.board,
    checking.boards,
    widget_commands.widget,
    provisioning.provision_command,
    provisioning.dashboard,
    importing.import_events,
    exporting_events.export,
    usage.usage,
    seeding.seed,
    removing.erase,
    removing.prune,
    tallies.tally,
    columns.columns,
    upkeep.upkeep,
    doctor.doctor,
    secret.secret,
    db.backup,
    demo.feed_demo,
):
    main.add_command(command)
