"""Limits on the events that a key, and an org across all its keys, may send per minute.

Each limit is a leaky bucket (GCRA) that holds one minute's worth of events. It is stored as one
number: the time until which its capacity is used up. The number is updated under the org's lock, in
the transaction that stores the events, so it is exact across all workers.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.errors import TooLarge, TooMany
from dashapp.domain.time.instant import SECOND
from dashapp.store.orgs.states import lock
from dashapp.store.sql.dialect import upsert
from dashapp.store.tables import send_limits

MINUTE = 60 * SECOND
_ORG = ""  # the key id of the row for the org's own limit
_SUBJECTS = {True: "This key", False: "This org"}


class Sender(NamedTuple):
    """A key, and how many events per minute the key and its org may send.

    Keys for all orgs have no limit of their own here (`key_limits.py`).
    """

    key_id: str
    per_minute: int | None
    org_per_minute: int


def spend(session: Session, scope: Scope, sender: Sender, events: int, *, now: int) -> None:
    """Count a batch against the limits of its key and its org. `now` in microseconds.

    Raises TooMany, or TooLarge for a batch that exceeds a limit on its own; then nothing is
    counted.
    """
    lock(session, scope)
    used = _used(session, scope, sender)
    rows = []
    for key_id, per_minute in _limits(sender):
        if events > per_minute:
            raise TooLarge(
                f"{_SUBJECTS[bool(key_id)]} can send {per_minute:,} events per minute, and this "
                "batch has more. Nothing was stored; send smaller batches."
            )
        until = max(now, _used_until(used, key_id, now)) - (-events * MINUTE // per_minute)
        if until - now > MINUTE:
            raise _too_many(key_id, per_minute, until - now - MINUTE)
        rows.append({"org_id": scope.org_id, "key_id": key_id, "used_until": until})
    _store(session, rows)


class Allowed(NamedTuple):
    """How many events the org's limit allows now, and in how many seconds it allows more."""

    events: int
    retry_after: int


def spend_up_to(
    session: Session, scope: Scope, sender: Sender, events: int, *, now: int
) -> Allowed:
    """Count as many events as the org's limit allows. `now` in microseconds."""
    lock(session, scope)
    per_minute = sender.org_per_minute
    until = max(now, _used_until(_used(session, scope, sender), _ORG, now))
    count = min(events, (now + MINUTE - until) * per_minute // MINUTE)
    until -= -count * MINUTE // per_minute
    if count:
        _store(session, [{"org_id": scope.org_id, "key_id": _ORG, "used_until": until}])
    wait = until + MINUTE // per_minute - now - MINUTE
    return Allowed(count, max(1, -(-wait // SECOND)))


def _store(session: Session, rows: list[dict[str, Any]]) -> None:
    insert = upsert(session, send_limits)
    session.execute(
        insert.on_conflict_do_update(
            index_elements=["org_id", "key_id"], set_={"used_until": insert.excluded.used_until}
        ),
        rows,
    )


def require_capacity(session: Session, scope: Scope, sender: Sender, *, now: int) -> None:
    """Check that at least one event may be sent, before the body is read. Raises TooMany."""
    used = _used(session, scope, sender)
    for key_id, per_minute in _limits(sender):
        wait = _used_until(used, key_id, now) + MINUTE // per_minute - now - MINUTE
        if wait > 0:
            raise _too_many(key_id, per_minute, wait)


def _used_until(used: Mapping[str, int], key_id: str, now: int) -> int:
    """Return until when a limit is used up.

    A time that is further ahead than a minute is from a wrong clock: the limit is then not used up.
    """
    until = used.get(key_id, 0)
    return until if until <= now + MINUTE else 0


def _limits(sender: Sender) -> Iterator[tuple[str, int]]:
    if sender.per_minute is not None:
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


def _too_many(key_id: str, per_minute: int, wait: int) -> TooMany:
    seconds = -(-wait // SECOND)
    return TooMany(
        f"{_SUBJECTS[bool(key_id)]} can send {per_minute:,} events per minute. Nothing was stored; "
        f"send the batch again in {seconds} s.",
        retry_after=seconds,
    )
