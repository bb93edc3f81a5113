"""Provisions dashboards from templates, each completely in one transaction or not at all.

`create` refuses if the dashboard already exists. `ensure` can be run at any time: it creates a
missing dashboard, adds panels that are new in the template, and keeps what users changed.
"""

import hashlib
from collections.abc import Callable, Sequence
from typing import NamedTuple

from sqlalchemy.orm import Session

from dashapp.dashboards.operations import OPERATIONS
from dashapp.dashboards.template import DashboardTemplate
from dashapp.domain.access.scope import Org, Scope
from dashapp.domain.errors import Conflict
from dashapp.domain.events.event import DEFAULT_PROJECT
from dashapp.domain.metrics.tallies import STANDARD
from dashapp.store.engine import Store
from dashapp.store.orgs import dashboards, orgs
from dashapp.store.orgs.dashboards import SavedDashboard, SavedPanel
from dashapp.store.orgs.states import lock
from dashapp.store.tallies import updates

MakeScope = Callable[[Org], Scope]
_MAX_SLUG = 63


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
    templates: Sequence[DashboardTemplate] = (OPERATIONS,),
) -> Org:
    """Add an org with its default project, tallies, and dashboards, in one transaction.

    Raises BadInput or Conflict.
    """
    with store.write_shared() as session:
        org = orgs.insert_org(
            session, slug, name=name or slug, timezone=timezone, locale=locale, now=now
        )
        scope = make_scope(org)
        store.enter_org(session, scope)
        dashboards.insert_state(session, scope)
        updates.declare(session, scope, STANDARD)
        dashboards.insert_project(session, scope, DEFAULT_PROJECT, now=now)
        for template in templates:
            create(session, scope, template, now=now)
    return org


def provision(
    store: Store,
    scope: Scope,
    template: DashboardTemplate,
    project: str = DEFAULT_PROJECT,
    *,
    now: int,
    is_strict: bool = False,
) -> Provisioned:
    """Run `create` if `is_strict`, otherwise `ensure`, in a new transaction.

    Raises NotFound for an unknown project, and Conflict if `is_strict` and the dashboard exists.
    """
    if not is_strict:
        planned, is_complete = _plan_with_status(store, scope, template, project)
        if is_complete:
            return planned  # usually there is nothing to do: no lock, no write
    with store.write(scope) as session:
        lock(session, scope)
        run = create if is_strict else ensure
        return run(session, scope, template, project, now=now)


def plan(
    store: Store, scope: Scope, template: DashboardTemplate, project: str = DEFAULT_PROJECT
) -> Provisioned:
    """What `ensure` would do. Raises NotFound for an unknown project."""
    return _plan_with_status(store, scope, template, project)[0]


def _plan_with_status(
    store: Store, scope: Scope, template: DashboardTemplate, project: str
) -> tuple[Provisioned, bool]:
    """What `ensure` would do, and whether the dashboard is already complete."""
    with store.read_primary(scope) as session:
        dashboard = _existing(session, scope, template, project)
        slug = dashboard.slug if dashboard else _slug(template, project)
        added = _missing_widgets(session, scope, dashboard, template)
    is_complete = dashboard is not None and set(dashboard.offered) >= set(template.widgets)
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
    return dashboards.dashboard_of_template(session, scope, project, template.slug)


def _create(
    session: Session, scope: Scope, template: DashboardTemplate, project: str, *, now: int
) -> Provisioned:
    others = dashboards.dashboards_of_project(session, scope, project)
    dashboard = _from_template(template, project, is_first=not others, now=now)
    if dashboard.is_default and others and others[0].is_default:
        dashboard = dashboard._replace(is_default=False)
    dashboards.insert_dashboard(session, scope, dashboard)
    panels = _panels(template, template.widgets)
    dashboards.put_panels(session, scope, dashboard.slug, panels, now=now)
    return Provisioned(dashboard.slug, is_new=True, added=template.widgets)


def _from_template(
    template: DashboardTemplate, project: str, *, is_first: bool, now: int
) -> SavedDashboard:
    shows_all = template.is_org_wide and project == DEFAULT_PROJECT
    return SavedDashboard(
        slug=_slug(template, project),
        home=project,
        project=None if shows_all else project,
        template=template.slug,
        title=template.title,
        description=template.description,
        is_default=template.is_default or is_first,
        is_deletable=template.is_deletable,
        is_editable=template.is_editable,
        grid=list(template.grid),
        config=dict(template.config),
        offered=template.widgets,
        opens_with=None,
        version=1,
        edited_at=None,
        edited_by=None,
        created_at=now,
    )


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
    return [widget for widget in template.widgets if widget not in offered | placed]


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
        position = {widget: number for number, widget in enumerate(template.widgets)}
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
    return [
        SavedPanel(panel.widget, title=None, size=None, is_hidden=False, config=dict(panel.config))
        for panel in template.panels
        if panel.widget in widgets
    ]


def _slug(template: DashboardTemplate, project: str) -> str:
    """The template's slug; in projects other than `default`, followed by the project's slug."""
    if project == DEFAULT_PROJECT:
        return template.slug
    slug = f"{template.slug}-{project}"
    if len(slug) <= _MAX_SLUG:
        return slug
    digest = hashlib.sha256(project.encode()).hexdigest()[:8]
    return f"{slug[: _MAX_SLUG - 9]}-{digest}"
