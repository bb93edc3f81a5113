"""Saved dashboards and their panels: the rows that provisioning writes."""

from collections.abc import Sequence

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from dashapp.domain.errors import Conflict
from dashapp.domain.scope import Scope
from dashapp.store.tables import dashboards, org_states, panels, projects


def insert_state(session: Session, scope: Scope) -> None:
    """The row that every writer of the org locks."""
    session.execute(
        insert(org_states).values(
            org_id=scope.org_id,
            revision=0,
            timezone=scope.org.timezone,
            stale_days=[],
            last_user_number=0,
        )
    )


def insert_project(session: Session, scope: Scope, slug: str, *, now: int) -> None:
    session.execute(insert(projects).values(org_id=scope.org_id, slug=slug, created_at=now))


def insert_dashboard(
    session: Session,
    scope: Scope,
    slug: str,
    *,
    template: str,
    title: str,
    is_default: bool,
    now: int,
) -> None:
    """Raises Conflict where the org has it already."""
    try:
        session.execute(
            insert(dashboards).values(
                org_id=scope.org_id,
                slug=slug,
                template=template,
                title=title,
                is_default=is_default,
                created_at=now,
            )
        )
    except IntegrityError:
        raise Conflict(f"{scope.org.slug} has a dashboard {slug} already.") from None


def insert_panels(
    session: Session, scope: Scope, dashboard: str, widgets: Sequence[str], *, now: int
) -> None:
    """Panels in the order of their widgets."""
    session.execute(
        insert(panels),
        [
            {
                "org_id": scope.org_id,
                "dashboard": dashboard,
                "widget": widget,
                "position": position,
                "created_at": now,
            }
            for position, widget in enumerate(widgets)
        ],
    )
