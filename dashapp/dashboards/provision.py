"""Add an org with all that it has from its first moment: a project and a dashboard."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from dashapp.dashboards.operations import OPERATIONS
from dashapp.dashboards.template import DashboardTemplate
from dashapp.domain.events import DEFAULT_PROJECT
from dashapp.domain.scope import Org, Scope
from dashapp.domain.tallies import STANDARD
from dashapp.store import dashboards, orgs, tallies
from dashapp.store.engine import Store

MakeScope = Callable[[Org], Scope]


def add_org(
    store: Store,
    make_scope: MakeScope,
    slug: str,
    *,
    now: int,
    name: str | None = None,
    timezone: str = "UTC",
    locale: str = "en",
) -> Org:
    """One transaction: the org, its project, its tallies and its dashboard, or nothing.

    Raises BadInput or Conflict.
    """
    with store.changing() as session:
        org = orgs.insert_org(
            session, slug, name=name or slug, timezone=timezone, locale=locale, now=now
        )
        scope = make_scope(org)
        store.enter(session, scope)
        dashboards.insert_state(session, scope)
        tallies.declare(session, scope, STANDARD)
        dashboards.insert_project(session, scope, DEFAULT_PROJECT, now=now)
        create(session, scope, OPERATIONS, now=now)
    return org


def create(session: Session, scope: Scope, template: DashboardTemplate, *, now: int) -> None:
    """A dashboard and all its panels. Raises Conflict where the org has it already."""
    dashboards.insert_dashboard(
        session,
        scope,
        template.slug,
        template=template.slug,
        title=template.title,
        is_default=template.is_default,
        now=now,
    )
    dashboards.insert_panels(session, scope, template.slug, template.widgets, now=now)
