"""`dashapp import`: events from a file, what was imported, and taking it back."""

import getpass
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from dashapp.cli.context import now_us, open_store, operator_scope, scope_of, table
from dashapp.cli.import_report import print_events, print_report
from dashapp.domain.errors import Conflict, NotFound, shown
from dashapp.domain.files.plan import Options, Plan, plan
from dashapp.domain.instant import from_us, to_us, utc_now
from dashapp.domain.scope import Scope
from dashapp.store.engine import Store
from dashapp.store.file_import import ScopeFor, import_file
from dashapp.store.file_source import Source
from dashapp.store.imports import Facts, Import, find_import, list_imports, new_import_id
from dashapp.store.orgs import list_orgs
from dashapp.store.rehearsal import rehearse


class _FileOrWord(click.Command):
    """`import FILE …`, or one of the words behind `import`; ./list is a file called list."""

    words: dict[str, click.Command]

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **more: Any,
    ) -> click.Context:
        if args and args[0] in self.words:
            word = args[0]
            return self.words[word].make_context(f"{info_name} {word}", args[1:], parent, **more)
        return super().make_context(info_name, args, parent, **more)


@click.command("import", cls=_FileOrWord)
@click.argument(
    "file", type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path)
)
@click.option("--org", "slug", metavar="ORG", help="The org that the events belong to.")
@click.option("--org-column", metavar="COLUMN", help="Instead: which names it; orgs are added.")
@click.option("--map", "maps", multiple=True, metavar="KEY=COLUMN", help="Which column holds what.")
@click.option("--set", "sets", multiple=True, metavar="KEY=VALUE", help="The same for every line.")
@click.option("--type-from", metavar="COLUMN", help="The same as --map type=COLUMN.")
@click.option("--slug-types", is_flag=True, help="Order Completed becomes order_completed.")
@click.option(
    "--time-format",
    default="auto",
    metavar="FORMAT",
    help="epoch, epoch-ms, rfc3339 or '%d.%m.%Y %H:%M'.",
)
@click.option("--timezone", metavar="ZONE", help="Of times without one: Europe/Berlin.")
@click.option(
    "--number", "numbers", multiple=True, metavar="properties.NAME", help="Its texts are numbers."
)
@click.option("--decimal-comma", is_flag=True, help="Those numbers are like 1,5.")
@click.option(
    "--null", "nulls", multiple=True, metavar="[KEY=]TEXT", help="A text that means nothing."
)
@click.option("--delimiter", metavar="CHARACTER", help="Of a CSV; found out otherwise.")
@click.option("--encoding", metavar="NAME", help="Of a text that is not UTF-8: cp1252.")
@click.option("--sheet", metavar="NAME", help="Of a spreadsheet; the first one otherwise.")
@click.option("--dry-run", is_flag=True, help="Show the first events; store nothing.")
@click.option("--strict", is_flag=True, help="Store nothing where any line is bad.")
@click.option("--replace", "is_replacing", is_flag=True, help="Write over earlier imports.")
def import_events(
    file: Path,
    slug: str | None,
    org_column: str | None,
    maps: list[str],
    sets: list[str],
    *,
    dry_run: bool,
    strict: bool,
    is_replacing: bool,
    **options: Any,
) -> None:
    """Read events from a file.

    CSV, NDJSON, JSON or a spreadsheet, compressed or not; - is standard input. KEY is id, type,
    occurred_at, user, channel, project or properties.NAME. Reading a file again adds what is
    missing. Bad lines are named and skipped.

    \b
    Examples:
      dashapp import events.ndjson.gz --org acme
      dashapp import orders.xlsx --org acme --map occurred_at=Created --set type=order.created \\
          --map user=Customer --map properties.total=Total --number properties.total --dry-run
      dashapp import list --org acme
      dashapp import undo IMPORT_ID
    """
    if (slug is None) == (org_column is None):
        raise click.UsageError("Give either --org or --org-column.")
    how = plan(maps, sets, org_column, Options(**options))
    with open_store() as store, _seekable(file) as (path, name):
        scope_for = _adding(store) if org_column else _always(scope_of(store, slug or ""))
        if strict or dry_run:
            with _bar(path, "Checking") as bar:
                source = Source(path, bar.update, name)
                found = rehearse(source, how, now=utc_now(), is_strict=strict)
        if dry_run:
            print_events(found)
            return
        with _bar(path, "Importing") as bar:
            source = Source(path, bar.update, name)
            facts = _facts(source, how)
            report = import_file(
                store, source, how, scope_for, facts, now=utc_now(), is_replacing=is_replacing
            )
    print_report(report, facts.id)


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
    from dashapp.store.import_undo import undo_import

    with open_store() as store:
        for scope in _orgs_of(store, import_id, slug):
            with store.asking(scope) as session:
                left = find_import(session, scope, import_id)
            events = left.counts.added + left.counts.replaced - left.undone
            label = f"Undoing in {scope.org.slug}"
            with click.progressbar(length=events, label=label, file=sys.stderr) as bar:
                done = undo_import(
                    store, scope, import_id, now=now_us(), by=_who(), tell=bar.update
                )
            click.echo(f"{scope.org.slug}: {done.undone:,} events of {import_id} removed.")


_FileOrWord.words = {"list": list_command, "undo": undo_command}


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


def _facts(source: Source, how: Plan) -> Facts:
    return Facts(
        id=new_import_id(),
        file_name=source.name,
        file_hash=source.digest(),
        plan=how.as_json(),
        imported_by=_who(),
        started_at=to_us(utc_now()),
    )


def _who() -> str:
    """The user of the operating system, where it says."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""


def _always(scope: Scope) -> ScopeFor:
    return lambda _slug: scope


def _adding(store: Store) -> ScopeFor:
    """The Scope of a slug, of an org that is added where it is new."""
    from dashapp.dashboards.provision import add_org

    known: dict[str, Scope] = {}

    def scope_for(slug: str) -> Scope:
        if slug not in known:
            try:
                known[slug] = operator_scope(add_org(store, operator_scope, slug, now=now_us()))
                click.echo(f"Added org {slug}.", err=True)
            except Conflict:
                known[slug] = scope_of(store, slug)
        return known[slug]

    return scope_for


@contextmanager
def _seekable(file: Path) -> Iterator[tuple[Path, str]]:
    """The file and its name; what can be read once only is copied first."""
    is_standard = str(file) == "-"
    if file.is_file() and not is_standard:
        yield file, file.name
        return
    with tempfile.NamedTemporaryFile(prefix="dashapp-import-") as copy:
        if is_standard:
            shutil.copyfileobj(sys.stdin.buffer, copy)
        else:
            with file.open("rb") as pipe:
                shutil.copyfileobj(pipe, copy)
        copy.flush()
        yield Path(copy.name), "standard input" if is_standard else file.name


def _bar(path: Path, label: str) -> "click._termui_impl.ProgressBar[int]":
    return click.progressbar(length=path.stat().st_size, label=label, file=sys.stderr)
