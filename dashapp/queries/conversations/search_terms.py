"""Which terms are searched for most often?"""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.metrics.tallies import SEARCH_TERMS, needs
from dashapp.domain.series import TopRow
from dashapp.domain.time.time_range import TimeRange
from dashapp.queries.top import DEFAULT_LIMIT
from dashapp.queries.top_rows import top_rows


@needs(SEARCH_TERMS)
def search_terms(
    session: Session, scope: Scope, time_range: TimeRange, limit: int = DEFAULT_LIMIT
) -> Sequence[TopRow]:
    """The most frequent terms, by count and then by label, and one row for all others."""
    return top_rows(session, scope, time_range, SEARCH_TERMS, limit)
