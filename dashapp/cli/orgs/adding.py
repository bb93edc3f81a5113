"""What `dashapp org add` does."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dashapp.cli.context import now_us, open_store, operator_scope
from dashapp.cli.events.differences import orgs
from dashapp.cli.files import seekable

if TYPE_CHECKING:
    from dashapp.domain.boards.definitions import Definitions

NO_BOARD = "none"


def add_one(slug: str, boards: Sequence[str], more: Sequence[str], values: dict[str, Any]) -> None:
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
            **values,
        )
    first_board = definitions.board(names[0]) if names else None
    page = f"/{first_board.board.name}" if first_board else ""
    click.echo(f"Added {new_org.slug}: /app/{new_org.slug}{page}")


def add_from(
    file: Path, boards: Sequence[str], more: Sequence[str], values: dict[str, str | None]
) -> None:
    """Add the orgs of a file; `values` are for the columns that it lacks."""
    from dashapp.cli.orgs.org_file import OrgFile
    from dashapp.dashboards.adding import add_orgs, first_rows
    from dashapp.store.boards.loading import definitions_of

    with open_store() as store, seekable(file) as (path, _name):
        source = OrgFile(path, values)
        count, added = source.check(), 0
        definitions = definitions_of(store)
        first = first_rows(definitions, _boards(definitions, boards, more), now=now_us())
        with click.progressbar(length=count, label="Orgs", file=sys.stderr) as bar:
            for step in add_orgs(store, operator_scope, source.orgs(), first):
                added += len(step.orgs)
                bar.update(len(step.orgs) + step.existing)
    existing = f" {count - added:,} existed already." if added < count else ""
    click.echo(f"Added {orgs(added)}.{existing}")


def _boards(
    definitions: "Definitions", boards: Sequence[str], more: Sequence[str]
) -> Sequence[str]:
    """Return the boards of new orgs, or those given instead, and those given, too."""
    first = () if NO_BOARD in boards else boards or definitions.new_orgs
    return [*first, *more]
