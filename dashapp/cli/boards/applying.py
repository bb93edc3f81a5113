"""`dashapp boards apply`."""

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from dashapp.cli.boards.files import FILES, print_faults, read_file, widget_slugs
from dashapp.cli.context import now_us, open_store, operator_scope, os_user
from dashapp.dashboards.needs import Missing, declare_missing, missing_tallies
from dashapp.domain.boards.changes.preparing import FilesRefused, NamedFile
from dashapp.store.boards.applying import Outcome, apply_files, plan_files
from dashapp.store.boards.usage import dashboards_by_board, usages
from dashapp.store.engine import Store


@click.command()
@click.argument("files", nargs=-1, required=True, type=FILES)
@click.option("--dry-run", "is_dry", is_flag=True, help="Show what would change; store nothing.")
def apply(files: tuple[Path, ...], *, is_dry: bool) -> None:
    """Store the metrics and boards of files, all or none.

    Prints what is added (+), changed (~), renamed (→) and kept (·). Metrics change on all panels
    that use them, at once. New panels reach existing dashboards with “dashapp provision”. What a
    file no longer has is kept. Running servers take a change within 5 seconds. Reads standard input
    for “-”.

    \b
    Examples:
      dashapp boards apply shop.toml --dry-run
      dashapp boards apply shop.toml ci.toml
    """
    named = [read_file(file) for file in files]
    texts = [file for file in named if file]
    if len(texts) < len(named):
        sys.exit(1)
    with open_store() as store:
        try:
            outcome = _run(store, texts, is_dry=is_dry)
        except FilesRefused as error:
            print_faults(error.faults)
            sys.exit(1)
        missing = missing_tallies(store, operator_scope, outcome.definitions)
        _print(outcome, missing, is_dry=is_dry)
        if not is_dry:
            declare_missing(store, missing)


def _run(store: Store, texts: Sequence[NamedFile], *, is_dry: bool) -> Outcome:
    reach = dashboards_by_board(usages(store, operator_scope))
    if is_dry:
        return plan_files(store, texts, widget_slugs(), reach)
    by = os_user() or "unknown"
    return apply_files(store, texts, widget_slugs(), reach, by=by, now=now_us())


def _print(outcome: Outcome, missing: Sequence[Missing], *, is_dry: bool) -> None:
    print_faults(outcome.warnings)
    if not outcome.has_changes:
        click.echo("No changes.")
        return
    for line in outcome.plan.lines:
        click.echo(line)
    if missing:
        click.echo(_counting(missing))
    end = "Nothing stored (--dry-run)" if is_dry else f"Stored as version {outcome.version}"
    click.echo(f"Plan: {outcome.plan.totals}. {end}.")


def _counting(missing: Sequence[Missing]) -> str:
    tallies = len({tally for org in missing for tally in org.tallies})
    return (
        f"Counting ahead: {tallies} {'tally' if tallies == 1 else 'tallies'} in {len(missing)} "
        f"{'org' if len(missing) == 1 else 'orgs'}; answered from events until counted."
    )
