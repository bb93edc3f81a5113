"""`POST /api/v1/events`: store events and acknowledge them after the commit."""

from collections.abc import Sequence
from contextlib import suppress

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from dashapp.domain import log_fields
from dashapp.domain.access.scope import current_scope
from dashapp.domain.errors import DashappError, TooLarge, WrongType
from dashapp.domain.events.batches import (
    MAX_BYTES,
    MAX_EVENTS,
    Batch,
    read_json,
    read_ndjson,
    unpack,
)
from dashapp.domain.events.event import Rejection
from dashapp.domain.time.instant import to_us
from dashapp.store.events.ingest import Receipt, ingest
from dashapp.store.events.rate_limits import require_capacity, spend
from dashapp.web.access.policies import current_sender, sender
from dashapp.web.api import schemas
from dashapp.web.api.parameters import require_known
from dashapp.web.monitoring.counters import counters
from dashapp.web.services import services

blueprint = Blueprint("sending", __name__, url_prefix="/api/v1")
_USUAL_BYTES = 500  # of an event
_READERS = {"application/json": read_json, "application/x-ndjson": read_ndjson}


@blueprint.post("/events")
@sender
def events() -> ResponseReturnValue:
    read = _READERS.get(request.mimetype)
    if read is None or request.mimetype_params.get("charset", "utf-8").lower() != "utf-8":
        raise WrongType(f"Send {' or '.join(_READERS)} in UTF-8.")
    require_known(request.args.to_dict(flat=False), names=[])
    store, scope = services().store, current_scope()
    now = services().clock()
    with store.read_primary(scope) as session:
        require_capacity(session, scope, current_sender(), now=to_us(now))
    body = _body()
    try:
        batch = read(body, received_at=now)
    except DashappError:
        with suppress(TooLarge), store.write(scope) as session:  # parsing it has cost something
            spend(session, scope, current_sender(), _cost(body), now=to_us(now))
        raise
    with store.write(scope) as session:
        spend(session, scope, current_sender(), max(1, batch.size), now=to_us(now))
        receipt = ingest(session, scope, batch.events, received_at=to_us(now), can_defer=True)
    rejected = _rejected(batch, receipt)
    _log(receipt, rejected)
    answer = schemas.Receipt(
        receipt.accepted,
        receipt.duplicates,
        [schemas.Rejection(event.index, event.code, event.message) for event in rejected],
    )
    return schemas.respond(answer, 207 if rejected else 200)


def _log(receipt: Receipt, rejected: Sequence[Rejection]) -> None:
    """Count what became of the events, and add it to the request's line."""
    log_fields.add(accepted=receipt.accepted, duplicates=receipt.duplicates, rejected=len(rejected))
    for verdict, events in (
        ("accepted", receipt.accepted),
        ("duplicate", receipt.duplicates),
        ("rejected", len(rejected)),
    ):
        counters().count_events(verdict, events)
    if rejected:
        log_fields.give_reason(rejected[0].code)


def _cost(refused: bytes) -> int:
    """Return how many events a refused body counts as: those of this size in a usual body."""
    return min(MAX_EVENTS, max(1, len(refused) // _USUAL_BYTES))


def _body() -> bytes:
    """Return the body, unpacked. Its size is checked before it is read and again afterwards."""
    if (request.content_length or 0) > MAX_BYTES:
        raise _too_large()
    body = request.get_data(cache=False)
    if len(body) > MAX_BYTES:
        raise _too_large()
    encoding = request.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding not in {"identity", "gzip"}:
        raise WrongType("Send the body uncompressed or with Content-Encoding: gzip.")
    return unpack(body) if encoding == "gzip" else body


def _too_large() -> TooLarge:
    return TooLarge(f"The body is larger than {MAX_BYTES:,} bytes. Send fewer events per request.")


def _rejected(batch: Batch, receipt: Receipt) -> list[Rejection]:
    """Return the invalid and the conflicting events, by their index in the body."""
    conflicts = [
        Rejection(batch.indexes[conflict.index], conflict.code, conflict.message)
        for conflict in receipt.rejected
    ]
    return sorted([*batch.rejected, *conflicts], key=lambda rejection: rejection.index)
