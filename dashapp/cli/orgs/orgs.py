"""`dashapp org …`."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dashapp.cli.context import (
    changing_org,
    now_us,
    number_of_orgs,
    open_store,
    operator,
    operator_scope,
    print_table,
    scope_of,
    whole_number,
)
from dashapp.cli.files import seekable
from dashapp.domain.language import LANGUAGES

if TYPE_CHECKING:
    from dashapp.domain.boards.definitions import Definitions

LOCALES = list(LANGUAGES)
NO_BOARD = "none"
_MAXIMUM = {"keep_days": 36_500, "events_per_minute": 2_000_000_000}


@click.group()
def org() -> None:
    """Manage orgs, the customers that own the data."""


@org.command()
@click.argument("slug", required=False)
@click.option("--name", help="Display name.")
@click.option(
    "--timezone", default="UTC", show_default=True, help="IANA time zone, such as Europe/Berlin."
)
@click.option("--locale", default="en", show_default=True, type=click.Choice(LOCALES))
@click.option("--currency", help="ISO 4217 code, such as EUR.")
@click.option(
    "--board",
    "boards",
    multiple=True,
    help="Give it this board instead of those of new orgs; “none” for none.",
)
@click.option("--template", "more", multiple=True, help="Give it this board, too.")
@click.option(
    "--from",
    "file",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path),
    help="Add the orgs of a CSV file; - for standard input.",
)
def add(
    slug: str | None,
    *,
    name: str | None,
    file: Path | None,
    boards: tuple[str, ...],
    more: tuple[str, ...],
    **values: str | None,
) -> None:
    """Add an org, or the orgs of a file.

    It gets the project “default” and the boards of new orgs: “operations”, unless an applied board
    file names others. A file has the column slug, and any of name, timezone, locale, and currency.
    If a line is invalid, no org is added. Orgs that exist are left as they are.

    \b
    Examples:
      dashapp org add acme --name "Acme Inc." --timezone Europe/Berlin
      dashapp org add tienda --name Tienda --locale es --template conversations
      dashapp org add cart --name Cart --currency USD --board shop
      dashapp org add --from customers.csv
    """
    if NO_BOARD in boards and len(boards) > 1:
        raise click.UsageError("--board none does not go with other boards.")
    if file is not None:
        if slug is not None or name is not None:
            raise click.UsageError("--from does not go with SLUG or --name.")
        _add_from(file, boards, more, values)
    elif slug is None:
        raise click.MissingParameter(param_hint="'SLUG'", param_type="argument")
    elif name is None:
        raise click.MissingParameter(param_hint="'--name'", param_type="option")
    else:
        _add_one(slug, boards, more, {**values, "name": name})


def _add_one(slug: str, boards: Sequence[str], more: Sequence[str], values: dict[str, Any]) -> None:
    from dashapp.dashboards.provision import add_org
    from dashapp.store.boards.loading import definitions_of

    with open_store() as store:
        definitions = definitions_of(store)
        names = _boards(definitions, boards, more)
        new_org = add_org(
            store,
            operator_scope,
            slug,
            now=now_us(),
            boards=names,
            definitions=definitions,
            actor=operator(),
            **values,
        )
    first_board = definitions.board(names[0]) if names else None
    page = f"/{first_board.board.name}" if first_board else ""
    click.echo(f"Added {new_org.slug}: /app/{new_org.slug}{page}")


def _add_from(
    file: Path, boards: Sequence[str], more: Sequence[str], values: dict[str, str | None]
) -> None:
    from dashapp.cli.orgs.org_file import OrgFile
    from dashapp.dashboards.adding import add_orgs, first_rows
    from dashapp.store.boards.loading import definitions_of

    with open_store() as store, seekable(file) as (path, _name):
        source = OrgFile(path, values)
        count, added = source.check(), 0
        definitions = definitions_of(store)
        first = first_rows(definitions, _boards(definitions, boards, more), now=now_us())
        with click.progressbar(length=count, label="Orgs", file=sys.stderr) as bar:
            for step in add_orgs(store, operator_scope, source.orgs(), first, actor=operator()):
                added += len(step.orgs)
                bar.update(len(step.orgs) + step.existing)
    existing = f" {count - added:,} existed already." if added < count else ""
    click.echo(f"Added {number_of_orgs(added)}.{existing}")


def _boards(
    definitions: "Definitions", boards: Sequence[str], more: Sequence[str]
) -> Sequence[str]:
    """Return the boards of new orgs, or those given instead, and those given, too."""
    first = () if NO_BOARD in boards else boards or definitions.new_orgs
    return [*first, *more]


@org.command("set")
@click.argument("slug")
@click.option("--name", help="Display name.")
@click.option("--timezone", help="IANA time zone. The org's days are recounted.")
@click.option("--locale", type=click.Choice(LOCALES))
@click.option("--currency", help="ISO 4217 code, such as EUR.")
@click.option("--keep-days", help="Days to keep events, or “forever”.")
@click.option("--events-per-minute", help="Rate limit of the org, or “default”.")
def set_(slug: str, **options: str | None) -> None:
    """Change an org's settings.

    \b
    Examples:
      dashapp org set acme --timezone America/New_York
      dashapp org set acme --keep-days 400 --events-per-minute 60000
    """
    from dashapp.cli.events.tallies import count_with_bar
    from dashapp.dashboards.currencies import require_currency_change
    from dashapp.store.administration.org_settings import change_settings

    values = _column_values(options)
    if not values:
        raise click.UsageError("Nothing to change. See: dashapp org set --help")
    with open_store() as store:
        scope = scope_of(store, slug)
        if "currency" in values:
            require_currency_change(store, scope, str(values["currency"]))
        with changing_org(store, scope, has_time_limit=False) as change:
            change_settings(change, **values)
        if "timezone" in values:
            count_with_bar(store, scope_of(store, slug))
    click.echo(f"Changed {slug}.")


def _column_values(options: dict[str, str | None]) -> dict[str, object]:
    """Return the columns to change, and their values, for the options given."""
    values: dict[str, object] = {
        name: options[name]
        for name in ("name", "timezone", "locale", "currency")
        if options[name] is not None
    }
    for name, unset in (("keep_days", "forever"), ("events_per_minute", "default")):
        text = options[name]
        if text is not None:
            values[name] = None if text == unset else whole_number(text, name, most=_MAXIMUM[name])
    return values


@org.command("list")
def list_() -> None:
    """List all orgs by slug, and removals that are not finished."""
    from dashapp.store.deletion.removals import open_removals
    from dashapp.store.orgs.orgs import list_orgs

    with open_store() as store, store.read_shared() as session:
        rows = [(org.slug, org.name, org.timezone, org.locale) for org in list_orgs(session)]
        removals = [removal.id for removal, _org in open_removals(session)]
    print_table(rows, ("SLUG", "NAME", "TIME ZONE", "LOCALE"))
    if removals:
        click.echo(f"Being removed: {', '.join(removals)}. To finish that: dashapp upkeep")


@org.command()
@click.argument("slug")
def release(slug: str) -> None:
    """Let a new org use the slug of a removed one now.

    Programs that still send events for the removed org then reach the new one.

    \b
    Example:  dashapp org release acme
    """
    from dashapp.domain.access.actors import Action
    from dashapp.store.audit.entries import add_installation_entry
    from dashapp.store.orgs.reserved_slugs import release_slug

    with open_store() as store, store.write_shared() as session:
        release_slug(session, slug)
        add_installation_entry(session, operator(), Action.SLUG_RELEASED, org=slug, now=now_us())
    click.echo(f"Released {slug}.")
