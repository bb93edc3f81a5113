"""Sample events for an org, one batch per transaction. Running it twice adds nothing."""

from datetime import datetime
from itertools import islice

from dashapp.domain.access.scope import Scope
from dashapp.domain.demo.history import Plan, demo_events
from dashapp.domain.time.instant import to_us
from dashapp.domain.time.zones import zone_named
from dashapp.store.engine import Store
from dashapp.store.events.ingest import Receipt, ingest

_BATCH = 5_000


def seed_tracking_events(store: Store, scope: Scope, plan: Plan, *, now: datetime) -> Receipt:
    """Add sample events for whole local days before today; return the receipt of all batches."""
    zone = zone_named(scope.org.timezone)
    events = demo_events(scope.org.slug, zone, now, plan)
    total = Receipt(0, 0, [])
    while batch := list(islice(events, _BATCH)):
        with store.write(scope) as session:
            receipt = ingest(session, scope, batch, received_at=to_us(now))
        total = Receipt(
            total.accepted + receipt.accepted,
            total.duplicates + receipt.duplicates,
            [*total.rejected, *receipt.rejected],
        )
    return total
