"""How many events happened, per bucket?"""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from dashapp.domain.scope import Scope
from dashapp.domain.series import BucketCount, SeriesRow, fill
from dashapp.domain.tallies import EVENTS, needs
from dashapp.domain.time_range import TimeRange
from dashapp.queries.counts import counts


@needs(EVENTS)
def event_volume(session: Session, scope: Scope, time_range: TimeRange) -> Sequence[SeriesRow]:
    """Every bucket of the series `events`, ascending, zeros included."""
    found = [
        BucketCount(number, "events", count)
        for number, count in enumerate(counts(session, scope, EVENTS, time_range.edges))
    ]
    return fill(time_range, found, always=["events"])
