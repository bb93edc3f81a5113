"""`dashapp usage`: what each org used in a month."""

import csv
import sys

import click

from dashapp.cli.context import open_store, print_table, scopes_of
from dashapp.domain.time.instant import utc_now
from dashapp.domain.time.months import Month, parse_month
from dashapp.store.usage.reading import COLUMNS, summary


@click.command()
@click.option("--month", metavar="MONTH", help="Such as 2026-11. Default: the current month.")
@click.option("--org", "slug", help="Only this org.")
@click.option("--csv", "is_csv", is_flag=True, help="Print CSV instead of a table.")
def usage(month: str | None, slug: str | None, *, is_csv: bool) -> None:
    """Print what each org used in a month.

    That is events, bytes, dashboards viewed, and viewers.

    Days are in UTC, by the time at which events were received. Erasing events does not lower these
    numbers. Stored events include those of imports.

    \b
    Examples:
      dashapp usage --month 2026-11
      dashapp usage --month 2026-11 --csv > november.csv
    """
    today = utc_now()
    wanted = Month(today.year, today.month) if month is None else parse_month(month)
    rows = []
    with open_store() as store:
        for scope in scopes_of(store, slug):
            with store.read(scope) as session:
                used = summary(session, scope, wanted)
            rows.append((scope.org.slug, *(str(used[name]) for name in COLUMNS)))
    if is_csv:
        csv.writer(sys.stdout, lineterminator="\n").writerows([("org", *COLUMNS), *rows])
    else:
        print_table(rows, ("org", *COLUMNS))
