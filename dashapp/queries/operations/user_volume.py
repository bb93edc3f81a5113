"""How many different users were active, per bucket and channel?"""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.metrics.tallies import OTHER, USERS_BY_CHANNEL, needs
from dashapp.domain.series import BucketCount, SeriesRow, fill
from dashapp.domain.time.time_range import TimeRange
from dashapp.queries.counts import is_comparable
from dashapp.queries.user_counts import user_counts


@needs(USERS_BY_CHANNEL)
def user_volume(session: Session, scope: Scope, time_range: TimeRange) -> Sequence[SeriesRow]:
    """Every bucket of `api` and `web`, and of `other` where there is any; zeros included.

    Exact per bucket and channel: a user of two channels is in both.
    """
    found = user_counts(session, scope, USERS_BY_CHANNEL, time_range.asked_edges)
    counts = [BucketCount(number, series, count) for number, series, count in found]
    is_compared = time_range.is_compared and is_comparable(session, scope, time_range)
    return fill(time_range, counts, USERS_BY_CHANNEL.values, is_compared=is_compared, rest=OTHER)
