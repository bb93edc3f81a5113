"""How many events happened, per bucket?"""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dashapp.domain.scope import Scope
from dashapp.domain.series import BucketCount, SeriesRow, fill
from dashapp.domain.time_range import TimeRange
from dashapp.queries.params import by_bucket
from dashapp.store.scoped import buckets, event_types, events

_IN_BUCKET = (
    select(func.count())
    .select_from(event_types)
    .join(events, events.c.type == event_types.c.type)
    .where(events.c.occurred_at >= buckets.c.low, events.c.occurred_at < buckets.c.high)
    .correlate(buckets)
    .scalar_subquery()
)
_STATEMENT = select(buckets.c.number, _IN_BUCKET).order_by(buckets.c.number)


def event_volume(session: Session, scope: Scope, time_range: TimeRange) -> Sequence[SeriesRow]:
    """Every bucket of the series `events`, ascending, zeros included."""
    rows = session.execute(_STATEMENT, by_bucket(scope, time_range))
    counts = [BucketCount(number, "events", value) for number, value in rows]
    return fill(time_range, counts, always=["events"])
