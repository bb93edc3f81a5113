"""How many findings were warnings?"""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.metrics.tallies import FINDINGS_BY_SEVERITY, needs
from dashapp.domain.series import ScalarRow
from dashapp.domain.time.time_range import TimeRange
from dashapp.queries.counts import scalar_of


@needs(FINDINGS_BY_SEVERITY)
def warning_count(session: Session, scope: Scope, time_range: TimeRange) -> Sequence[ScalarRow]:
    """One row: findings with severity WARNING in the range and in the previous range."""
    return scalar_of(session, scope, time_range, FINDINGS_BY_SEVERITY, "WARNING")
