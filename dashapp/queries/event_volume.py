"""How many events happened, per bucket?"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy.orm import Session

from dashapp.domain.scope import Scope
from dashapp.domain.series import BucketCount, Mark, SeriesRow, fill
from dashapp.domain.tallies import EVENTS, needs
from dashapp.domain.time_range import TimeRange
from dashapp.queries.counts import counts
from dashapp.queries.lifecycle import lifecycle


@needs(EVENTS)
def event_volume(session: Session, scope: Scope, time_range: TimeRange) -> Sequence[SeriesRow]:
    """Every bucket of the series `events`, ascending, zeros included.

    With what was changed in each bucket, so that a spike can be matched with it.
    """
    found = [
        BucketCount(number, "events", count)
        for number, count in enumerate(counts(session, scope, EVENTS, time_range.edges))
    ]
    rows = fill(time_range, found, always=["events"])
    marks = lifecycle(session, scope, time_range)
    return _marked(rows, marks) if marks else rows


def _marked(rows: Sequence[SeriesRow], marks: Sequence[Mark]) -> list[SeriesRow]:
    starts = [row.start for row in rows]
    by_bucket: dict[int, list[Mark]] = defaultdict(list)
    for mark in marks:
        by_bucket[bisect_right(starts, mark.at) - 1].append(mark)
    return [row._replace(marks=tuple(by_bucket.get(n, ()))) for n, row in enumerate(rows)]
