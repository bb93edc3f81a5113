"""How much a key, and an org by all its keys, may send: one count for all workers.

A leaky bucket that holds a minute's worth (GCRA): one number each says until when it is used up.
Spent under the org's lock, in the transaction that stores the events, so it is exact.
"""

from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.errors import TooLarge, TooMany
from dashapp.domain.time.instant import SECOND
from dashapp.store.orgs.states import lock
from dashapp.store.sql.dialect import upsert
from dashapp.store.tables import send_limits

MINUTE = 60 * SECOND
_ORG = ""  # stands where a key's id does
_WHO = {True: "This key", False: "This org"}


class Sender(NamedTuple):
    """Who sends, and how many events a minute the key and its org may."""

    key_id: str
    per_minute: int
    org_per_minute: int


def spend(session: Session, scope: Scope, sender: Sender, events: int, *, now: int) -> None:
    """Take a batch from what may be sent.

    Raises TooMany, or TooLarge for a batch that could never pass; then nothing is taken.
    """
    lock(session, scope)
    used = _used(session, scope, sender)
    rows = []
    for whose, per_minute in _limits(sender):
        if events > per_minute:
            raise TooLarge(
                f"{_WHO[bool(whose)]} may send {per_minute:,} events a minute: send at most that "
                "many at once. Nothing of this was stored."
            )
        until = max(now, used.get(whose, 0)) - (-events * MINUTE // per_minute)
        if until - now > MINUTE:
            raise _too_many(whose, per_minute, until - now - MINUTE)
        rows.append({"org_id": scope.org_id, "key_id": whose, "used_until": until})
    made = upsert(session, send_limits)
    session.execute(
        made.on_conflict_do_update(
            index_elements=["org_id", "key_id"], set_={"used_until": made.excluded.used_until}
        ),
        rows,
    )


def require_room(session: Session, scope: Scope, sender: Sender, *, now: int) -> None:
    """Refuse before a body is read where there is no room for one event. Raises TooMany."""
    used = _used(session, scope, sender)
    for whose, per_minute in _limits(sender):
        over = used.get(whose, 0) + MINUTE // per_minute - now - MINUTE
        if over > 0:
            raise _too_many(whose, per_minute, over)


def _limits(sender: Sender) -> Iterator[tuple[str, int]]:
    yield sender.key_id, sender.per_minute
    yield _ORG, sender.org_per_minute


def _used(session: Session, scope: Scope, sender: Sender) -> dict[str, int]:
    rows = session.execute(
        select(send_limits.c.key_id, send_limits.c.used_until).where(
            send_limits.c.org_id == scope.org_id,
            send_limits.c.key_id.in_([sender.key_id, _ORG]),
        )
    )
    return {row.key_id: row.used_until for row in rows}


def _too_many(whose: str, per_minute: int, wait: int) -> TooMany:
    seconds = -(-wait // SECOND)
    return TooMany(
        f"{_WHO[bool(whose)]} may send {per_minute:,} events a minute. Nothing of this was stored; "
        f"send the batch again in {seconds} s.",
        retry_after=seconds,
    )
