"""Who sends which mails of the outbox. A lease ends by itself, so nothing is lost with a sender.

A crash between the server's "250" and `settle_sent` sends a mail twice, with one Message-ID: SMTP
can only promise that it arrives at least once.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import bindparam, delete, exists, or_, select, update
from sqlalchemy.orm import Session

from dashapp.domain.time.instant import SECOND
from dashapp.store.mail.outbox import FAILED, SENT, WAITING
from dashapp.store.tables import outbox

LEASE = 600 * SECOND
_MAX_ERROR = 300


class Leased(NamedTuple):
    """A mail that one sender may send now; times in microseconds. `params` are sealed."""

    id: str
    user_id: int | None
    kind: str
    address: str
    locale: str
    params: str
    created_at: int
    tries: int
    leased_by: str
    leased_until: int


_COLUMNS = tuple(outbox.c[name] for name in Leased._fields)
_IS_DUE = (
    (outbox.c.state == WAITING)
    & (outbox.c.due_at <= bindparam("now"))
    & or_(outbox.c.leased_until.is_(None), outbox.c.leased_until < bindparam("now"))
)
_HAS_DUE = select(exists().where(_IS_DUE))
_DUE = (
    select(outbox.c.id)
    .where(_IS_DUE)
    .order_by(outbox.c.due_at)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
    .cte("due")
)
_LEASE = (
    update(outbox)
    .where(outbox.c.id.in_(select(_DUE.c.id)))
    .values(leased_by=bindparam("holder"), leased_until=bindparam("until"))
    .returning(*_COLUMNS)
)


def has_due(session: Session, *, now: int) -> bool:
    """Return whether a mail is due. It takes no lock, so it can be asked often."""
    return bool(session.execute(_HAS_DUE, {"now": now}).scalar())


def lease(session: Session, holder: str, most: int, *, now: int) -> Sequence[Leased]:
    """Lease mails that are due, so that no other sender takes them, the oldest first."""
    params = {"now": now, "most": most, "holder": holder, "until": now + LEASE}
    rows = [Leased(*row) for row in session.execute(_LEASE, params)]
    return sorted(rows, key=lambda mail: mail.created_at)


def settle_sent(session: Session, mail: Leased, *, now: int) -> bool:
    """Record that the mail server took a mail, and forget its text and address."""
    return _settle(session, mail, state=SENT, address="", params="", ended_at=now, error=None)


def settle_failed(session: Session, mail: Leased, error: str, *, now: int) -> bool:
    """Record that a mail failed for good, and forget its text. The address stays, to be shown."""
    return _settle(session, mail, state=FAILED, params="", ended_at=now, error=error[:_MAX_ERROR])


def settle_later(session: Session, mail: Leased, error: str, *, tries: int, due_at: int) -> bool:
    """Record that a mail could not be sent yet, and when to try again."""
    return _settle(session, mail, tries=tries, due_at=due_at, error=error[:_MAX_ERROR])


def forget(session: Session, mail: Leased) -> None:
    """Delete a mail that need not be sent."""
    session.execute(delete(outbox).where(_is_mine(mail)))


def _settle(session: Session, mail: Leased, **values: object) -> bool:
    """Change a mail and end the lease, if it is still ours. Returns whether."""
    statement = update(outbox).where(_is_mine(mail)).values(leased_by=None, leased_until=None)
    changed: Any = session.execute(statement.values(**values))
    return bool(changed.rowcount)


def _is_mine(mail: Leased) -> Any:
    return (
        (outbox.c.id == mail.id)
        & (outbox.c.leased_by == mail.leased_by)
        & (outbox.c.leased_until == mail.leased_until)
    )
