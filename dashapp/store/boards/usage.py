"""Which dashboards and panels of orgs come from which boards."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Org, Scope
from dashapp.store.engine import Store
from dashapp.store.orgs.dashboards import SavedPanel
from dashapp.store.orgs.orgs import list_orgs
from dashapp.store.tables import dashboards, panels

_DASHBOARDS = select(dashboards.c.slug, dashboards.c.template).where(
    dashboards.c.org_id == bindparam("org")
)
_PANELS = (
    select(panels.c.dashboard, *(panels.c[name] for name in SavedPanel._fields))
    .where(panels.c.org_id == bindparam("org"))
    .order_by(panels.c.dashboard, panels.c.position)
)


class PlacedPanel(NamedTuple):
    """A panel, and the slug of the dashboard that it is on."""

    dashboard: str
    panel: SavedPanel


class OrgUsage(NamedTuple):
    """The dashboards of an org, as slug and template, and all their panels."""

    scope: Scope
    dashboards: Sequence[tuple[str, str]]
    panels: Sequence[PlacedPanel]


def usages(store: Store, make_scope: Callable[[Org], Scope]) -> Iterator[OrgUsage]:
    """Yield what each org uses, in one transaction of the primary."""
    with store.read_shared() as session:
        for org in list_orgs(session):
            scope = make_scope(org)
            store.enter_org(session, scope)
            yield usage_of(session, scope)


def usage_of(session: Session, scope: Scope) -> OrgUsage:
    """Return what an org uses."""
    params = {"org": scope.org_id}
    rows = session.execute(_PANELS, params)
    return OrgUsage(
        scope,
        [(row.slug, row.template) for row in session.execute(_DASHBOARDS, params)],
        [PlacedPanel(dashboard, SavedPanel(*panel)) for dashboard, *panel in rows],
    )


def dashboards_by_board(orgs: Iterable[OrgUsage]) -> Counter[str]:
    """Return how many dashboards come from each board."""
    return Counter(template for usage in orgs for _slug, template in usage.dashboards)
