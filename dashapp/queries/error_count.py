"""How many findings were errors?"""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from dashapp.domain.scope import Scope
from dashapp.domain.series import ScalarRow
from dashapp.domain.time_range import TimeRange
from dashapp.queries.count_of_type import count, counting
from dashapp.store.scoped import events

_STATEMENT = counting("finding.recorded", events.c.properties["severity"].as_string() == "ERROR")


def error_count(session: Session, scope: Scope, time_range: TimeRange) -> Sequence[ScalarRow]:
    """One row: findings with severity ERROR in the range, and in the one before."""
    return count(session, scope, time_range, _STATEMENT)
