"""Which dashboards does the org have, and which panels stand on one?"""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from dashapp.domain.scope import Scope
from dashapp.store.scoped import dashboards, org_states, panels


class Dashboard(NamedTuple):
    slug: str
    title: str
    project: str | None


_ALL = select(dashboards.c.slug, dashboards.c.title, dashboards.c.project).order_by(
    dashboards.c.is_default.desc(), dashboards.c.created_at, dashboards.c.slug
)
_PANELS = (
    select(panels.c.widget)
    .where(panels.c.dashboard == bindparam("dashboard"))
    .order_by(panels.c.position, panels.c.widget)
)
_FIRST = select(org_states.c.first_event_at)


def saved_dashboards(session: Session, scope: Scope) -> Sequence[Dashboard]:
    """The org's dashboards, the default one first; only the scope's own where it names one."""
    rows = [Dashboard(*row) for row in session.execute(_ALL, scope.params)]
    return [row for row in rows if scope.dashboard in {None, row.slug}]


def panel_slugs(session: Session, scope: Scope) -> Sequence[str]:
    """The widget slugs of the scope's dashboard, in order."""
    params = {**scope.params, "dashboard": scope.dashboard}
    return session.execute(_PANELS, params).scalars().all()


def has_events(session: Session, scope: Scope) -> bool:
    """Whether the org has ever had an event."""
    return session.execute(_FIRST, scope.params).scalar() is not None
