"""How many distinct users were active, per bucket and channel?"""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.metrics.tallies import OTHER, USERS_BY_CHANNEL, needs
from dashapp.domain.series import BucketCount, SeriesRow, fill_series
from dashapp.domain.time.time_range import TimeRange
from dashapp.queries.counts import is_comparable
from dashapp.queries.user_counts import user_counts


@needs(USERS_BY_CHANNEL)
def user_volume(session: Session, scope: Scope, time_range: TimeRange) -> Sequence[SeriesRow]:
    """Every bucket of `api` and `web`, and of `other` if there is any; zeros included.

    Exact per bucket and channel: a user of two channels counts in both.
    """
    counts = [
        BucketCount(number, channel, users)
        for number, channel, users in user_counts(
            session, scope, USERS_BY_CHANNEL, time_range.query_edges
        )
    ]
    is_compared = time_range.is_compared and is_comparable(session, scope, time_range)
    return fill_series(
        time_range, counts, USERS_BY_CHANNEL.values, is_compared=is_compared, rest=OTHER
    )
