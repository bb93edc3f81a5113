"""Events of many orgs in one request, with a key of the installation."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import NamedTuple

from dashapp.domain.errors import DashappError
from dashapp.domain.events.addressed import Addressed, addressed, unknown_org
from dashapp.domain.events.batches import Reader
from dashapp.domain.time.instant import to_us
from dashapp.store.installation.keys import InstallationKey
from dashapp.store.orgs.orgs import find_receivers
from dashapp.store.receiving.batch import Outcome, Sent
from dashapp.store.receiving.for_orgs import Part, receive_for_orgs
from dashapp.store.receiving.key_limits import spend_of_key
from dashapp.store.receiving.rate_limits import Sender
from dashapp.web.services import services


class Answer(NamedTuple):
    """What became of a request's events, and in how many seconds some can be sent again."""

    outcome: Outcome
    retry_after: int | None


def receive_body(
    key: InstallationKey,
    body: bytes,
    values: Callable[[bytes], Sequence[Reader]],
    cost: Callable[[bytes], int],
    *,
    now: datetime,
) -> Answer:
    """Store the events of a body. Raises TooMany, TooLarge, or BadInput."""
    try:
        sent = addressed(values(body), received_at=now)
    except DashappError:
        with suppress(DashappError):  # parsing it has cost something
            _spend(key, cost(body), now)
        raise
    _spend(key, max(1, sent.size), now)
    return _receive(key, sent, len(body), now)


def events_per_minute(key: InstallationKey) -> int:
    """Return how many events a key may send for all orgs together."""
    return key.events_per_minute or services().settings.key_events_per_minute


def _spend(key: InstallationKey, events: int, now: datetime) -> None:
    with services().store.write_shared() as session:
        spend_of_key(session, key, events_per_minute(key), events, now=to_us(now))


def _receive(key: InstallationKey, body: Addressed, size: int, now: datetime) -> Answer:
    app = services()
    with app.store.read_shared() as session:
        receivers = find_receivers(session, body.batches.keys())
    share = size / (sum(body.sizes.values()) or 1)  # bytes per character
    rejected = [*body.lost]
    parts = []
    for slug, batch in body.batches.items():
        if slug not in receivers:
            rejected += unknown_org(batch, slug)
            continue
        org, per_minute = receivers[slug]
        sender = Sender(key.id, None, per_minute or app.settings.org_events_per_minute)
        sent = Sent(batch, round(body.sizes[slug] * share), key.id)
        parts.append(Part(app.scope_of_org(org), sender, sent))
    stored = receive_for_orgs(app.store, parts, now=to_us(now))
    for part in stored:
        rejected += part.outcome.rejected
    waits = [part.retry_after for part in stored if part.retry_after is not None]
    outcome = Outcome(
        sum(part.outcome.accepted for part in stored),
        sum(part.outcome.duplicates for part in stored),
        sorted(rejected, key=lambda rejection: rejection.index),
    )
    return Answer(outcome, min(waits, default=None))
