"""`dashapp org remove` and `dashapp org removal`."""

import sys
from collections import Counter
from collections.abc import Sequence
from copy import copy
from typing import TYPE_CHECKING, NamedTuple

import click

from dashapp.cli.context import now_us, open_store, operator, scope_of
from dashapp.domain.access.scope import Scope
from dashapp.domain.errors import BadInput
from dashapp.domain.time.instant import from_us
from dashapp.store.engine import Store

if TYPE_CHECKING:
    from dashapp.store.deletion.orgs import Wish

_NAMED = 20  # users; there may be thousands
_SHOWN = (("events", "event"), ("dashboards", "dashboard"), ("keys", "key"))


class _Outcome(NamedTuple):
    """What was removed so far: the receipt's id, the counts, and who belongs to no org now."""

    removal_id: str
    counts: "Counter[str]"
    without_org: Sequence[str]


@click.command()
@click.argument("slug")
@click.option("--yes", "is_confirmed", is_flag=True, help="Do not ask for the slug again.")
@click.option("--release", "is_released", is_flag=True, help="Let a new org use the slug at once.")
@click.option(
    "--after-days",
    type=click.IntRange(0, 90),
    default=0,
    show_default=True,
    help="End access now; delete the data this many days later.",
)
def remove(slug: str, *, is_confirmed: bool, is_released: bool, after_days: int) -> None:
    """Remove an org and everything it owns. This cannot be undone.

    Events, keys, dashboards, imports, memberships, and the org itself. Takes effect at once: nobody
    can read or send from then on. Users stay, also those who then belong to no org. The slug is
    refused for 30 days, so that programs that still send reach no other org. An interrupted removal
    is finished by upkeep. Others can use the server in the meantime.

    \b
    Examples:
      dashapp org remove acme
      dashapp org remove acme --yes --release
      dashapp org remove acme --yes --after-days 7
    """
    from dashapp.store.deletion.orgs import Wish

    with open_store() as store:
        scope = scope_of(store, slug)
        if not is_confirmed:
            _require_slug(slug)
        outcome = _remove(store, scope, Wish(after_days, is_released))
    if after_days:
        click.echo(f"{slug} can no longer be opened. Its data is deleted in {after_days} days.")
    else:
        click.echo(f"Removed {slug}: {_counts(outcome.counts)}.")
    click.echo(f"Receipt: {outcome.removal_id}. See: dashapp org removal {outcome.removal_id}")
    if outcome.without_org:
        _say_who_stays(outcome.without_org)


delete = copy(remove)
delete.name = "delete"  # its old name


def _remove(store: Store, scope: Scope, wish: "Wish") -> _Outcome:
    from dashapp.store.deletion.orgs import begin_removal, removal_steps
    from dashapp.store.deletion.removals import find_removal
    from dashapp.store.people.users import only_members

    with store.read_shared() as session:
        without_org = only_members(session, scope)
    removal = begin_removal(store, scope, operator(), wish, now=now_us())
    if not wish.after_days:
        steps = removal_steps(store, scope, now=now_us())
        with click.progressbar(steps, label="Removing", file=sys.stderr) as bar:
            for _step in bar:
                pass
    with store.read_shared() as session:  # upkeep may have deleted some of the rows
        counts = Counter(find_removal(session, removal.id).counts)
    return _Outcome(removal.id, counts, without_org)


@click.command()
@click.argument("removal_id")
def removal(removal_id: str) -> None:
    """Print the receipt of a removed org: what was deleted, and when.

    \b
    Example:  dashapp org removal REMOVAL_ID
    """
    from dashapp.store.deletion.removals import find_removal

    with open_store() as store, store.read_shared() as session:
        receipt = find_removal(session, removal_id)
    click.echo(f"Access ended {_moment(receipt.started_at)}.")
    if receipt.finished_at is None:
        click.echo(f"The data is deleted from {_moment(receipt.due_at)} on. See: dashapp upkeep")
    else:
        click.echo(f"The data was deleted by {_moment(receipt.finished_at)}.")
        click.echo("Backups made before that still have it.")
    for name, count in receipt.counts.items():
        click.echo(f"{name}: {count:,}")
    for name, value in receipt.usage.items():
        click.echo(f"usage, {name}: {value}")


def _moment(at: int) -> str:
    return f"{from_us(at):%Y-%m-%d %H:%M:%SZ}"


def _require_slug(slug: str) -> None:
    """Ask for the slug, or read it from standard input. Raises BadInput if it is another one."""
    question = f"To remove {slug} with all its data, type its slug"
    typed = click.prompt(question) if sys.stdin.isatty() else sys.stdin.readline()
    if typed.strip() != slug:
        raise BadInput("Nothing was removed. Type the slug when asked, or add --yes.")


def _counts(counts: "Counter[str]") -> str:
    texts = (
        f"{counts[table]:,} {name}{'' if counts[table] == 1 else 's'}" for table, name in _SHOWN
    )
    return ", ".join(texts)


def _say_who_stays(emails: Sequence[str]) -> None:
    """Name the users who no longer belong to an org."""
    more = f" and {len(emails) - _NAMED:,} more" if len(emails) > _NAMED else ""
    click.echo(
        f"Without an org now: {', '.join(emails[:_NAMED])}{more}. "
        "To delete a user: dashapp user delete EMAIL"
    )
