"""`dashapp db …` and `dashapp backup`."""

import os
import sqlite3
import sys
from pathlib import Path

import click
from sqlalchemy.exc import DBAPIError

from dashapp.cli.context import open_store, operator_scope
from dashapp.domain.errors import ConfigurationError, Conflict
from dashapp.settings import database_role, database_url
from dashapp.store import migrate
from dashapp.store.citus import citus_statements
from dashapp.store.database_errors import explain
from dashapp.store.database_url import parse_url
from dashapp.store.engine import Store
from dashapp.store.health.damage import damages


@click.group()
def db() -> None:
    """Manage the database schema."""


@db.command()
def upgrade() -> None:
    """Upgrade the database to this version's schema.

    Safe to run repeatedly and concurrently.

    \b
    Example:  DASHAPP_DATABASE_URL=postgresql://owner@host/dashapp dashapp db upgrade
    """
    url = database_url(os.environ)
    try:
        migrate.upgrade(url, database_role(os.environ))
    except DBAPIError as error:
        raise ConfigurationError(explain(error, parse_url(url))) from None
    click.echo(f"The schema is at revision {migrate.head()}.")


@db.command()
@click.option("--deep", is_flag=True, help="Read everything to find damage. Takes minutes.")
def check(*, deep: bool) -> None:
    """Check that the database is ready to serve.

    If it is not, prints the reasons and exits with status 1. Warns if other users can read a SQLite
    file.
    """
    store = Store(database_url(os.environ), role=database_role(os.environ))
    try:
        faults = migrate.problems(store)
        if deep and not faults:
            faults = list(damages(store, operator_scope))
        for warning in migrate.warnings(store):
            click.echo(f"dashapp: warning: {warning}", err=True)
    except DBAPIError as error:
        faults = [explain(error, store.url)]
    finally:
        store.close()
    for fault in faults:
        click.echo(f"dashapp: {fault}", err=True)
    if faults:
        sys.exit(1)
    click.echo("The database is ready.")


@db.command("citus-sql")
def citus_sql() -> None:
    """Print the SQL that distributes the tables over a Citus cluster.

    Run it once, on the coordinator, as the owner of the tables.

    \b
    Example:  dashapp db citus-sql | psql postgresql://owner@coordinator/dashapp
    """
    url = parse_url(database_url(os.environ))
    if url.get_backend_name() == "sqlite":
        raise ConfigurationError(
            "Citus is for PostgreSQL. Set DASHAPP_DATABASE_URL to the coordinator's database."
        )
    for statement in citus_statements(database_role(os.environ), str(url.database)):
        click.echo(statement)


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Back up a SQLite database to FILE.

    Safe while the server is running. FILE appears only when the copy is complete and verified.

    \b
    Example:  dashapp backup /var/backups/dashapp-$(date +%F).db
    """
    with open_store() as store:
        if not store.is_sqlite:
            raise ConfigurationError("This command is for SQLite. For PostgreSQL, use pg_dump.")
        if file.exists():
            raise Conflict(f"{file} already exists. Choose another name.")
        _copy(str(store.url.database), file)
    click.echo(f"{file}: {file.stat().st_size:,} bytes, verified.")


def _copy(database: str, file: Path) -> None:
    """Copy to FILE.part, check it, then rename it: FILE is always complete and checked."""
    part = file.with_name(file.name + ".part")
    if not part.parent.is_dir() or not os.access(part.parent, os.W_OK):
        raise ConfigurationError(f"Cannot write to the directory {part.parent}.")
    part.unlink(missing_ok=True)
    migrate.create_private(part)
    source, target = sqlite3.connect(database), sqlite3.connect(part)
    try:
        source.backup(target)
        (verdict,) = target.execute("PRAGMA integrity_check").fetchone()
    finally:
        source.close()
        target.close()
    if verdict != "ok":
        part.unlink()
        raise ConfigurationError(f"The copy is corrupt ({verdict}) and was deleted.")
    part.replace(file)
