"""Events of many orgs from one request: one transaction per org.

Each org is stored or not, whatever happens to the others. An org that could not be stored, because
it is busy, has reached its limit, or the database failed, is told so for each of its events: they
are rejected with the code `try_again`. So nothing that is acknowledged is lost.
"""

import logging
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from time import monotonic
from typing import NamedTuple

from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.errors import NotFound
from dashapp.domain.events.addressed import TRY_AGAIN, all_rejected, unknown_org
from dashapp.domain.events.batches import Batch
from dashapp.store.engine import Store
from dashapp.store.receiving.batch import Outcome, Sent, receive
from dashapp.store.receiving.rate_limits import Sender, spend_up_to

_SECONDS = 5.0  # for a request, until the last org that is busy is asked
_BUSY_SECONDS = 1
_BUSY = "Org {} could not be stored just now. Send this event again."
_LIMITED = "Org {} can send {:,} events per minute. Send this event again in {} s."
_log = logging.getLogger(__name__)


class Part(NamedTuple):
    """What a request has for one org."""

    scope: Scope
    sender: Sender
    sent: Sent


class Stored(NamedTuple):
    """What became of an org's events. With `retry_after`, some can be sent again after seconds."""

    outcome: Outcome
    retry_after: int | None = None


def receive_for_orgs(store: Store, parts: Sequence[Part], *, now: int) -> list[Stored]:
    """Store the events of each org; return what became of them, in no particular order.

    Orgs that another writer has locked come last, so that they hold up no others. `now` is in
    microseconds UTC.
    """
    deadline = monotonic() + _SECONDS
    stored, busy = [], []
    for part in sorted(parts, key=lambda part: part.scope.org_id):
        is_late = monotonic() > deadline
        answer = None if is_late else _attempt(store.write_at_once, part, now)
        if answer is None:
            busy.append(part)
        else:
            stored.append(answer)
    for part in busy:
        is_late = monotonic() > deadline
        answer = None if is_late else _attempt(store.write, part, now)
        stored.append(answer or _try_again(part))
    return stored


def _attempt(
    write: Callable[[Scope], AbstractContextManager[Session]], part: Part, now: int
) -> Stored | None:
    """Store the events of an org; return None if it is busy."""
    try:
        with write(part.scope) as session:
            return _store(session, part, now)
    except NotFound:  # it has been removed since
        return Stored(Outcome(0, 0, unknown_org(part.sent.batch, part.scope.org.slug)))
    except OperationalError:
        return None
    except (SQLAlchemyError, ArithmeticError, LookupError, TypeError, ValueError):
        _log.exception("could not store events", extra={"org": part.scope.org.slug})
        return _try_again(part)


def _try_again(part: Part) -> Stored:
    rejected = all_rejected(part.sent.batch, TRY_AGAIN, _BUSY.format(part.scope.org.slug))
    return Stored(Outcome(0, 0, rejected), _BUSY_SECONDS)


def _store(session: Session, part: Part, now: int) -> Stored:
    """Store as many events as the org's limit allows, the first ones of the body."""
    scope, sent = part.scope, part.sent
    size = sent.batch.size
    allowed = spend_up_to(session, scope, part.sender, size, now=now)
    if allowed.events == size:
        return Stored(receive(session, scope, sent, now=now))
    first, rest = _cut(sent.batch, allowed.events)
    sent = sent._replace(batch=first, size=sent.size * first.size // size)
    outcome = receive(session, scope, sent, now=now)
    message = _LIMITED.format(scope.org.slug, part.sender.org_per_minute, allowed.retry_after)
    rejected = [*outcome.rejected, *all_rejected(rest, TRY_AGAIN, message)]
    return Stored(outcome._replace(rejected=rejected), allowed.retry_after)


def _cut(batch: Batch, count: int) -> tuple[Batch, Batch]:
    """Return the first events of a batch, valid or not, and the others."""
    indexes = sorted([*batch.indexes, *(rejection.index for rejection in batch.rejected)])
    end = indexes[count]
    place = sum(index < end for index in batch.indexes)
    earlier = [rejection for rejection in batch.rejected if rejection.index < end]
    later = [rejection for rejection in batch.rejected if rejection.index >= end]
    return (
        Batch(batch.indexes[:place], batch.events[:place], earlier),
        Batch(batch.indexes[place:], batch.events[place:], later),
    )
