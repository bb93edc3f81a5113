"""Which dashboards does the org have, and which panels are on one?"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import bindparam, exists, func, or_, select
from sqlalchemy.orm import Session

from dashapp.domain.access.dashboard import Dashboard, Opened
from dashapp.domain.access.scope import Scope
from dashapp.domain.errors import NotFound, excerpt
from dashapp.domain.events.event import DEFAULT_PROJECT
from dashapp.store.sql.scoped import dashboards, event_types, events, panels


class Panel(NamedTuple):
    """A visible panel of a board, or a widget without `board`.

    `title` and `size` are None if they are the widget's.
    """

    widget: str
    title: str | None = None
    size: str | None = None
    config: dict[str, Any] = {}  # noqa: RUF012 - never changed
    board: str | None = None


_ALL = select(*(dashboards.c[name] for name in Dashboard._fields)).order_by(
    (dashboards.c.home == DEFAULT_PROJECT).desc(),
    dashboards.c.home,
    dashboards.c.is_default.desc(),
    dashboards.c.created_at,
    dashboards.c.slug,
)
_PANELS = (
    select(*(panels.c[name] for name in Panel._fields))
    .where(panels.c.dashboard == bindparam("dashboard"), panels.c.is_hidden.is_(False))
    .order_by(panels.c.position, panels.c.widget)
)
# Logins to dashapp are events too. They alone do not make a board worth showing.
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
    """Return the dashboards in the Scope by project, default ones first.

    Those of the project `default` come before other projects.
    """
    rows = [Dashboard(**row._asdict()) for row in session.execute(_ALL, scope.params)]
    return [row for row in rows if scope.dashboard in {None, row.slug}]


def open_dashboard(session: Session, scope: Scope) -> Opened:
    """Open the Scope's dashboard, with a Scope of the project whose events it shows.

    Without a default range of its own, it has the org's.

    Raises NotFound if the org has no such dashboard, or if it belongs to another project than the
    Scope.
    """
    in_scope = saved_dashboards(session, scope)
    if not in_scope or scope.dashboard is None:
        raise NotFound(f"No dashboard {excerpt(scope.dashboard, 70)}.")
    dashboard = in_scope[0]
    if dashboard.project is not None and scope.project not in {None, dashboard.project}:
        raise NotFound(
            f"Dashboard {dashboard.slug} belongs to project {dashboard.project}, "
            f"not {scope.project}."
        )
    opens_with = dashboard.opens_with or scope.org.opens_with
    return Opened(scope.of_project(dashboard.project), dashboard._replace(opens_with=opens_with))


def saved_panels(session: Session, scope: Scope) -> Sequence[Panel]:
    """Return the visible panels of the Scope's dashboard, in order."""
    params = {**scope.params, "dashboard": scope.dashboard}
    return [Panel(**row._asdict()) for row in session.execute(_PANELS, params)]


def has_events(session: Session, scope: Scope) -> bool:
    """Return whether the org has had any event except logins to dashapp."""
    return bool(session.execute(_HAS_EVENTS, scope.params).scalar())
