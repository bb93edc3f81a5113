"""`dashapp org …`."""

import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import click

from dashapp.cli.context import (
    now_us,
    open_store,
    operator_scope,
    print_table,
    scope_of,
    whole_number,
)
from dashapp.cli.orgs.adding import NO_BOARD, add_from, add_one
from dashapp.domain.errors import BadInput
from dashapp.domain.language import LANGUAGES

LOCALES = list(LANGUAGES)
_NAMED = 20  # users; there may be thousands
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
        add_from(file, boards, more, values)
    elif slug is None:
        raise click.MissingParameter(param_hint="'SLUG'", param_type="argument")
    elif name is None:
        raise click.MissingParameter(param_hint="'--name'", param_type="option")
    else:
        add_one(slug, boards, more, {**values, "name": name})


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
    from dashapp.store.orgs.orgs import set_org
    from dashapp.store.tallies.maintenance import set_timezone

    values = _column_values(options)
    timezone = options["timezone"]
    if not values and timezone is None:
        raise click.UsageError("Nothing to change. See: dashapp org set --help")
    with open_store() as store:
        scope = scope_of(store, slug)
        if values:
            if "currency" in values:
                require_currency_change(store, scope, str(values["currency"]))
            with store.write_shared() as session:
                set_org(session, scope, **values)
        if timezone is not None:
            set_timezone(store, scope, timezone)
            count_with_bar(store, scope_of(store, slug))
    click.echo(f"Changed {slug}.")


def _column_values(options: dict[str, str | None]) -> dict[str, object]:
    """Return the columns to change, and their values, for the options given."""
    values: dict[str, object] = {
        name: options[name] for name in ("name", "locale", "currency") if options[name] is not None
    }
    for name, unset in (("keep_days", "forever"), ("events_per_minute", "default")):
        text = options[name]
        if text is not None:
            values[name] = None if text == unset else whole_number(text, name, most=_MAXIMUM[name])
    return values


@org.command("list")
def list_() -> None:
    """List all orgs by slug."""
    from dashapp.store.orgs.orgs import list_deleted, list_orgs

    with open_store() as store, store.read_shared() as session:
        listed = [(org, "") for org in list_orgs(session)]
        listed += [(org, "partly deleted: run delete again") for org in list_deleted(session)]
    rows = sorted((org.slug, org.name, org.timezone, org.locale, state) for org, state in listed)
    print_table(rows, ("SLUG", "NAME", "TIME ZONE", "LOCALE", ""))


@org.command()
@click.argument("slug")
@click.option("--yes", "is_confirmed", is_flag=True, help="Do not ask for the slug again.")
def delete(slug: str, *, is_confirmed: bool) -> None:
    """Delete an org and everything it owns. This cannot be undone.

    Events, keys, dashboards, imports, memberships, and the org itself. Takes effect at once: nobody
    can read or send from then on. Users stay, also those who then belong to no org. Safe to
    interrupt and run again. Others can use the server in the meantime.

    \b
    Examples:
      dashapp org delete acme
      dashapp org delete acme --yes
    """
    from dashapp.store.deletion.orgs import delete_org
    from dashapp.store.orgs.orgs import find_org_to_delete
    from dashapp.store.people.users import only_members

    with open_store() as store:
        with store.read_shared() as session:
            scope = operator_scope(find_org_to_delete(session, slug))
            without_org = only_members(session, scope)
        if not is_confirmed:
            _require_slug(slug)
        counts: Counter[str] = Counter()
        steps = delete_org(store, scope, now=now_us())
        with click.progressbar(steps, label=f"Deleting {slug}", file=sys.stderr) as bar:
            for step in bar:
                counts.update(step)
    click.echo(f"Deleted {slug}: {_counts(counts)}.")
    if without_org:
        _say_who_stays(without_org)


def _require_slug(slug: str) -> None:
    """Ask for the slug, or read it from standard input. Raises BadInput if it is another one."""
    question = f"To delete {slug} with all its data, type its slug"
    typed = click.prompt(question) if sys.stdin.isatty() else sys.stdin.readline()
    if typed.strip() != slug:
        raise BadInput("Nothing was deleted. Type the slug when asked, or add --yes.")


def _counts(counts: "Counter[str]") -> str:
    texts = (
        f"{counts[table]:,} {name}{'' if counts[table] == 1 else 's'}"
        for table, name in (("events", "event"), ("dashboards", "dashboard"), ("keys", "key"))
    )
    return ", ".join(texts)


def _say_who_stays(emails: Sequence[str]) -> None:
    """Name the users who belong to no org any more."""
    more = f" and {len(emails) - _NAMED:,} more" if len(emails) > _NAMED else ""
    click.echo(
        f"Without an org now: {', '.join(emails[:_NAMED])}{more}. "
        "To delete a user: dashapp user delete EMAIL"
    )
