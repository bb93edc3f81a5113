"""Which dashboards does the org have, and which panels stand on one?"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from sqlalchemy import bindparam, exists, func, or_, select
from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.errors import NotFound, shown
from dashapp.domain.events.event import DEFAULT_PROJECT
from dashapp.store.sql.scoped import dashboards, event_types, events, panels


class Dashboard(NamedTuple):
    """`title` is a key that is translated when shown.

    `home` is the project that it is of, `project` whose numbers it shows: None is all of them.
    """

    slug: str
    title: str
    project: str | None
    opens_with: str | None
    is_editable: bool
    home: str
    version: int


class Panel(NamedTuple):
    """A panel that is not hidden. `title` and `size` are None where they are the widget's."""

    widget: str
    title: str | None = None
    size: str | None = None
    config: dict[str, Any] = {}  # noqa: RUF012 - nobody writes to it


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
    """The org's dashboards by project, the default ones first; those of `default` before others.

    Only the scope's own where it names one.
    """
    rows = [Dashboard(*row) for row in session.execute(_ALL, scope.params)]
    return [row for row in rows if scope.dashboard in {None, row.slug}]


def of_dashboard(session: Session, scope: Scope) -> Scope:
    """The Scope of its dashboard: with its project's rows, its title, and what it opens with.

    Raises NotFound where the org has none of that name, or the dashboard is of another project than
    the Scope's.
    """
    found = saved_dashboards(session, scope)
    if not found or scope.dashboard is None:
        raise NotFound(f"There is no dashboard {shown(scope.dashboard, 70)}.")
    saved = found[0]
    if saved.project is not None and scope.project not in {None, saved.project}:
        raise NotFound(f"{saved.slug} is of project {saved.project}, not of {scope.project}.")
    return replace(
        scope,
        project=saved.project or scope.project,
        title=saved.title,
        opens_with=saved.opens_with,
        layout_version=saved.version,
    )


def saved_panels(session: Session, scope: Scope) -> Sequence[Panel]:
    """The panels of the scope's dashboard in order, without hidden ones."""
    params = {**scope.params, "dashboard": scope.dashboard}
    return [Panel(*row) for row in session.execute(_PANELS, params)]


def has_events(session: Session, scope: Scope) -> bool:
    """Whether the org has ever had an event, other than its people's logins here."""
    return bool(session.execute(_HAS_EVENTS, scope.params).scalar())
