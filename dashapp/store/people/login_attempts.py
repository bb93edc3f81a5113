"""Login attempts, counted across all workers before a password is hashed.

A subject is hashed text such as `account:…` or `address:…`. Attempts are counted per 15 minutes.
"""

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from dashapp.domain.secrets.keys import digest
from dashapp.domain.time.instant import SECOND
from dashapp.store.tables import login_attempts

SLOT = 15 * 60 * SECOND


def count_attempt(session: Session, subject: str, *, now: int) -> int:
    """Count an attempt. Returns how many there are in the current 15 minutes."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    upsert = (
        insert(login_attempts)
        .values(subject=digest(subject), slot=now // SLOT, count=1)
        .on_conflict_do_update(
            index_elements=["subject", "slot"], set_={"count": login_attempts.c.count + 1}
        )
        .returning(login_attempts.c.count)
    )
    return int(session.execute(upsert).scalar_one())


def forget_attempts(session: Session, subject: str, *, now: int) -> None:
    """Clear the count after a successful login, and delete old counts."""
    session.execute(
        delete(login_attempts).where(
            login_attempts.c.subject == digest(subject), login_attempts.c.slot == now // SLOT
        )
    )
    prune_attempts(session, now=now)


def prune_attempts(session: Session, *, now: int) -> None:
    """Delete counts that are too old to limit anything."""
    session.execute(delete(login_attempts).where(login_attempts.c.slot < now // SLOT - 4))


def seconds_until_next_slot(*, now: int) -> int:
    return int((SLOT - now % SLOT) // SECOND) + 1
