"""Which products are added to the cart most often?"""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.metrics.tallies import PRODUCTS_ADDED, needs
from dashapp.domain.series import TopRow
from dashapp.domain.time.time_range import TimeRange
from dashapp.queries.top import DEFAULT_LIMIT
from dashapp.queries.top_rows import top_rows


@needs(PRODUCTS_ADDED)
def products_added(
    session: Session, scope: Scope, time_range: TimeRange, limit: int = DEFAULT_LIMIT
) -> Sequence[TopRow]:
    """The most frequent products, by count and then by label, and one row for all others."""
    return top_rows(session, scope, time_range, PRODUCTS_ADDED, limit)
