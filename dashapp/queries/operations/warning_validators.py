"""Which validators report the most warnings?"""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.metrics.tallies import WARNINGS_BY_VALIDATOR, needs
from dashapp.domain.series import TopRow
from dashapp.domain.time.time_range import TimeRange
from dashapp.queries.top import DEFAULT_LIMIT
from dashapp.queries.top_rows import top_rows


@needs(WARNINGS_BY_VALIDATOR)
def warning_validators(
    session: Session, scope: Scope, time_range: TimeRange, limit: int = DEFAULT_LIMIT
) -> Sequence[TopRow]:
    """The most frequent validators, by count and then by name, and one row for all others."""
    return top_rows(session, scope, time_range, WARNINGS_BY_VALIDATOR, limit)
