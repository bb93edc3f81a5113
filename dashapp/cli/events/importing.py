"""`dashapp import`: events from a file."""

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from dashapp.cli.context import now_us, open_store, operator_scope, os_user, scope_of
from dashapp.cli.events import imports
from dashapp.cli.events.import_report import print_events, print_report
from dashapp.domain.access.scope import Scope
from dashapp.domain.errors import Conflict
from dashapp.domain.files.plan import Options, Plan, plan
from dashapp.domain.time.instant import to_us, utc_now
from dashapp.store.engine import Store
from dashapp.store.imports.dry_run import rehearse
from dashapp.store.imports.file_source import Source
from dashapp.store.imports.import_log import Facts, new_import_id
from dashapp.store.imports.importing import ScopeFor, import_file


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


_FileOrWord.words = {"list": imports.list_command, "undo": imports.undo_command}


def _facts(source: Source, how: Plan) -> Facts:
    return Facts(
        id=new_import_id(),
        file_name=source.name,
        file_hash=source.digest(),
        plan=how.as_json(),
        imported_by=os_user(),
        started_at=to_us(utc_now()),
    )


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
