"""Give orgs and projects their dashboards: each whole, in one transaction, or not at all.

`create` makes a dashboard and refuses where there is one. `ensure` may be run at any time: it makes
what is missing, adds panels that the template gained since, and keeps what people changed.
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
    """What was done, or what there is to do: the dashboard, whether it is new, panels added."""

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
    """One transaction: the org, its project, its tallies and its dashboards, or nothing.

    Raises BadInput or Conflict.
    """
    with store.changing() as session:
        org = orgs.insert_org(
            session, slug, name=name or slug, timezone=timezone, locale=locale, now=now
        )
        scope = make_scope(org)
        store.enter(session, scope)
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
    """`create` where it is strict, otherwise `ensure`, in a transaction of its own.

    Raises NotFound for a project that is not there, Conflict where it is strict and done already.
    """
    if not is_strict:
        planned, is_complete = _planned(store, scope, template, project)
        if is_complete:
            return planned  # most of a thousand orgs: no lock, no write
    with store.writing(scope) as session:
        lock(session, scope)
        make = create if is_strict else ensure
        return make(session, scope, template, project, now=now)


def plan(
    store: Store, scope: Scope, template: DashboardTemplate, project: str = DEFAULT_PROJECT
) -> Provisioned:
    """What `ensure` would do. Raises NotFound for a project that is not there."""
    return _planned(store, scope, template, project)[0]


def _planned(
    store: Store, scope: Scope, template: DashboardTemplate, project: str
) -> tuple[Provisioned, bool]:
    """What `ensure` would do, and whether that is nothing at all."""
    with store.asking(scope) as session:
        found = _found(session, scope, template, project)
        slug = found.slug if found else _slug(template, project)
        added = _lacking(session, scope, found, template)
    is_complete = found is not None and set(found.offered) >= set(template.widgets)
    return Provisioned(slug, found is None, added), is_complete


def create(
    session: Session,
    scope: Scope,
    template: DashboardTemplate,
    project: str = DEFAULT_PROJECT,
    *,
    now: int,
) -> Provisioned:
    """A dashboard and all its panels. Raises Conflict where the project has it already."""
    if _found(session, scope, template, project) is not None:
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
    """The dashboard, with every panel that the template has brought and nobody removed."""
    found = _found(session, scope, template, project)
    if found is None:
        return _create(session, scope, template, project, now=now)
    added = _lacking(session, scope, found, template)
    if added:
        _add_panels(session, scope, found, template, added, now=now)
    _note_offered(session, scope, found, template)
    return Provisioned(found.slug, is_new=False, added=added)


def _found(
    session: Session, scope: Scope, template: DashboardTemplate, project: str
) -> SavedDashboard | None:
    dashboards.require_project(session, scope, project)
    return dashboards.dashboard_of_template(session, scope, project, template.slug)


def _create(
    session: Session, scope: Scope, template: DashboardTemplate, project: str, *, now: int
) -> Provisioned:
    others = dashboards.dashboards_of_project(session, scope, project)
    made = _made(template, project, is_first=not others, now=now)
    if made.is_default and others and others[0].is_default:
        made = made._replace(is_default=False)
    dashboards.insert_dashboard(session, scope, made)
    panels = _panels(template, template.widgets)
    dashboards.put_panels(session, scope, made.slug, panels, now=now)
    return Provisioned(made.slug, is_new=True, added=template.widgets)


def _made(template: DashboardTemplate, project: str, *, is_first: bool, now: int) -> SavedDashboard:
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


def _lacking(
    session: Session, scope: Scope, found: SavedDashboard | None, template: DashboardTemplate
) -> list[str]:
    """Widgets that the template has, and has not brought to this dashboard before."""
    if found is None:
        return template.widgets
    known = set(found.offered)
    if known >= set(template.widgets):
        return []
    known |= {panel.widget for panel in dashboards.list_panels(session, scope, found.slug)}
    return [widget for widget in template.widgets if widget not in known]


def _add_panels(
    session: Session,
    scope: Scope,
    found: SavedDashboard,
    template: DashboardTemplate,
    added: Sequence[str],
    *,
    now: int,
) -> None:
    """In the template's order, or after what somebody has put into an order of their own."""
    held = dashboards.list_panels(session, scope, found.slug)
    panels = [*held, *_panels(template, added)]
    if found.edited_at is None:
        place = {widget: number for number, widget in enumerate(template.widgets)}
        panels.sort(key=lambda panel: place.get(panel.widget, len(place)))
    dashboards.put_panels(session, scope, found.slug, panels, now=now)
    # Nobody's edit: whoever is arranging it now is told that the template was it.
    dashboards.set_dashboard(session, scope, found.slug, version=found.version + 1, edited_by=None)


def _note_offered(
    session: Session, scope: Scope, found: SavedDashboard, template: DashboardTemplate
) -> None:
    """What the template has brought, also where somebody had put it there before."""
    offered = list(dict.fromkeys([*found.offered, *template.widgets]))
    if offered != found.offered:
        dashboards.set_dashboard(session, scope, found.slug, offered=offered)


def _panels(template: DashboardTemplate, widgets: Sequence[str]) -> list[SavedPanel]:
    """The template's panels of these widgets, as they start out."""
    return [
        SavedPanel(one.widget, title=None, size=None, is_hidden=False, config=dict(one.config))
        for one in template.panels
        if one.widget in widgets
    ]


def _slug(template: DashboardTemplate, project: str) -> str:
    """The template's in the project `default`, else with the project's behind it."""
    if project == DEFAULT_PROJECT:
        return template.slug
    slug = f"{template.slug}-{project}"
    if len(slug) <= _MAX_SLUG:
        return slug
    mark = hashlib.sha256(project.encode()).hexdigest()[:8]
    return f"{slug[: _MAX_SLUG - 9]}-{mark}"
