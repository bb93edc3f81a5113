"""Provisions dashboards from templates, each completely in one transaction or not at all.

`create` refuses if the dashboard already exists. `ensure` can be run at any time: it creates a
missing dashboard, adds panels that are new in the template, and keeps what users changed.
"""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy.orm import Session

from dashapp.dashboards.adding import MakeScope, add_orgs, first_rows
from dashapp.dashboards.from_template import dashboard_from, slug_in
from dashapp.dashboards.needs import NEEDS, Needs
from dashapp.dashboards.template import DashboardTemplate
from dashapp.domain.access.actors import SYSTEM, Action, Actor
from dashapp.domain.access.scope import Org, Scope
from dashapp.domain.boards.definitions import Definitions
from dashapp.domain.errors import Conflict
from dashapp.domain.events.event import DEFAULT_PROJECT
from dashapp.domain.metrics.tallies import STANDARD, Tally
from dashapp.store.administration.change import Change
from dashapp.store.boards.loading import definitions_of
from dashapp.store.engine import Store
from dashapp.store.orgs import dashboards
from dashapp.store.orgs.dashboards import SavedDashboard, SavedPanel
from dashapp.store.orgs.new_orgs import NewOrg
from dashapp.store.orgs.states import lock, org_state
from dashapp.store.tallies import updates


class Provisioned(NamedTuple):
    """What was or would be done: the dashboard, whether it is new, and the widgets added."""

    slug: str
    is_new: bool
    added: Sequence[str]


def add_org(
    store: Store,
    make_scope: MakeScope,
    slug: str,
    *,
    now: int,
    name: str | None = None,
    timezone: str = "UTC",
    locale: str = "en",
    currency: str | None = None,
    boards: Sequence[str] | None = None,
    definitions: Definitions | None = None,
    needs: Needs = NEEDS,
    actor: Actor | None = None,
) -> Org:
    """Add an org with its default project, tallies, and dashboards, in one transaction.

    Without `boards`, it gets those of new orgs. `definitions` saves reading them. The audit says
    that `actor` did it. Raises BadInput, Conflict, or NotFound for an unknown board.
    """
    first = first_rows(definitions or definitions_of(store), boards, now=now, needs=needs)
    new = NewOrg(slug, name or slug, timezone, locale, currency)
    for added in add_orgs(store, make_scope, [new], first, actor=actor):
        if added.orgs:
            return added.orgs[0]
    raise Conflict(f"Org {slug} already exists.")


def provision(
    store: Store,
    scope: Scope,
    template: DashboardTemplate,
    project: str = DEFAULT_PROJECT,
    *,
    now: int,
    is_strict: bool = False,
    tallies: Sequence[Tally] = STANDARD,
    actor: Actor = SYSTEM,
) -> Provisioned:
    """Run `create` if `is_strict`, otherwise `ensure`, in a new transaction.

    The org then keeps `tallies`. Raises NotFound for an unknown project, and Conflict if
    `is_strict` and the dashboard exists. What changes is recorded in the org's audit.
    """
    if not is_strict:
        planned, is_complete = _plan_with_status(store, scope, template, project, tallies)
        if is_complete:
            return planned  # usually there is nothing to do: no lock, no write
    with store.write(scope) as session:
        lock(session, scope)
        run = create if is_strict else ensure
        provisioned = run(session, scope, template, project, now=now)
        updates.declare(session, scope, tallies)
        record_board(Change(session, scope, actor, now), template, provisioned)
    return provisioned


def record_board(change: Change, template: DashboardTemplate, provisioned: Provisioned) -> None:
    """Record in the org's audit what became of a board; nothing if it was complete."""
    if provisioned.is_new:
        after = {"title": template.title, "from": template.slug}
        change.record(Action.DASHBOARD_ADDED, provisioned.slug, after=after)
    elif provisioned.added:
        added = {"board": template.slug, "panels": list(provisioned.added)}
        change.record(Action.BOARD_APPLIED, provisioned.slug, after=added)


def plan(
    store: Store, scope: Scope, template: DashboardTemplate, project: str = DEFAULT_PROJECT
) -> Provisioned:
    """What `ensure` would do. Raises NotFound for an unknown project."""
    return _plan_with_status(store, scope, template, project, ())[0]


