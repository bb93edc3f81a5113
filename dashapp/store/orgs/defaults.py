"""Deletes dashboards and changes defaults, so that a project always has one default dashboard."""

from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.errors import Forbidden
from dashapp.store.orgs import dashboards
from dashapp.store.orgs.states import lock


def delete(session: Session, scope: Scope, slug: str) -> None:
    """Delete a dashboard. If it was its project's default, the oldest remaining one becomes it.

    Raises NotFound, or Forbidden if the dashboard cannot be deleted.
    """
    if not dashboards.find_dashboard(session, scope, slug).is_deletable:
        raise Forbidden(f"The dashboard {slug} cannot be deleted.")
    delete_any(session, scope, slug)


def delete_any(session: Session, scope: Scope, slug: str) -> None:
    """Delete a dashboard, also one that users cannot delete. Raises NotFound."""
    lock(session, scope)
    dashboard = dashboards.find_dashboard(session, scope, slug)
    dashboards.delete_dashboard(session, scope, slug)
    remaining = dashboards.dashboards_of_project(session, scope, dashboard.home)
    if dashboard.is_default and remaining:
        dashboards.set_dashboard(session, scope, remaining[0].slug, is_default=True)


def make_default(session: Session, scope: Scope, slug: str) -> None:
    """Make a dashboard the default of its project, instead of the current one. Raises NotFound."""
    lock(session, scope)
    dashboard = dashboards.find_dashboard(session, scope, slug)
    for other in dashboards.dashboards_of_project(session, scope, dashboard.home):
        if other.is_default:
            dashboards.set_dashboard(session, scope, other.slug, is_default=False)
    dashboards.set_dashboard(session, scope, slug, is_default=True)
