"""A batch of one org, as it was sent: what is valid is stored, and all of it is counted."""

from typing import NamedTuple

from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.events.batches import Batch
from dashapp.domain.events.event import Rejection
from dashapp.store.events.ingest import Receipt, ingest
from dashapp.store.events.rejections import record_rejections
from dashapp.store.usage.counting import Kind, count_usage


class Sent(NamedTuple):
    """A batch, the length of its JSON in bytes, and the id of the key that sent it."""

    batch: Batch
    size: int
    key_id: str


class Outcome(NamedTuple):
    """What became of a batch: the three add up to its events.

    Rejections have the index in the body, and are in its order.
    """

    accepted: int
    duplicates: int
    rejected: list[Rejection]


def receive(session: Session, scope: Scope, sent: Sent, *, now: int) -> Outcome:
    """Store the valid events of a batch. `now`, in microseconds UTC, is the time of receipt.

    The org must be locked. Rejected events are recorded, without what they say.
    """
    batch = sent.batch
    receipt = ingest(session, scope, batch.events, received_at=now, can_defer=True)
    rejected = _rejected(batch, receipt)
    counts = {
        Kind.RECEIVED: batch.size,
        Kind.STORED: receipt.accepted,
        Kind.DUPLICATES: receipt.duplicates,
        Kind.REJECTED: len(rejected),
        Kind.BYTES: sent.size,
    }
    count_usage(session, scope, counts if batch.size else {}, now=now)
    record_rejections(session, scope, rejected, sent.key_id, now=now)
    return Outcome(receipt.accepted, receipt.duplicates, rejected)


def _rejected(batch: Batch, receipt: Receipt) -> list[Rejection]:
    """Return the invalid and the conflicting events, by their index in the body."""
    refused = []
    for rejection in receipt.rejected:
        event = batch.events[rejection.index]
        index = batch.indexes[rejection.index]
        refused.append(Rejection(index, rejection.code, rejection.message, event.id, event.type))
    return sorted([*batch.rejected, *refused], key=lambda rejection: rejection.index)
