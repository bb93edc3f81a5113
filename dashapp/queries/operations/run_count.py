"""How many validation runs were created?"""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.metrics.tallies import EVENTS_BY_TYPE, needs
from dashapp.domain.series import ScalarRow
from dashapp.domain.time.time_range import TimeRange
from dashapp.queries.counts import scalar_of

_CREATED = "validation_run.created"


@needs(EVENTS_BY_TYPE, types=[_CREATED])
def run_count(session: Session, scope: Scope, time_range: TimeRange) -> Sequence[ScalarRow]:
    """One row: runs created in the range and in the previous range."""
    return scalar_of(session, scope, time_range, EVENTS_BY_TYPE, _CREATED)
