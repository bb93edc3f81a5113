"""How did validation runs end, per bucket?"""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.metrics.tallies import EVENTS_BY_TYPE, needs
from dashapp.domain.series import BucketCount, SeriesRow, fill_series
from dashapp.domain.time.time_range import TimeRange
from dashapp.queries.counts import counts_by_type, is_comparable

OUTCOMES = ("succeeded", "failed", "canceled", "timed_out")
_RUN = "validation_run."
ENDED = tuple(f"{_RUN}{outcome}" for outcome in OUTCOMES)


@needs(EVENTS_BY_TYPE, types=ENDED)
def run_outcomes(session: Session, scope: Scope, time_range: TimeRange) -> Sequence[SeriesRow]:
    """Every bucket of `succeeded` and `failed`; of `canceled` and `timed_out` if there are any."""
    counts = counts_by_type(session, scope, time_range.query_edges, ENDED)
    bucket_counts = [
        BucketCount(number, name.removeprefix(_RUN), count)
        for name, values in counts.items()
        for number, count in enumerate(values)
        if count
    ]
    is_compared = time_range.is_compared and is_comparable(session, scope, time_range)
    return fill_series(time_range, bucket_counts, OUTCOMES[:2], is_compared=is_compared)
