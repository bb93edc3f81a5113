"""Limits on the events that a key for all orgs may send per minute, over all orgs together.

The limit works as those of orgs (`rate_limits.py`). It is counted in a transaction of its
own, before the events are stored, so that no org waits for another one.
"""

from sqlalchemy import case, update
from sqlalchemy.orm import Session

from dashapp.domain.errors import TooLarge, TooMany
from dashapp.domain.time.instant import SECOND
from dashapp.store.installation.keys import InstallationKey
from dashapp.store.receiving.rate_limits import MINUTE
from dashapp.store.tables import installation_keys as keys


def spend_of_key(
    session: Session, key: InstallationKey, per_minute: int, events: int, *, now: int
) -> None:
    """Count a batch against the limit of its key. `now` in microseconds.

    Raises TooMany, or TooLarge for a batch that exceeds the limit on its own.
    """
    if events > per_minute:
        raise TooLarge(
            f"This key can send {per_minute:,} events per minute, and this batch has more. "
            "Nothing was stored; send smaller batches."
        )
    cost = -(-events * MINUTE // per_minute)
    # A time that is more than a minute ahead comes from a clock that was wrong.
    is_past = (keys.c.used_until <= now) | (keys.c.used_until > now + MINUTE)
    until = case((is_past, now), else_=keys.c.used_until) + cost
    spent = session.execute(
        update(keys)
        .where(keys.c.id == key.id, until <= now + MINUTE)
        .values(used_until=until)
        .returning(keys.c.id)
    ).first()
    if spent is None:
        raise _too_many(per_minute, cost + key.used_until - now - MINUTE)


def require_capacity_of_key(key: InstallationKey, per_minute: int, *, now: int) -> None:
    """Check that at least one event may be sent, before the body is read. Raises TooMany."""
    wait = key.used_until + MINUTE // per_minute - now - MINUTE
    if 0 < wait <= MINUTE:
        raise _too_many(per_minute, wait)


def _too_many(per_minute: int, wait: int) -> TooMany:
    seconds = max(1, -(-wait // SECOND))
    return TooMany(
        f"This key can send {per_minute:,} events per minute. Nothing was stored; send the batch "
        f"again in {seconds} s.",
        retry_after=seconds,
    )
