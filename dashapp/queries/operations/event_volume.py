"""How many events happened, per bucket?"""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.metrics.tallies import EVENTS, EVENTS_BY_TYPE, needs
from dashapp.domain.series import BucketCount, SeriesRow, fill
from dashapp.domain.time.time_range import TimeRange
from dashapp.queries.counts import counts, is_comparable
from dashapp.queries.marks import lifecycle


@needs(EVENTS, EVENTS_BY_TYPE)
def event_volume(session: Session, scope: Scope, time_range: TimeRange) -> Sequence[SeriesRow]:
    """Every bucket of the series `events`, ascending, zeros included.

    With what was changed in each bucket, so that a spike can be matched with it.
    """
    found = [
        BucketCount(number, "events", count)
        for number, count in enumerate(counts(session, scope, EVENTS, time_range.asked_edges))
    ]
    is_compared = time_range.is_compared and is_comparable(session, scope, time_range)
    rows = fill(time_range, found, always=["events"], is_compared=is_compared)
    marks = lifecycle(session, scope, time_range)
    return [
        row._replace(marks=tuple(found)) if found else row
        for row, found in zip(rows, marks, strict=True)
    ]
