"""What share of finished validation runs succeeded?"""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.metrics.tallies import EVENTS_BY_TYPE, needs
from dashapp.domain.series import ScalarRow
from dashapp.domain.time.time_range import TimeRange
from dashapp.queries.counts import counts_by_type, is_comparable, with_previous
from dashapp.queries.operations.run_outcomes import ENDED


@needs(EVENTS_BY_TYPE, types=ENDED)
def success_rate(session: Session, scope: Scope, time_range: TimeRange) -> Sequence[ScalarRow]:
    """One row: the share of runs that succeeded, from 0 to 1; None if no run ended.

    Runs that were canceled or timed out count as ended.
    """
    succeeded, *others = counts_by_type(session, scope, with_previous(time_range), ENDED).values()
    ended = [sum(counts) for counts in zip(succeeded, *others, strict=True)]
    *trend, previous = (_rate(count, total) for count, total in zip(succeeded, ended, strict=True))
    can_compare = is_comparable(session, scope, time_range)
    value = _rate(sum(succeeded[:-1]), sum(ended[:-1]))
    return [ScalarRow(value, previous if can_compare else None, tuple(trend), can_compare)]


def _rate(succeeded: int, ended: int) -> float | None:
    return succeeded / ended if ended else None
