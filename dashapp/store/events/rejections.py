"""The latest rejected events of an org, and why. What an event says is not kept."""

import secrets
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import bindparam, delete, insert, or_, select
from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.errors import excerpt
from dashapp.domain.events.event import Rejection
from dashapp.store.tables import rejections

MOST = 200  # per org
_LENGTHS = {"code": 40, "message": 300, "event_id": 64, "type": 100}


class RejectedEvent(NamedTuple):
    """A rejected event; `at` in microseconds UTC. `event_id` and `type` are as sent: untrusted."""

    at: int
    code: str
    message: str
    key_id: str
    event_id: str
    type: str


_COLUMNS = tuple(rejections.c[name] for name in RejectedEvent._fields)
_IS_OF_ORG = rejections.c.org_id == bindparam("org")
_NEWEST_FIRST = (rejections.c.at.desc(), rejections.c.mark.desc())
_LATEST = select(*_COLUMNS).where(_IS_OF_ORG).order_by(*_NEWEST_FIRST).limit(bindparam("most"))
_FIRST_TO_DELETE = (
    select(rejections.c.at, rejections.c.mark)
    .where(_IS_OF_ORG)
    .order_by(*_NEWEST_FIRST)
    .offset(MOST)
    .limit(1)
)
_DELETE = delete(rejections).where(
    _IS_OF_ORG,
    or_(
        rejections.c.at < bindparam("last_at"),
        (rejections.c.at == bindparam("last_at")) & (rejections.c.mark <= bindparam("last_mark")),
    ),
)


def record_rejections(
    session: Session, scope: Scope, rejected: Sequence[Rejection], key_id: str, *, now: int
) -> None:
    """Keep the newest rejected events, in the transaction that stores the others.

    The first of a batch counts as the newest.
    """
    if not rejected:
        return
    rows = [
        {
            "org_id": scope.org_id,
            "at": now - position,
            "mark": secrets.token_hex(4),
            "key_id": key_id,
            **{name: excerpt(getattr(event, name), most) for name, most in _LENGTHS.items()},
        }
        for position, event in enumerate(rejected[:MOST])
    ]
    session.execute(insert(rejections), rows)
    last = session.execute(_FIRST_TO_DELETE, {"org": scope.org_id}).first()
    if last is not None:
        params = {"org": scope.org_id, "last_at": last.at, "last_mark": last.mark}
        session.execute(_DELETE, params)


def latest_rejections(session: Session, scope: Scope, most: int = MOST) -> Sequence[RejectedEvent]:
    """Return the org's latest rejected events, the newest first."""
    rows = session.execute(_LATEST, {"org": scope.org_id, "most": most})
    return [RejectedEvent(*row) for row in rows]