def _plan_with_status(
    store: Store,
    scope: Scope,
    template: DashboardTemplate,
    project: str,
    tallies: Sequence[Tally],
) -> tuple[Provisioned, bool]:
    """What `ensure` would do, and whether the dashboard and its tallies are already complete."""
    with store.read_primary(scope) as session:
        dashboard = _existing(session, scope, template, project)
        slug = dashboard.slug if dashboard else slug_in(template, project)
        added = _missing_widgets(session, scope, dashboard, template)
        is_complete = dashboard is not None and set(dashboard.offered) >= set(template.widgets)
        if is_complete:
            kept = {kept.tally for kept in org_state(session, scope).tallies}
            is_complete = kept.issuperset(tallies)
    return Provisioned(slug, dashboard is None, added), is_complete


def create(
    session: Session,
    scope: Scope,
    template: DashboardTemplate,
    project: str = DEFAULT_PROJECT,
    *,
    now: int,
) -> Provisioned:
    """Create a dashboard and its panels. Raises Conflict if the project already has it."""
    if _existing(session, scope, template, project) is not None:
        raise Conflict(f"{template.noun} already exists for this project")
    return _create(session, scope, template, project, now=now)


def ensure(
    session: Session,
    scope: Scope,
    template: DashboardTemplate,
    project: str = DEFAULT_PROJECT,
    *,
    now: int,
) -> Provisioned:
    """Create the dashboard, or add the panels that are new in the template.

    Panels that a user removed are not added again.
    """
    dashboard = _existing(session, scope, template, project)
    if dashboard is None:
        return _create(session, scope, template, project, now=now)
    added = _missing_widgets(session, scope, dashboard, template)
    if added:
        _add_panels(session, scope, dashboard, template, added, now=now)
    _record_offered(session, scope, dashboard, template)
    return Provisioned(dashboard.slug, is_new=False, added=added)


def _existing(
    session: Session, scope: Scope, template: DashboardTemplate, project: str
) -> SavedDashboard | None:
    dashboards.require_project(session, scope, project)
    for slug in (template.slug, *template.was):
        dashboard = dashboards.dashboard_of_template(session, scope, project, slug)
        if dashboard is not None:
            return dashboard
    return None


def _create(
    session: Session, scope: Scope, template: DashboardTemplate, project: str, *, now: int
) -> Provisioned:
    others = dashboards.dashboards_of_project(session, scope, project)
    dashboard = dashboard_from(template, project, is_first=not others, now=now)
    if dashboard.is_default and others and others[0].is_default:
        dashboard = dashboard._replace(is_default=False)
    dashboards.insert_dashboard(session, scope, dashboard)
    panels = _panels(template, template.widgets)
    dashboards.put_panels(session, scope, dashboard.slug, panels, now=now)
    return Provisioned(dashboard.slug, is_new=True, added=template.widgets)


def _missing_widgets(
    session: Session, scope: Scope, dashboard: SavedDashboard | None, template: DashboardTemplate
) -> list[str]:
    """The template's widgets that were never offered to the dashboard and are not placed on it."""
    if dashboard is None:
        return template.widgets
    offered = set(dashboard.offered)
    if offered >= set(template.widgets):
        return []
    placed = {panel.widget for panel in dashboards.list_panels(session, scope, dashboard.slug)}
    known = offered | placed
    return [panel.widget for panel in template.panels if known.isdisjoint(panel.slugs)]


def _add_panels(
    session: Session,
    scope: Scope,
    dashboard: SavedDashboard,
    template: DashboardTemplate,
    added: Sequence[str],
    *,
    now: int,
) -> None:
    """Add panels in the template's order, or at the end if a user has arranged the dashboard."""
    existing = dashboards.list_panels(session, scope, dashboard.slug)
    panels = [*existing, *_panels(template, added)]
    if dashboard.edited_at is None:
        position = {
            slug: number for number, panel in enumerate(template.panels) for slug in panel.slugs
        }
        panels.sort(key=lambda panel: position.get(panel.widget, len(position)))
    dashboards.put_panels(session, scope, dashboard.slug, panels, now=now)
    # edited_by=None tells users who are arranging the dashboard that the template changed it.
    dashboards.set_dashboard(
        session, scope, dashboard.slug, version=dashboard.version + 1, edited_by=None
    )


def _record_offered(
    session: Session, scope: Scope, dashboard: SavedDashboard, template: DashboardTemplate
) -> None:
    """Record that all the template's widgets were offered, even if a user had added some before."""
    offered = list(dict.fromkeys([*dashboard.offered, *template.widgets]))
    if offered != dashboard.offered:
        dashboards.set_dashboard(session, scope, dashboard.slug, offered=offered)


def _panels(template: DashboardTemplate, widgets: Sequence[str]) -> list[SavedPanel]:
    """The template's panels with these widgets, in their initial state."""
    return [panel for panel in template.saved_panels() if panel.widget in widgets]
