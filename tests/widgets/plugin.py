"""A third party's widget, as docs/widgets.md shows it."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from dashapp.domain.scope import Scope
from dashapp.domain.series import ScalarRow
from dashapp.domain.time_range import TimeRange
from dashapp.queries.count_of_type import count, counting
from dashapp.widgets.drawings import scalar
from dashapp.widgets.widget import Better, Size, Widget, _

_STATEMENT = counting("page.viewed")


def page_views(session: Session, scope: Scope, time_range: TimeRange) -> Sequence[ScalarRow]:
    """One row: pages viewed in the range, and in the one before."""
    return count(session, scope, time_range, _STATEMENT)


WIDGET = Widget(
    slug="page-views",
    title=_("Page views"),
    size=Size.QUARTER,
    query=page_views,
    draw=scalar,
    better=Better.HIGHER,
)
