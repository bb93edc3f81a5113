"""`dashapp widget try` and `dashapp widget list`: panels on the command line."""

import sys
import traceback
from collections.abc import Sequence
from typing import Any

import click

from dashapp.cli.context import open_store, print_table, scope_of
from dashapp.domain.access.scope import Scope
from dashapp.domain.access.view import view_of
from dashapp.domain.errors import NotFound, excerpt
from dashapp.domain.time.instant import utc_now
from dashapp.domain.time.presets import known_presets
from dashapp.domain.time.time_range import TimeRange
from dashapp.store.boards.loading import definitions_of
from dashapp.store.engine import Store

_MOST_ROWS = 1000


@click.group()
def widget() -> None:
    """List panels, and try one for an org."""


@widget.command("list")
def list_widgets() -> None:
    """List the panels of boards and the widgets written in Python."""
    with open_store() as store:
        offered = [*_library(store).offered()]
    rows = [(o.widget.slug, o.board or "", o.widget.full_title) for o in offered]
    print_table(rows, ("slug", "board", "title"))


@widget.command("try")
@click.argument("slug")
@click.option("--org", required=True, help="The org whose events count.")
@click.option("--board", help="The board of the panel, if several have such a panel.")
@click.option(
    "--time-range", "preset", default="7d", show_default=True, type=click.Choice([*known_presets()])
)
@click.option("--limit", type=click.IntRange(1, _MOST_ROWS), help="How many rows a list has.")
@click.option("--json", "is_json", is_flag=True, help="Print the rows as the API has them.")
def try_(
    slug: str, *, org: str, board: str | None, preset: str, limit: int | None, is_json: bool
) -> None:
    """Run the query and the drawing of a panel, and print its rows.

    SLUG is that of a panel of a board, or of a widget written in Python. If the query or the
    drawing fails, the traceback is printed, and the exit status is 1. Nothing is stored.

    \b
    Example:  dashapp widget try page-views --org acme --time-range 30d
    """
    with open_store() as store:
        scope = scope_of(store, org)
        found = _library(store).find(slug, board, scope.org.currency)
        if found is None:
            of_board = f" on the board {excerpt(board)}" if board else ""
            raise NotFound(f"No panel {excerpt(slug)}{of_board}. See: dashapp widget list")
        time_range = scope.time_range(view_of({"time_range": [preset]}).choice, now=utc_now())
        try:
            rows, drawn = _tried(store, scope, found, time_range, limit)
        except Exception:  # noqa: BLE001 - the author sees whatever the widget raised
            click.echo(traceback.format_exc(), err=True, nl=False)
            sys.exit(1)
    _print(rows, drawn, is_json=is_json)


def _library(store: Store) -> Any:
    from dashapp.widgets.catalog import load_catalog
    from dashapp.widgets.library import Library

    return Library(load_catalog(), definitions_of(store))


def _tried(
    store: Store, scope: Scope, found: Any, time_range: TimeRange, limit: int | None
) -> tuple[list[dict[str, Any]], str]:
    """Return the rows as the API has them, and a sentence about the drawing."""
    from dashapp.web.api.panel_files import panel_rows
    from dashapp.widgets.show import try_widget

    with store.read(scope) as session:
        tried = try_widget(session, scope, found, time_range, limit)
    rows = panel_rows(tried.answer, time_range)
    if tried.painted is None:
        return rows, "Nothing to draw: the board shows a message."
    return rows, f"Drawn, with {'a figure' if tried.painted.figure else 'no figure'}."


def _print(rows: Sequence[dict[str, Any]], drawn: str, *, is_json: bool) -> None:
    if is_json:
        from msgspec import json

        text = json.Encoder(decimal_format="number").encode({"rows": rows})
        click.echo(json.format(text, indent=2).decode())
        return
    if rows:
        header = tuple(dict.fromkeys(name for row in rows for name in row))
        print_table([tuple(_cell(row.get(name)) for name in header) for row in rows], header)
    click.echo(f"{len(rows)} rows. {drawn}" if len(rows) != 1 else f"1 row. {drawn}")


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)
