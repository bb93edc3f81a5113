"""`dashapp import list` and `dashapp import undo`."""

import sys

import click

from dashapp.cli.context import now_us, open_store, operator, operator_scope, print_table, scope_of
from dashapp.domain.access.scope import Scope
from dashapp.domain.errors import NotFound, excerpt
from dashapp.domain.time.instant import from_us
from dashapp.store.engine import Store
from dashapp.store.imports.import_log import Import, find_import, list_imports
from dashapp.store.orgs.orgs import list_orgs


@click.command("list")
@click.option("--org", "slug", required=True, metavar="ORG")
def list_command(slug: str) -> None:
    """List an org's imports, newest first.

    \b
    Example:  dashapp import list --org acme
    """
    with open_store() as store:
        scope = scope_of(store, slug)
        with store.read_primary(scope) as session:
            org_imports = list_imports(session, scope)
    header = ("ID", "STARTED (UTC)", "BY", "FILE", "ADDED", "ALREADY", "REJECTED", "STATE")
    print_table([_row(org_import) for org_import in org_imports], header)


@click.command("undo")
@click.argument("import_id")
@click.option("--org", "slug", metavar="ORG", help="Only in this org. Default: all orgs.")
def undo_command(import_id: str, slug: str | None) -> None:
    """Undo an import: remove the events it added, and their ids.

    Events sent over HTTP or added by other imports stay. Erased or pruned events do not come back.
    The same file can be imported again. Safe to interrupt and run again.

    \b
    Example:  dashapp import undo i4f9c2d81a3
    """
    from dashapp.store.imports.undo import undo_import

    with open_store() as store:
        for scope in _scopes_to_undo(store, import_id, slug):
            with store.read_primary(scope) as session:
                org_import = find_import(session, scope, import_id)
            events = org_import.counts.added + org_import.counts.replaced - org_import.undone
            label = f"Undoing in {scope.org.slug}"
            with click.progressbar(length=events, label=label, file=sys.stderr) as bar:
                undone_import = undo_import(
                    store,
                    scope,
                    import_id,
                    now=now_us(),
                    by=operator().name,
                    on_progress=bar.update,
                )
            removed = f"{undone_import.undone:,} event" + ("" if undone_import.undone == 1 else "s")
            click.echo(f"{scope.org.slug}: {removed} of import {import_id} removed.")


def _scopes_to_undo(store: Store, import_id: str, slug: str | None) -> list[Scope]:
    """Return the orgs in which the import can be undone. Raises NotFound, Conflict."""
    if slug is not None:
        return [scope_of(store, slug)]
    with store.read_shared() as session:
        orgs = list_orgs(session)
    matches: list[tuple[Scope, Import]] = []
    for org in orgs:
        scope = operator_scope(org)
        with store.read_primary(scope) as session:
            try:
                matches.append((scope, find_import(session, scope, import_id)))
            except NotFound:
                continue
    if not matches:
        raise NotFound(f"No import {excerpt(import_id)}. See: dashapp import list --org ORG")
    pending = [scope for scope, org_import in matches if org_import.undone_at is None]
    return pending or [matches[0][0]]  # undoing it again reports when it was undone


def _row(org_import: Import) -> tuple[str, ...]:
    started = f"{from_us(org_import.started_at):%Y-%m-%d %H:%M}"
    counts = org_import.counts
    numbers = (counts.added + counts.replaced, counts.already + counts.removed_before)
    formatted = (f"{number:,}" for number in (*numbers, counts.refused))
    return (
        org_import.id,
        started,
        org_import.imported_by,
        excerpt(org_import.file_name),
        *formatted,
        _state(org_import),
    )


def _state(org_import: Import) -> str:
    if org_import.undone_at is not None:
        by = f" by {excerpt(org_import.undone_by)}" if org_import.undone_by else ""
        return f"undone {from_us(org_import.undone_at):%Y-%m-%d %H:%M}{by}"
    if org_import.undo_started_at is not None:
        return "partly undone: run undo again"
    return "done" if org_import.finished_at is not None else "not finished"
