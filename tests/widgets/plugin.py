"""A third-party widget, as shown in docs/write-widgets.md."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.metrics.tallies import EVENTS_BY_TYPE, needs
from dashapp.domain.series import ScalarRow
from dashapp.domain.time.time_range import TimeRange
from dashapp.queries.counts import scalar_of
from dashapp.widgets.drawings import scalar
from dashapp.widgets.widget import Better, Size, Widget, _


@needs(EVENTS_BY_TYPE)
def page_views(session: Session, scope: Scope, time_range: TimeRange) -> Sequence[ScalarRow]:
    """One row: pages viewed in the range, and in the one before."""
    return scalar_of(session, scope, time_range, EVENTS_BY_TYPE, "page.viewed")


WIDGET = Widget(
    slug="page-views",
    title=_("Page views"),
    size=Size.QUARTER,
    query=page_views,
    draw=scalar,
    better=Better.HIGHER,
)
