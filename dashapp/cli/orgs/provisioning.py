"""`dashapp provision` and `dashapp dashboard …`."""

import sys
from collections.abc import Callable, Sequence
from typing import NamedTuple

import click
from sqlalchemy.exc import DBAPIError

from dashapp.cli.context import now_us, open_store, operator_scope, print_table, scope_of
from dashapp.dashboards.defaults import delete, make_default
from dashapp.dashboards.provision import Provisioned, plan, provision
from dashapp.dashboards.template import DashboardTemplate
from dashapp.dashboards.templates import TEMPLATES, template_named
from dashapp.domain.access.scope import Scope
from dashapp.domain.errors import Conflict, DashappError
from dashapp.domain.events.event import DEFAULT_PROJECT
from dashapp.store.engine import Store
from dashapp.store.orgs import orgs
from dashapp.store.orgs.dashboards import list_dashboards

_FEW_ORGS = 20
_Work = Callable[[Scope], Provisioned]


class _Line(NamedTuple):
    """The outcome for one org."""

    org: str
    dashboard: str
    outcome: str
    is_failed: bool


@click.command("provision")
@click.argument("template", type=click.Choice(list(TEMPLATES)))
@click.option("--org", "slug", help="One org.")
@click.option("--all-orgs", "is_for_all", is_flag=True, help="Every org, each by itself.")
@click.option("--project", default=DEFAULT_PROJECT, show_default=True)
@click.option("--strict", "is_strict", is_flag=True, help="Refuse where the dashboard is there.")
@click.option("--dry-run", "is_dry", is_flag=True, help="Say what would be done, and do nothing.")
def provision_command(
    template: str,
    slug: str | None,
    project: str,
    *,
    is_for_all: bool,
    is_strict: bool,
    is_dry: bool,
) -> None:
    """Give orgs the dashboard of a template.

    Orgs that have it get what the template has gained since.
    What people changed stays: order, titles, sizes, what is hidden or removed. Running it twice
    does nothing more. An org that fails leaves the others alone, and is named.

    \b
    Examples:
      dashapp provision conversations --org acme
      dashapp provision operations --all-orgs --dry-run
    """
    if (slug is None) != is_for_all:
        raise click.UsageError("Give either --org or --all-orgs.")
    dashboard_template = template_named(template)
    with open_store() as store:
        work = _planner(store, dashboard_template, project, is_strict=is_strict)
        if not is_dry:
            work = _provisioner(store, dashboard_template, project, is_strict=is_strict)
        if slug is not None:
            scope = scope_of(store, slug)
            lines = [_line(scope, work(scope), is_dry=is_dry)]
        else:
            lines = _run_each(_all_scopes(store), work, is_dry=is_dry)
    _print(lines)


def _planner(store: Store, template: DashboardTemplate, project: str, *, is_strict: bool) -> _Work:
    def work(scope: Scope) -> Provisioned:
        planned = plan(store, scope, template, project)
        if is_strict and not planned.is_new:
            raise Conflict(f"{template.noun} already exists for this project")
        return planned

    return work


def _provisioner(
    store: Store, template: DashboardTemplate, project: str, *, is_strict: bool
) -> _Work:
    def work(scope: Scope) -> Provisioned:
        return provision(store, scope, template, project, now=now_us(), is_strict=is_strict)

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
        return f"the database refused: {str(error.orig).strip().partition(chr(10))[0]}"
    return f"{type(error).__name__}: {error}".partition("\n")[0]


def _line(scope: Scope, provisioned: Provisioned, *, is_dry: bool) -> _Line:
    count = f"{len(provisioned.added)} panel" + ("" if len(provisioned.added) == 1 else "s")
    slugs = f": {', '.join(provisioned.added)}" if provisioned.added else ""
    if provisioned.is_new:
        outcome = f"{'to create' if is_dry else 'created'} with {count}{slugs}"
    elif provisioned.added:
        outcome = f"{'to add' if is_dry else 'added'} {count}{slugs}"
    else:
        outcome = "nothing to do"
    return _Line(scope.org.slug, provisioned.slug, outcome, is_failed=False)


def _print(lines: Sequence[_Line]) -> None:
    print_table([line[:3] for line in lines], ("ORG", "DASHBOARD", "WHAT"))
    failed = [line.org for line in lines if line.is_failed]
    if failed:
        click.echo(
            f"dashapp: {len(failed)} of {len(lines)} orgs failed: {', '.join(failed)}", err=True
        )
        sys.exit(1)


@click.group()
def dashboard() -> None:
    """Dashboards of an org."""


@dashboard.command("list")
@click.option("--org", "slug", required=True)
def list_(slug: str) -> None:
    """The org's dashboards, the default ones first."""
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
    """Make the dashboard NAME the default of its project.

    \b
    Example:  dashapp dashboard default conversations --org acme
    """
    with open_store() as store:
        scope = scope_of(store, slug)
        with store.write(scope) as session:
            make_default(session, scope, name)
    click.echo(f"{name} is the default of its project.")


@dashboard.command("delete")
@click.argument("name")
@click.option("--org", "slug", required=True)
def delete_(name: str, slug: str) -> None:
    """Delete the dashboard NAME, with its panels; its events stay.

    Where it was its project's default, the oldest other one becomes it.

    \b
    Example:  dashapp dashboard delete operations --org acme
    """
    with open_store() as store:
        scope = scope_of(store, slug)
        with store.write(scope) as session:
            delete(session, scope, name)
    click.echo(f"Deleted {name}.")
