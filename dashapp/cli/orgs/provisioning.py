"""`dashapp provision` and `dashapp dashboard …`."""

import sys
from collections.abc import Callable, Sequence
from typing import NamedTuple

import click
from sqlalchemy.exc import DBAPIError

from dashapp.cli.context import (
    changing_org,
    now_us,
    open_store,
    operator,
    operator_scope,
    print_table,
    scope_of,
)
from dashapp.dashboards.needs import tallies_of_templates
from dashapp.dashboards.provision import Provisioned, plan, provision
from dashapp.dashboards.template import DashboardTemplate
from dashapp.dashboards.templates import template_named
from dashapp.domain.access.actors import Action
from dashapp.domain.access.scope import Scope
from dashapp.domain.errors import Conflict, DashappError, NotFound
from dashapp.domain.events.event import DEFAULT_PROJECT
from dashapp.domain.metrics.tallies import Tally
from dashapp.store.administration import dashboards as acts
from dashapp.store.boards.loading import definitions_of
from dashapp.store.engine import Store
from dashapp.store.orgs import orgs
from dashapp.store.orgs.dashboards import find_dashboard, list_dashboards
from dashapp.store.orgs.defaults import delete

_FEW_ORGS = 20
_Work = Callable[[Scope], Provisioned]


class _Line(NamedTuple):
    """The outcome for one org."""

    org: str
    dashboard: str
    outcome: str
    is_failed: bool


@click.command("provision")
@click.argument("name")
@click.option("--org", "slug", help="Provision only this org.")
@click.option("--all-orgs", "is_for_all", is_flag=True, help="Provision every org, independently.")
@click.option("--project", default=DEFAULT_PROJECT, show_default=True)
@click.option("--strict", "is_strict", is_flag=True, help="Fail if the dashboard already exists.")
@click.option("--dry-run", "is_dry", is_flag=True, help="Show what would be done; change nothing.")
def provision_command(
    name: str,
    slug: str | None,
    project: str,
    *,
    is_for_all: bool,
    is_strict: bool,
    is_dry: bool,
) -> None:
    """Create or update dashboards from the board NAME.

    Orgs that already have the dashboard get the panels added to the board since. User changes
    (order, titles, sizes, hidden and removed panels) are kept. Safe to run repeatedly. If an org
    fails, it is reported and the others continue.

    \b
    Examples:
      dashapp provision conversations --org acme
      dashapp provision operations --all-orgs --dry-run
    """
    if (slug is None) != is_for_all:
        raise click.UsageError("Give either --org or --all-orgs.")
    with open_store() as store:
        template, tallies = _template(store, name)
        work = _planner(store, template, project, is_strict=is_strict)
        if not is_dry:
            work = _provisioner(store, template, project, tallies, is_strict=is_strict)
        if slug is not None:
            scope = scope_of(store, slug)
            lines = [_line(scope, work(scope), is_dry=is_dry)]
        else:
            lines = _run_each(_all_scopes(store), work, is_dry=is_dry)
    _print(lines)


def _template(store: Store, name: str) -> tuple[DashboardTemplate, Sequence[Tally]]:
    """Return the template of a board, and the tallies that its panels need."""
    definitions = definitions_of(store)
    try:
        template = template_named(definitions, name)
    except NotFound as error:
        raise click.UsageError(error.message) from None
    return template, tallies_of_templates(definitions, [template])


def _planner(store: Store, template: DashboardTemplate, project: str, *, is_strict: bool) -> _Work:
    def work(scope: Scope) -> Provisioned:
        planned = plan(store, scope, template, project)
        if is_strict and not planned.is_new:
            raise Conflict(f"{template.noun} already exists for this project")
        return planned

    return work


def _provisioner(
    store: Store,
    template: DashboardTemplate,
    project: str,
    tallies: Sequence[Tally],
    *,
    is_strict: bool,
) -> _Work:
    def work(scope: Scope) -> Provisioned:
        now = now_us()
        return provision(
            store,
            scope,
            template,
            project,
            now=now,
            is_strict=is_strict,
            tallies=tallies,
            actor=operator(),
        )

    return work


