"""`dashapp boards remove`."""

from collections.abc import Sequence

import click

from dashapp.cli.context import now_us, open_store, operator_scope, os_user
from dashapp.dashboards.removing import (
    FindUse,
    Use,
    remove_everywhere,
    use_of_board,
    use_of_panels,
    uses_of,
)
from dashapp.domain.boards.definitions import Definitions
from dashapp.domain.boards.sources import Key, Kind
from dashapp.domain.errors import Conflict
from dashapp.store.boards.loading import definitions_of
from dashapp.store.boards.removing import find_applied, metric_users, remove_applied, retired_panels
from dashapp.store.boards.stored import Applied, stored_sources
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
        _clear(store, definitions, key, is_everywhere=is_everywhere)
        version = _remove(store, key)
    click.echo(f"Removed the {key.kind} {name}. Stored as version {version}.")


def _remove(store: Store, key: Key) -> int:
    with store.write_shared() as session:
        return remove_applied(session, key, Applied(os_user() or "unknown", now_us(), ()))


def _clear(store: Store, definitions: Definitions, key: Key, *, is_everywhere: bool) -> None:
    """Remove a definition from dashboards. Without `is_everywhere`, raise Conflict instead."""
    find_use = _finder(store, definitions, key)
    uses = uses_of(store, operator_scope, find_use)
    if not is_everywhere:
        _require_unused(definitions, key, uses)
    for use in uses:
        remove_everywhere(store, use.scope, find_use)
    if uses:
        click.echo(f"Removed {_counts(uses)}.")


def _finder(store: Store, definitions: Definitions, key: Key) -> FindUse:
    """Return what finds the dashboards and panels that must go with a definition."""
    if key.kind is Kind.BOARD:
        return use_of_board(definitions, key.name)
    with store.read_shared() as session:
        sources = stored_sources(session).sources
    users = metric_users(sources, key)
    if users:
        raise Conflict(f"The metric {key.name} is in use: {', '.join(users)}.")
    return use_of_panels(definitions, retired_panels(sources, key))


def _require_unused(definitions: Definitions, key: Key, uses: Sequence[Use]) -> None:
    reasons = [_counts(uses)] if uses else []
    given = (definitions.board(name) for name in definitions.new_orgs)
    is_given = key.kind is Kind.BOARD and key.name in {new.board.name for new in given if new}
    if is_given and key.name not in definitions.replaced:
        reasons.append("new orgs get it")
    if reasons:
        raise Conflict(
            f"The {key.kind} {key.name} is in use: {'; '.join(reasons)}. To remove all of it, add "
            "--everywhere."
        )


def _counts(uses: Sequence[Use]) -> str:
    counts = {
        "dashboard": sum(len(use.dashboards) for use in uses),
        "panel": sum(len(use.panels) for use in uses),
    }
    texts = [f"{n:,} {name}{'' if n == 1 else 's'}" for name, n in counts.items() if n]
    return f"{' and '.join(texts)} in {len(uses):,} org{'' if len(uses) == 1 else 's'}"
