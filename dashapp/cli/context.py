"""What every command needs: the configured database, an operator's Scope, the time."""

import getpass
import logging
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import click
from sqlalchemy.exc import DBAPIError

from dashapp.domain.access.actors import Actor, operator_named
from dashapp.domain.access.roles import Role
from dashapp.domain.access.scope import Org, Scope
from dashapp.domain.errors import ConfigurationError, excerpt
from dashapp.domain.time.instant import to_us, utc_now
from dashapp.settings import cache, database_role, database_url
from dashapp.store import migrate
from dashapp.store.administration.change import Change, changing
from dashapp.store.audit import log_lines
from dashapp.store.database_errors import explain
from dashapp.store.engine import Store
from dashapp.store.orgs import orgs


def operator_scope(org: Org) -> Scope:
    """Return the Scope of a whole org: an operator can read the database anyway."""
    return Scope(org, Role.OWNER)


def operator() -> Actor:
    """Return who runs the command, for the audit."""
    return operator_named(os_user())


@contextmanager
def changing_org(store: Store, scope: Scope, *, has_time_limit: bool = True) -> Iterator[Change]:
    """Yield a change of the org by the operator."""
    with changing(store, scope, operator(), now=now_us(), has_time_limit=has_time_limit) as change:
        yield change


def now_us() -> int:
    return to_us(utc_now())


def os_user() -> str:
    """Return the name of the operating system's user, or "" if unknown."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""


@contextmanager
def open_store(*, read_url: str | None = None) -> Iterator[Store]:
    """Yield the configured store. Raises ConfigurationError if its schema is not current."""
    store = Store(
        database_url(os.environ),
        role=database_role(os.environ),
        read_url=read_url,
        cache=cache(os.environ),
    )
    try:
        migrate.require_current(store)
        with _audit_lines():
            yield store
    except DBAPIError as error:
        raise ConfigurationError(explain(error, store.url)) from None
    finally:
        store.close()


@contextmanager
def _audit_lines() -> Iterator[None]:
    """Write what the command records in an audit to standard error, as the server does.

    On a terminal, there is no one who collects it, and the command's own output says enough.
    """
    if sys.stderr.isatty():
        yield
        return
    handler, logger = _AuditLines(), logging.getLogger(log_lines.LOGGER)
    logger.setLevel(logging.INFO)
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)


class _AuditLines(logging.Handler):
    """Writes lines in a process that has configured no logs. Most commands have nothing to log."""

    def emit(self, record: logging.LogRecord) -> None:
        from dashapp.web.http.logs import JsonHandler

        if not any(isinstance(each, JsonHandler) for each in logging.getLogger().handlers):
            JsonHandler().emit(record)


def scope_of(store: Store, slug: str) -> Scope:
    """Return the operator's Scope of an org. Raises NotFound."""
    with store.read_shared() as session:
        return operator_scope(orgs.find_org(session, slug))


def scopes_of(store: Store, slug: str | None) -> list[Scope]:
    """Return the operator's Scope of one org, or of all orgs. Raises NotFound."""
    if slug is not None:
        return [scope_of(store, slug)]
    with store.read_shared() as session:
        return [operator_scope(org) for org in orgs.list_orgs(session)]


def whole_number(text: str, name: str, *, most: int = 2_000_000_000) -> int:
    """Parse an option's whole number, from 1 to `most`. Raises a usage error naming the option."""
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:12]) <= most):
        option = "--" + name.replace("_", "-")
        raise click.UsageError(
            f"{option} must be a whole number from 1 to {most:,}, not “{excerpt(text)}”."
        )
    return int(text)


def number_of_orgs(count: int) -> str:
    return "1 org" if count == 1 else f"{count:,} orgs"


def print_table(rows: Sequence[tuple[str, ...]], header: tuple[str, ...]) -> None:
    """Print rows in aligned columns."""
    widths = [max(len(row[n]) for row in [header, *rows]) for n in range(len(header))]
    for row in [header, *rows]:
        click.echo(
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        )
