"""How many events happened, per bucket?"""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.metrics.tallies import EVENTS, EVENTS_BY_TYPE, needs
from dashapp.domain.series import BucketCount, SeriesRow, fill_series
from dashapp.domain.time.time_range import TimeRange
from dashapp.queries.counts import counts, is_comparable
from dashapp.queries.marks import lifecycle


@needs(EVENTS, EVENTS_BY_TYPE)
def event_volume(session: Session, scope: Scope, time_range: TimeRange) -> Sequence[SeriesRow]:
    """Every bucket of the series `events`, ascending, zeros included.

    Each row has the marks of workflow changes and submissions, which may explain a spike.
    """
    bucket_counts = [
        BucketCount(number, "events", count)
        for number, count in enumerate(counts(session, scope, EVENTS, time_range.query_edges))
    ]
    is_compared = time_range.is_compared and is_comparable(session, scope, time_range)
    rows = fill_series(time_range, bucket_counts, always=["events"], is_compared=is_compared)
    marks = lifecycle(session, scope, time_range)
    return [
        row._replace(marks=tuple(bucket_marks)) if bucket_marks else row
        for row, bucket_marks in zip(rows, marks, strict=True)
    ]
