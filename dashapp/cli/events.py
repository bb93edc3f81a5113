"""`dashapp import` and `dashapp seed-tracking-events`: events from a file, or made up."""

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from dashapp.cli.context import now_us, open_store, operator_scope, scope_of
from dashapp.domain.errors import BadInput, Conflict
from dashapp.domain.instant import utc_now
from dashapp.domain.records import plan
from dashapp.domain.scope import Scope
from dashapp.store.engine import Store
from dashapp.store.file_import import Progress, Report, ScopeFor, check_file, import_file

_SHOWN_FAULTS = 20


@click.command("import")
@click.argument(
    "file", type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path)
)
@click.option("--org", "slug", help="The org that the events belong to.")
@click.option("--org-column", help="Instead: the column that names the org; orgs are added.")
@click.option("--map", "maps", multiple=True, metavar="KEY=COLUMN", help="Which column holds what.")
@click.option("--set", "sets", multiple=True, metavar="KEY=VALUE", help="The same for every line.")
@click.option("--strict", is_flag=True, help="Store nothing where any line is bad.")
def import_events(
    file: Path,
    slug: str | None,
    org_column: str | None,
    maps: list[str],
    sets: list[str],
    *,
    strict: bool,
) -> None:
    """Read events from a CSV or NDJSON file.

    FILE may be compressed (.gz); - is standard input. KEY is id, type, occurred_at, user, channel,
    project or properties.NAME. Reading a file again adds what is missing: lines without an id get
    one that stays the same. Bad lines are named and skipped.

    \b
    Examples:
      dashapp import events.ndjson.gz --org acme
      dashapp import orders.csv --org-column shop --map occurred_at=created --map user=customer \\
          --set type=order.created --map properties.store=store_id
    """
    if (slug is None) == (org_column is None):
        raise click.UsageError("Give either --org or --org-column.")
    how = plan(maps, sets, org_column)
    with open_store() as store, _seekable(file) as path:
        scope_for = _adding(store) if org_column else _always(scope_of(store, slug or ""))
        if strict:
            with _bar(path, "Checking") as bar:
                check_file(Progress(path, bar.update), how, now=utc_now())
        with _bar(path, "Importing") as bar:
            report = import_file(store, Progress(path, bar.update), how, scope_for, now=utc_now())
    _print(report)


@click.command("seed-tracking-events")
@click.option("--org-slug", required=True)
@click.option("--days", default=7, show_default=True, type=click.IntRange(1, 3660))
@click.option("--runs-per-day", default=4, show_default=True, type=click.IntRange(0, 100_000))
@click.option("--logins-per-day", default=2, show_default=True, type=click.IntRange(0, 100_000))
@click.option("--no-failures", is_flag=True, help="Every run succeeds.")
def seed(
    org_slug: str, days: int, runs_per_day: int, logins_per_day: int, *, no_failures: bool
) -> None:
    """Fill the whole days before today with sample events. Running it twice adds nothing.

    \b
    Example:  dashapp seed-tracking-events --org-slug acme --days 30
    """
    from dashapp.domain.demo import Plan
    from dashapp.store.seed import seed_tracking_events

    wanted = Plan(days, runs_per_day, logins_per_day, has_failures=not no_failures)
    with open_store() as store:
        receipt = seed_tracking_events(store, scope_of(store, org_slug), wanted, now=utc_now())
    kept = receipt.duplicates + len(receipt.rejected)
    click.echo(f"{org_slug}: {receipt.accepted:,} events added, {kept:,} were there already.")


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
def _seekable(file: Path) -> Iterator[Path]:
    """The file; standard input is copied first, so that it can be read twice."""
    if str(file) != "-":
        yield file
        return
    with tempfile.NamedTemporaryFile(prefix="dashapp-import-") as copy:
        shutil.copyfileobj(sys.stdin.buffer, copy)
        copy.flush()
        yield Path(copy.name)


def _bar(path: Path, label: str) -> "click._termui_impl.ProgressBar[int]":
    return click.progressbar(length=path.stat().st_size, label=label, file=sys.stderr)


def _print(report: Report) -> None:
    for fault in sorted(report.faults, key=lambda fault: fault.line)[:_SHOWN_FAULTS]:
        click.echo(f"Line {fault.line}: {fault.message}", err=True)
    if report.refused > _SHOWN_FAULTS:
        click.echo(f"… and {report.refused - _SHOWN_FAULTS:,} more lines.", err=True)
    if report.refused and not report.accepted + report.duplicates:
        raise BadInput(f"Nothing was stored: all {report.refused:,} lines were refused.")
    click.echo(
        f"{report.accepted:,} events added, {report.duplicates:,} were there already, "
        f"{report.refused:,} lines refused."
    )
