"""`dashapp org delete`."""

import sys
from collections import Counter
from collections.abc import Sequence

import click

from dashapp.cli.context import now_us, open_store, operator_scope
from dashapp.domain.errors import BadInput

_NAMED = 20  # users; there may be thousands


@click.command()
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
