"""Sample events for an org, one batch per transaction. Running it twice adds nothing."""

from collections.abc import Iterable
from datetime import datetime
from itertools import islice

from dashapp.domain.access.scope import Scope
from dashapp.domain.events.event import Event
from dashapp.domain.time.instant import to_us
from dashapp.store.engine import Store
from dashapp.store.events.ingest import Receipt, ingest

_BATCH = 5_000


def seed_events(store: Store, scope: Scope, events: Iterable[Event], *, now: datetime) -> Receipt:
    """Add these events; return the receipt of all batches."""
    total, remaining = Receipt(0, 0, []), iter(events)
    while batch := list(islice(remaining, _BATCH)):
        with store.write(scope) as session:
            receipt = ingest(session, scope, batch, received_at=to_us(now))
        total = Receipt(
            total.accepted + receipt.accepted,
            total.duplicates + receipt.duplicates,
            [*total.rejected, *receipt.rejected],
        )
    return total
