"""A project has one default dashboard, whatever is deleted."""

from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.errors import Forbidden
from dashapp.store.orgs import dashboards
from dashapp.store.orgs.states import lock


def delete(session: Session, scope: Scope, slug: str) -> None:
    """Delete a dashboard; where it was its project's default, the oldest other one becomes it.

    Raises NotFound, and Forbidden for one that cannot be deleted.
    """
    lock(session, scope)
    found = dashboards.find_dashboard(session, scope, slug)
    if not found.is_deletable:
        raise Forbidden(f"The dashboard {slug} cannot be deleted.")
    dashboards.delete_dashboard(session, scope, slug)
    left = dashboards.dashboards_of_project(session, scope, found.home)
    if found.is_default and left:
        dashboards.set_dashboard(session, scope, left[0].slug, is_default=True)


def make_default(session: Session, scope: Scope, slug: str) -> None:
    """Make a dashboard the default of its project, in the place of another. Raises NotFound."""
    lock(session, scope)
    found = dashboards.find_dashboard(session, scope, slug)
    for other in dashboards.dashboards_of_project(session, scope, found.home):
        if other.is_default:
            dashboards.set_dashboard(session, scope, other.slug, is_default=False)
    dashboards.set_dashboard(session, scope, slug, is_default=True)
