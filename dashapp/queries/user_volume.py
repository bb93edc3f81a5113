"""How many different users were active, per bucket and channel?"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from dashapp.domain.scope import Scope
from dashapp.domain.series import BucketCount, SeriesRow, fill
from dashapp.domain.time_range import TimeRange
from dashapp.queries.params import by_bucket
from dashapp.store.scoped import buckets, event_types, events

CHANNELS = ("api", "web")


def _users_where(condition: ColumnElement[bool]) -> Any:
    return (
        select(func.count(events.c.user_id.distinct()))
        .select_from(event_types)
        .join(events, events.c.type == event_types.c.type)
        .where(
            events.c.occurred_at >= buckets.c.low,
            events.c.occurred_at < buckets.c.high,
            condition,
        )
        .correlate(buckets)
        .scalar_subquery()
    )


_STATEMENT = select(
    buckets.c.number,
    *(_users_where(events.c.channel == channel) for channel in CHANNELS),
    _users_where(events.c.channel.not_in(CHANNELS)),
).order_by(buckets.c.number)


def user_volume(session: Session, scope: Scope, time_range: TimeRange) -> Sequence[SeriesRow]:
    """Every bucket of `api` and `web`, and of `other` where there is any; zeros included.

    Exact per bucket and channel: a user of two channels is in both.
    """
    counts = [
        BucketCount(number, series, value)
        for number, *values in session.execute(_STATEMENT, by_bucket(scope, time_range))
        for series, value in zip((*CHANNELS, "other"), values, strict=True)
    ]
    return fill(time_range, counts, always=CHANNELS)
