"""`dashapp export`: writes the events of an org to a file."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from dashapp.cli.context import changing_org, open_store, scope_of
from dashapp.domain.access.days import day_start_of
from dashapp.domain.access.scope import Org
from dashapp.domain.errors import BadInput
from dashapp.store.administration.data import record_export
from dashapp.store.exports.exporting import Selection, Writer, export_events
from dashapp.store.exports.target import FORMATS, Format, export_to_file, export_to_stream
from dashapp.store.orgs.dashboards import require_project


@click.command()
@click.option("--org", "slug", required=True, metavar="ORG", help="Org that the events belong to.")
@click.option("--from", "first", metavar="DAY", help="First day, in the org's time zone.")
@click.option("--to", "end", metavar="DAY", help="Day after the last one.")
@click.option("--project", metavar="PROJECT", help="Only the events of this project.")
@click.option("--format", "file_format", required=True, type=click.Choice(FORMATS))
@click.option(
    "-o",
    "output",
    type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
    metavar="FILE",
    help="File to write. Default: standard output.",
)
@click.option("--force", is_flag=True, help="Overwrite FILE if it exists.")
def export(
    slug: str, file_format: Format, output: Path | None, *, force: bool, **selected: Any
) -> None:
    """Export the events of an org.

    `dashapp import` reads the file and stores the same events. FILE appears only when it is
    complete.

    \b
    Examples:
      dashapp export --org acme --format parquet -o acme.parquet
      dashapp export --org acme --format csv --from 2026-11-01 --to 2026-12-01 -o november.csv
      dashapp export --org acme --format ndjson | gzip > acme.ndjson.gz
    """
    is_to_stream = output is None or str(output) == "-"
    if is_to_stream and file_format == "parquet" and sys.stdout.isatty():
        raise BadInput("A Parquet file is not text. Write it to a file: -o FILE")
    with open_store() as store:
        scope = scope_of(store, slug)
        selection = _selection(scope.org, **selected)

        def run(writer: Writer) -> int:  # when the file is open
            with changing_org(store, scope) as change:
                if selection.project is not None:
                    require_project(change.session, scope, selection.project)
                first, last = selected["first"], selected["end"]
                record_export(change, file_format, first=first, last=last)
            return export_events(store, scope, selection, writer)

        with _stopped_cleanly():
            if output is None or is_to_stream:
                count = export_to_stream(run, file_format, sys.stdout.buffer)
            else:
                count = export_to_file(run, file_format, output, is_overwriting=force)
    events = f"{count:,} event" + ("" if count == 1 else "s")
    click.echo(f"{events} exported.", err=is_to_stream)


def _selection(org: Org, *, first: str | None, end: str | None, project: str | None) -> Selection:
    """Return what to export. Raises BadInput."""
    selection = Selection(project=project)
    if first is not None:
        selection = selection._replace(low=day_start_of(first, org))
    if end is not None:
        selection = selection._replace(high=day_start_of(end, org))
    if selection.low >= selection.high:
        raise BadInput("The range has no days. --to is the day after the last one.")
    return selection


@contextmanager
def _stopped_cleanly() -> Iterator[None]:
    """Let SIGTERM raise SystemExit, so that unfinished files are deleted."""
    before = signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