def _all_scopes(store: Store) -> list[Scope]:
    with store.read_shared() as session:
        return [operator_scope(org) for org in orgs.list_orgs(session)]


def _run_each(scopes: Sequence[Scope], work: _Work, *, is_dry: bool) -> list[_Line]:
    """Run `work` for each org; an org that fails is reported and does not stop the others."""
    lines = []
    is_quiet = len(scopes) <= _FEW_ORGS
    with click.progressbar(scopes, label="Orgs", file=sys.stderr, hidden=is_quiet) as bar:
        for scope in bar:
            try:
                lines.append(_line(scope, work(scope), is_dry=is_dry))
            except Exception as error:  # noqa: BLE001 - go on with the next org
                outcome = f"failed: {_reason(error)}"
                lines.append(_Line(scope.org.slug, "-", outcome, is_failed=True))
    return lines


def _reason(error: Exception) -> str:
    if isinstance(error, DashappError):
        return error.message
    if isinstance(error, DBAPIError):
        return f"database error: {str(error.orig).strip().partition(chr(10))[0]}"
    return f"{type(error).__name__}: {error}".partition("\n")[0]


def _line(scope: Scope, provisioned: Provisioned, *, is_dry: bool) -> _Line:
    count = f"{len(provisioned.added)} panel" + ("" if len(provisioned.added) == 1 else "s")
    slugs = f": {', '.join(provisioned.added)}" if provisioned.added else ""
    if provisioned.is_new:
        outcome = f"{'to create' if is_dry else 'created'} with {count}{slugs}"
    elif provisioned.added:
        outcome = f"{'to add' if is_dry else 'added'} {count}{slugs}"
    else:
        outcome = "up to date"
    return _Line(scope.org.slug, provisioned.slug, outcome, is_failed=False)


def _print(lines: Sequence[_Line]) -> None:
    print_table([line[:3] for line in lines], ("ORG", "DASHBOARD", "RESULT"))
    failed = [line.org for line in lines if line.is_failed]
    if failed:
        click.echo(
            f"dashapp: {len(failed)} of {len(lines)} orgs failed: {', '.join(failed)}", err=True
        )
        sys.exit(1)


@click.group()
def dashboard() -> None:
    """Manage an org's dashboards."""


@dashboard.command("list")
@click.option("--org", "slug", required=True)
def list_(slug: str) -> None:
    """List the org's dashboards, default dashboards first."""
    with open_store() as store:
        scope = scope_of(store, slug)
        with store.read_primary(scope) as session:
            dashboards = list_dashboards(session, scope)
    rows = [
        (
            saved.slug,
            saved.home,
            "all projects" if saved.project is None else saved.project,
            saved.template,
            "default" if saved.is_default else "",
        )
        for saved in dashboards
    ]
    print_table(rows, ("DASHBOARD", "PROJECT", "SHOWS", "TEMPLATE", ""))


@dashboard.command("default")
@click.argument("name")
@click.option("--org", "slug", required=True)
def default(name: str, slug: str) -> None:
    """Make the dashboard NAME its project's default.

    \b
    Example:  dashapp dashboard default conversations --org acme
    """
    with open_store() as store, changing_org(store, scope_of(store, slug)) as change:
        home = find_dashboard(change.session, change.scope, name).home
        acts.make_default(
            change, name, instead_of=acts.default_of(change.session, change.scope, home)
        )
    click.echo(f"{name} is now the default dashboard of its project.")


@dashboard.command("delete")
@click.argument("name")
@click.option("--org", "slug", required=True)
def delete_(name: str, slug: str) -> None:
    """Delete the dashboard NAME and its panels. Events are kept.

    If it was its project's default, the oldest remaining dashboard becomes the default.

    \b
    Example:  dashapp dashboard delete operations --org acme
    """
    with open_store() as store, changing_org(store, scope_of(store, slug)) as change:
        title = find_dashboard(change.session, change.scope, name).title
        delete(change.session, change.scope, name)
        change.record(Action.DASHBOARD_REMOVED, name, before={"title": title})
    click.echo(f"Deleted {name}.")
