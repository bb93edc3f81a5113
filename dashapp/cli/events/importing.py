"""`dashapp import`: reads events from a file."""

import sys
from pathlib import Path
from typing import Any, NamedTuple

import click

from dashapp.cli.context import now_us, open_store, operator, operator_scope, os_user, scope_of
from dashapp.cli.events import imports
from dashapp.cli.events.import_report import print_events, print_report
from dashapp.cli.files import seekable
from dashapp.domain.access.scope import Scope
from dashapp.domain.errors import Conflict
from dashapp.domain.files.plan import Options, Plan, make_plan
from dashapp.domain.time.instant import to_us, utc_now
from dashapp.store.engine import Store
from dashapp.store.imports.dry_run import ImportPreview, preview_import
from dashapp.store.imports.file_source import Source
from dashapp.store.imports.import_log import Facts, new_import_id
from dashapp.store.imports.importing import ScopeFor, import_file
from dashapp.store.orgs.reserved_slugs import SlugReserved


class _FileOrSubcommand(click.Command):
    """`import FILE …` or `import SUBCOMMAND …`; a file named "list" is written ./list."""

    subcommands: dict[str, click.Command]

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        if args and args[0] in self.subcommands:
            name = args[0]
            subcommand = self.subcommands[name]
            return subcommand.make_context(f"{info_name} {name}", args[1:], parent, **extra)
        return super().make_context(info_name, args, parent, **extra)


class _PlannedFile(NamedTuple):
    """A file to import, and the plan that says how to read it."""

    path: Path
    name: str
    plan: Plan


@click.command("import", cls=_FileOrSubcommand)
@click.argument(
    "file", type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path)
)
@click.option("--org", "slug", metavar="ORG", help="Org that the events belong to.")
@click.option(
    "--org-column",
    metavar="COLUMN",
    help="Column with the org's slug, instead of --org. New orgs are added.",
)
@click.option("--map", "maps", multiple=True, metavar="KEY=COLUMN", help="Read KEY from COLUMN.")
@click.option(
    "--set", "sets", multiple=True, metavar="KEY=VALUE", help="Use VALUE for KEY on every line."
)
@click.option("--type-from", metavar="COLUMN", help="Same as --map type=COLUMN.")
@click.option("--slug-types", is_flag=True, help="Turn “Order Completed” into order_completed.")
@click.option(
    "--time-format",
    default="auto",
    metavar="FORMAT",
    help="auto, epoch, epoch-ms, rfc3339, or a strptime format: '%d.%m.%Y %H:%M'.",
)
@click.option(
    "--timezone",
    metavar="ZONE",
    help="Time zone of times that have none, such as Europe/Berlin.",
)
@click.option(
    "--number",
    "numbers",
    multiple=True,
    metavar="properties.NAME",
    help="Convert this property from text to a number.",
)
@click.option("--decimal-comma", is_flag=True, help="Numbers use a decimal comma: 1,5.")
@click.option(
    "--null", "nulls", multiple=True, metavar="[KEY=]TEXT", help="Treat TEXT as no value."
)
@click.option(
    "--delimiter", metavar="CHARACTER", help="Delimiter of a CSV file. Default: detected."
)
@click.option("--encoding", metavar="NAME", help="Encoding if not UTF-8, such as cp1252.")
@click.option("--sheet", metavar="NAME", help="Sheet of a spreadsheet. Default: the first.")
@click.option("--dry-run", is_flag=True, help="Show the first events and store nothing.")
@click.option("--strict", is_flag=True, help="Store nothing if any line is invalid.")
@click.option("--replace", "is_replacing", is_flag=True, help="Replace events of earlier imports.")
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
    """Import events from a file.

    FILE is CSV, NDJSON, JSON, Parquet or a spreadsheet, compressed or not; use - for standard
    input. KEY is id, type, occurred_at, user, channel, project or properties.NAME. Importing a file
    again adds only what is missing. Invalid lines are reported and skipped.

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
    file_plan = make_plan(maps, sets, org_column, Options(**options))
    with open_store() as store, seekable(file) as (path, name):
        scope_for = _adding_orgs(store) if org_column else _always(scope_of(store, slug or ""))
        planned = _PlannedFile(path, name, file_plan)
        if dry_run:
            print_events(_preview(planned, is_strict=strict))
        else:
            _import(store, planned, scope_for, is_strict=strict, is_replacing=is_replacing)


_FileOrSubcommand.subcommands = {"list": imports.list_command, "undo": imports.undo_command}


def _preview(file: _PlannedFile, *, is_strict: bool) -> ImportPreview:
    """Read the whole file without storing anything. Raises BadInput."""
    with _progress_bar(file.path, "Checking") as bar:
        source = Source(file.path, bar.update, file.name)
        return preview_import(source, file.plan, now=utc_now(), is_strict=is_strict)


def _import(
    store: Store, file: _PlannedFile, scope_for: ScopeFor, *, is_strict: bool, is_replacing: bool
) -> None:
    """Store the file's events and print the report. Raises BadInput if nothing was stored."""
    if is_strict:
        _preview(file, is_strict=True)
    with _progress_bar(file.path, "Importing") as bar:
        source = Source(file.path, bar.update, file.name)
        facts = _facts(source, file.plan)
        report = import_file(
            store, source, file.plan, scope_for, facts, now=utc_now(), is_replacing=is_replacing
        )
    print_report(report, facts.id)


def _facts(source: Source, file_plan: Plan) -> Facts:
    return Facts(
        id=new_import_id(),
        file_name=source.name,
        file_hash=source.digest(),
        plan=file_plan.as_json(),
        imported_by=os_user(),
        started_at=to_us(utc_now()),
    )


def _always(scope: Scope) -> ScopeFor:
    return lambda _slug: scope


def _adding_orgs(store: Store) -> ScopeFor:
    """Return a function from a slug to a Scope that adds the org if it does not exist."""
    from dashapp.dashboards.provision import add_org
    from dashapp.store.boards.loading import definitions_of

    scopes: dict[str, Scope] = {}
    definitions = definitions_of(store)

    def scope_for(slug: str) -> Scope:
        if slug not in scopes:
            try:
                org = add_org(
                    store,
                    operator_scope,
                    slug,
                    now=now_us(),
                    definitions=definitions,
                    actor=operator(),
                )
                scopes[slug] = operator_scope(org)
                click.echo(f"Added org {slug}.", err=True)
            except SlugReserved:
                raise
            except Conflict:
                scopes[slug] = scope_of(store, slug)
        return scopes[slug]

    return scope_for


def _progress_bar(path: Path, label: str) -> "click._termui_impl.ProgressBar[int]":
    return click.progressbar(length=path.stat().st_size, label=label, file=sys.stderr)
