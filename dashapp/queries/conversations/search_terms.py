"""What is searched for most?"""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.metrics.tallies import SEARCH_TERMS, needs
from dashapp.domain.series import TopRow
from dashapp.domain.time.time_range import TimeRange
from dashapp.queries.top import MOST
from dashapp.queries.top_rows import top_rows


@needs(SEARCH_TERMS)
def search_terms(
    session: Session, scope: Scope, time_range: TimeRange, limit: int = MOST
) -> Sequence[TopRow]:
    """The most frequent, by count and then by label, and the others together."""
    return top_rows(session, scope, time_range, SEARCH_TERMS, limit)
