"""Saved dashboards and their panels: the rows that provisioning and layout changes write."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import bindparam, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.errors import Conflict, NotFound, excerpt
from dashapp.domain.events.event import DEFAULT_PROJECT
from dashapp.store.orgs.states import change_state
from dashapp.store.tables import dashboards, panels, projects


class SavedDashboard(NamedTuple):
    """A dashboard as stored. `home` is the project it belongs to; times in microseconds."""

    slug: str
    home: str
    project: str | None
    template: str
    title: str
    description: str
    is_default: bool
    is_deletable: bool
    is_editable: bool
    grid: list[int]
    config: dict[str, object]
    offered: list[str]
    opens_with: str | None
    version: int
    edited_at: int | None
    edited_by: int | None
    created_at: int


class SavedPanel(NamedTuple):
    """A panel as stored. `widget` is the slug of a panel of `board`, or of a Python widget."""

    widget: str
    title: str | None
    size: str | None
    is_hidden: bool
    config: dict[str, Any]
    board: str | None = None


_DASHBOARDS = (
    select(*(dashboards.c[name] for name in SavedDashboard._fields))
    .where(dashboards.c.org_id == bindparam("org"))
    .order_by(
        (dashboards.c.home == DEFAULT_PROJECT).desc(),
        dashboards.c.home,
        dashboards.c.is_default.desc(),
        dashboards.c.created_at,
        dashboards.c.slug,
    )
)
_BY_TEMPLATE = _DASHBOARDS.where(
    dashboards.c.home == bindparam("home"), dashboards.c.template == bindparam("template")
)
_BY_HOME = _DASHBOARDS.where(dashboards.c.home == bindparam("home"))
_BY_SLUG = _DASHBOARDS.where(dashboards.c.slug == bindparam("slug"))
_PANELS = (
    select(*(panels.c[name] for name in SavedPanel._fields))
    .where(panels.c.org_id == bindparam("org"), panels.c.dashboard == bindparam("dashboard"))
    .order_by(panels.c.position, panels.c.widget)
)
_PROJECT = select(projects.c.slug).where(
    projects.c.org_id == bindparam("org"), projects.c.slug == bindparam("project")
)

_PROJECTS = (
    select(projects.c.slug)
    .where(projects.c.org_id == bindparam("org"))
    .order_by(projects.c.slug)
    .limit(bindparam("most"))
)
_PANEL_COUNTS = (
    select(panels.c.dashboard, func.count().label("number"))
    .where(panels.c.org_id == bindparam("org"))
    .group_by(panels.c.dashboard)
)


def require_project(session: Session, scope: Scope, slug: str) -> None:
    """Raise NotFound if the org has no such project."""
    if session.execute(_PROJECT, {"org": scope.org_id, "project": slug}).first() is None:
        raise NotFound(
            f"Org {scope.org.slug} has no project {excerpt(slug, 70)}. Projects are created by "
            "their first event."
        )


def list_dashboards(session: Session, scope: Scope) -> Sequence[SavedDashboard]:
    """Return the org's dashboards by project, the default ones first."""
    return [SavedDashboard(*row) for row in session.execute(_DASHBOARDS, {"org": scope.org_id})]


def dashboards_of_project(session: Session, scope: Scope, home: str) -> Sequence[SavedDashboard]:
    """Return a project's dashboards, the default one first."""
    rows = session.execute(_BY_HOME, {"org": scope.org_id, "home": home})
    return [SavedDashboard(*row) for row in rows]


def dashboard_of_template(
    session: Session, scope: Scope, home: str, template: str
) -> SavedDashboard | None:
    params = {"org": scope.org_id, "home": home, "template": template}
    row = session.execute(_BY_TEMPLATE, params).first()
    return SavedDashboard(*row) if row else None


def find_dashboard(session: Session, scope: Scope, slug: str) -> SavedDashboard:
    """Return the dashboard with this slug. Raises NotFound."""
    row = session.execute(_BY_SLUG, {"org": scope.org_id, "slug": slug}).first()
    if row is None:
        raise NotFound(f"Org {scope.org.slug} has no dashboard {excerpt(slug, 70)}.")
    return SavedDashboard(*row)


def has_dashboard(session: Session, scope: Scope, slug: str) -> bool:
    params = {"org": scope.org_id, "slug": slug}
    return session.execute(_BY_SLUG, params).first() is not None


def insert_dashboard(session: Session, scope: Scope, dashboard: SavedDashboard) -> None:
    """Add a dashboard. Raises Conflict if its slug, template or default place is already taken."""
    try:
        session.execute(insert(dashboards).values(org_id=scope.org_id, **dashboard._asdict()))
    except IntegrityError:
        raise Conflict(
            f"Dashboard {dashboard.slug} already exists in org {scope.org.slug}."
        ) from None


def set_dashboard(session: Session, scope: Scope, slug: str, **values: Any) -> None:
    """Set columns of a dashboard, and a new revision of the org."""
    session.execute(
        update(dashboards)
        .where(dashboards.c.org_id == scope.org_id, dashboards.c.slug == slug)
        .values(**values)
    )
    change_state(session, scope)


def delete_dashboard(session: Session, scope: Scope, slug: str) -> None:
    """Delete a dashboard and its panels."""
    session.execute(
        delete(panels).where(panels.c.org_id == scope.org_id, panels.c.dashboard == slug)
    )
    session.execute(
        delete(dashboards).where(dashboards.c.org_id == scope.org_id, dashboards.c.slug == slug)
    )
    change_state(session, scope)


def list_panels(session: Session, scope: Scope, dashboard: str) -> Sequence[SavedPanel]:
    """Return all panels of a dashboard in order, including hidden ones."""
    rows = session.execute(_PANELS, {"org": scope.org_id, "dashboard": dashboard})
    return [SavedPanel(*row) for row in rows]


def count_panels(session: Session, scope: Scope) -> Mapping[str, int]:
    """Return how many panels each dashboard with panels has, including hidden ones."""
    rows = session.execute(_PANEL_COUNTS, {"org": scope.org_id})
    return {row.dashboard: row.number for row in rows}


def list_projects(session: Session, scope: Scope, most: int = 100) -> Sequence[str]:
    """Return the first of the org's projects: `default`, then by name."""
    slugs = session.execute(_PROJECTS, {"org": scope.org_id, "most": most}).scalars().all()
    return [DEFAULT_PROJECT, *(slug for slug in slugs if slug != DEFAULT_PROJECT)]


def put_panels(
    session: Session, scope: Scope, dashboard: str, new_panels: Sequence[SavedPanel], *, now: int
) -> None:
    """Replace the dashboard's panels with these, in this order.

    Call `set_dashboard` too: its new revision makes open boards refresh.
    """
    session.execute(
        delete(panels).where(panels.c.org_id == scope.org_id, panels.c.dashboard == dashboard)
    )
    if new_panels:
        session.execute(
            insert(panels),
            [
                {
                    "org_id": scope.org_id,
                    "dashboard": dashboard,
                    "position": position,
                    "created_at": now,
                    **panel._asdict(),
                }
                for position, panel in enumerate(new_panels)
            ],
        )
