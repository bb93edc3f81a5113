"""`dashapp import list` and `dashapp import undo`: what was imported, and taking it back."""

import sys

import click

from dashapp.cli.context import now_us, open_store, operator_scope, os_user, scope_of, table
from dashapp.domain.access.scope import Scope
from dashapp.domain.errors import NotFound, shown
from dashapp.domain.time.instant import from_us
from dashapp.store.engine import Store
from dashapp.store.imports.import_log import Import, find_import, list_imports
from dashapp.store.orgs.orgs import list_orgs


@click.command("list")
@click.option("--org", "slug", required=True, metavar="ORG")
def list_command(slug: str) -> None:
    """List the imports of an org, the newest first.

    \b
    Example:  dashapp import list --org acme
    """
    with open_store() as store:
        scope = scope_of(store, slug)
        with store.asking(scope) as session:
            found = list_imports(session, scope)
    header = ("id", "started (UTC)", "by", "file", "added", "already", "refused", "state")
    table([_row(one) for one in found], header)


@click.command("undo")
@click.argument("import_id")
@click.option("--org", "slug", metavar="ORG", help="Only in this org; without it in every one.")
def undo_command(import_id: str, slug: str | None) -> None:
    """Take back what an import added: its events and their ids.

    What was sent over HTTP, or was added by another import, stays. So does what was erased or
    pruned: it does not come back. The same file can be imported again. Safe to stop and run again.

    \b
    Example:  dashapp import undo i4f9c2d81a3
    """
    from dashapp.store.imports.undo import undo_import

    with open_store() as store:
        for scope in _orgs_of(store, import_id, slug):
            with store.asking(scope) as session:
                left = find_import(session, scope, import_id)
            events = left.counts.added + left.counts.replaced - left.undone
            label = f"Undoing in {scope.org.slug}"
            with click.progressbar(length=events, label=label, file=sys.stderr) as bar:
                done = undo_import(
                    store, scope, import_id, now=now_us(), by=os_user(), tell=bar.update
                )
            click.echo(f"{scope.org.slug}: {done.undone:,} events of {import_id} removed.")


def _orgs_of(store: Store, import_id: str, slug: str | None) -> list[Scope]:
    """The orgs in which there is something to undo. Raises NotFound, Conflict."""
    if slug is not None:
        return [scope_of(store, slug)]
    with store.shared() as session:
        orgs = list_orgs(session)
    found: list[tuple[Scope, Import]] = []
    for org in orgs:
        scope = operator_scope(org)
        with store.asking(scope) as session:
            try:
                found.append((scope, find_import(session, scope, import_id)))
            except NotFound:
                continue
    if not found:
        raise NotFound(f"There is no import {shown(import_id)}. See: dashapp import list --org ORG")
    left = [scope for scope, one in found if one.undone_at is None]
    return left or [found[0][0]]  # which says when it was undone


def _row(one: Import) -> tuple[str, ...]:
    started = f"{from_us(one.started_at):%Y-%m-%d %H:%M}"
    counts = one.counts
    numbers = (counts.added + counts.replaced, counts.already + counts.removed_before)
    texts = (f"{number:,}" for number in (*numbers, counts.refused))
    return (one.id, started, one.imported_by, shown(one.file_name), *texts, _state(one))


def _state(one: Import) -> str:
    if one.undone_at is not None:
        by = f" by {shown(one.undone_by)}" if one.undone_by else ""
        return f"undone {from_us(one.undone_at):%Y-%m-%d %H:%M}{by}"
    if one.undo_started_at is not None:
        return "half undone: run undo again"
    return "done" if one.finished_at is not None else "not finished"
