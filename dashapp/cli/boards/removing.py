"""`dashapp boards remove`."""

from collections.abc import Sequence

import click

from dashapp.cli.context import now_us, open_store, operator_scope, os_user
from dashapp.dashboards.removing import BoardUse, remove_everywhere, uses_of
from dashapp.domain.boards.definitions import Definitions
from dashapp.domain.boards.sources import Key, Kind
from dashapp.domain.errors import Conflict
from dashapp.store.boards.loading import definitions_of
from dashapp.store.boards.removing import find_applied, remove_applied
from dashapp.store.boards.stored import Applied
from dashapp.store.engine import Store


@click.command()
@click.argument("name")
@click.option(
    "--everywhere", "is_everywhere", is_flag=True, help="Remove the board's dashboards, too."
)
def remove(name: str, *, is_everywhere: bool) -> None:
    """Remove an applied board, metric or field.

    A board that is in use is refused, with counts, and so is a metric that panels or ratios use.
    Events are kept.

    \b
    Examples:
      dashapp boards remove basket
      dashapp boards remove shop --everywhere
    """
    with open_store() as store:
        definitions = definitions_of(store)
        with store.read_shared() as session:
            key = find_applied(session, name)
        if key.kind is Kind.BOARD:
            _clear(store, definitions, name, is_everywhere=is_everywhere)
        version = _remove(store, key)
    click.echo(f"Removed the {key.kind} {name}. Stored as version {version}.")


def _remove(store: Store, key: Key) -> int:
    with store.write_shared() as session:
        return remove_applied(session, key, Applied(os_user() or "unknown", now_us(), ()))


def _clear(store: Store, definitions: Definitions, board: str, *, is_everywhere: bool) -> None:
    """Remove the dashboards and panels of a board. Raises Conflict if that is not wanted."""
    uses = uses_of(store, operator_scope, definitions, board)
    if not is_everywhere:
        _require_unused(definitions, board, uses)
    for use in uses:
        remove_everywhere(store, definitions, board, use)
    if uses:
        click.echo(f"Removed {_counts(uses)}.")


def _require_unused(definitions: Definitions, board: str, uses: Sequence[BoardUse]) -> None:
    reasons = [_counts(uses)] if uses else []
    given = (definitions.board(name) for name in definitions.new_orgs)
    if board in {new.board.name for new in given if new} and board not in definitions.replaced:
        reasons.append("new orgs get it")
    if reasons:
        raise Conflict(
            f"The board {board} is in use: {'; '.join(reasons)}. To remove all of it, add "
            "--everywhere."
        )


def _counts(uses: Sequence[BoardUse]) -> str:
    counts = {
        "dashboard": sum(len(use.dashboards) for use in uses),
        "panel": sum(len(use.panels) for use in uses),
    }
    texts = [f"{n:,} {name}{'' if n == 1 else 's'}" for name, n in counts.items() if n]
    return f"{' and '.join(texts)} in {len(uses):,} org{'' if len(uses) == 1 else 's'}"
