"""Which dashboards does the org have, and which panels stand on one?"""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import bindparam, exists, func, or_, select
from sqlalchemy.orm import Session

from dashapp.domain.scope import Scope
from dashapp.store.scoped import dashboards, event_types, events, panels


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
# Logins to dashapp itself are events too; they do not make a board worth looking at.
_OWN_TYPES = ("user.logged_in", "user.logged_out")
_HAS_EVENTS = select(
    or_(
        exists().where(event_types.c.type.not_in(_OWN_TYPES)),
        exists().where(
            events.c.type.in_(_OWN_TYPES),
            func.coalesce(events.c.user_id, "").not_like("member:%"),
        ),
    )
)


def saved_dashboards(session: Session, scope: Scope) -> Sequence[Dashboard]:
    """The org's dashboards, the default one first; only the scope's own where it names one."""
    rows = [Dashboard(*row) for row in session.execute(_ALL, scope.params)]
    return [row for row in rows if scope.dashboard in {None, row.slug}]


def panel_slugs(session: Session, scope: Scope) -> Sequence[str]:
    """The widget slugs of the scope's dashboard, in order."""
    params = {**scope.params, "dashboard": scope.dashboard}
    return session.execute(_PANELS, params).scalars().all()


def has_events(session: Session, scope: Scope) -> bool:
    """Whether the org has ever had an event, other than its people's logins here."""
    return bool(session.execute(_HAS_EVENTS, scope.params).scalar())
