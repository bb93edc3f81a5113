"""`POST /api/v1/events`: store events and acknowledge them after the commit."""

from contextlib import suppress

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from dashapp.domain import log_fields
from dashapp.domain.access.scope import current_scope
from dashapp.domain.errors import DashappError, TooLarge, WrongType
from dashapp.domain.events.batches import (
    MAX_BYTES,
    MAX_EVENTS,
    json_values,
    ndjson_values,
    read_json,
    read_ndjson,
    unpack,
)
from dashapp.domain.time.instant import to_us
from dashapp.store.installation.keys import InstallationKey
from dashapp.store.receiving.batch import Outcome, Sent, receive
from dashapp.store.receiving.key_limits import require_capacity_of_key
from dashapp.store.receiving.rate_limits import require_capacity, spend
from dashapp.web.access.policies import current_sender, sender, sending_key_for_all
from dashapp.web.api import schemas
from dashapp.web.api.events_for_orgs import events_per_minute, receive_body
from dashapp.web.api.parameters import require_known
from dashapp.web.monitoring.counters import counters
from dashapp.web.services import services

blueprint = Blueprint("sending", __name__, url_prefix="/api/v1")
_USUAL_BYTES = 500  # of an event
_READERS = {"application/json": read_json, "application/x-ndjson": read_ndjson}
_VALUES = {"application/json": json_values, "application/x-ndjson": ndjson_values}


@blueprint.post("/events")
@sender
def events() -> ResponseReturnValue:
    read = _READERS.get(request.mimetype)
    if read is None or request.mimetype_params.get("charset", "utf-8").lower() != "utf-8":
        raise WrongType(f"Send {' or '.join(_READERS)} in UTF-8.")
    require_known(request.args.to_dict(flat=False), names=[])
    key_for_all = sending_key_for_all()
    if key_for_all is not None:
        return _events_for_orgs(key_for_all)
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
        sent = Sent(batch, len(body), current_sender().key_id)
        outcome = receive(session, scope, sent, now=to_us(now))
    return _answer(outcome)


def _events_for_orgs(key: InstallationKey) -> Response:
    now = services().clock()
    require_capacity_of_key(key, events_per_minute(key), now=to_us(now))
    outcome, retry_after = receive_body(key, _body(), _VALUES[request.mimetype], _cost, now=now)
    answer = _answer(outcome)
    if retry_after is not None:
        answer.headers["Retry-After"] = str(retry_after)
    return answer


def _answer(outcome: Outcome) -> Response:
    """Return the answer, and add to the request's line in the log what became of its events."""
    accepted, duplicates, rejected = outcome
    log_fields.add(accepted=accepted, duplicates=duplicates, rejected=len(rejected))
    for verdict, events in (
        ("accepted", accepted),
        ("duplicate", duplicates),
        ("rejected", len(rejected)),
    ):
        counters().count_events(verdict, events)
    if rejected:
        log_fields.give_reason(rejected[0].code)
    verdicts = [schemas.Rejection(event.index, event.code, event.message) for event in rejected]
    answer = schemas.Receipt(accepted, duplicates, verdicts)
    return schemas.respond(answer, 207 if rejected else 200)


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
