"""How many validation runs were started?"""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from dashapp.domain.scope import Scope
from dashapp.domain.series import ScalarRow
from dashapp.domain.time_range import TimeRange
from dashapp.queries.count_of_type import count, counting

_STATEMENT = counting("validation_run.created")


def run_count(session: Session, scope: Scope, time_range: TimeRange) -> Sequence[ScalarRow]:
    """One row: runs created in the range, and in the one before."""
    return count(session, scope, time_range, _STATEMENT)
