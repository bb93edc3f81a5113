"""Login attempts, counted across all workers before a password is hashed.

A subject is hashed text such as `account:…` or `address:…`. Attempts are counted per 15 minutes.
"""

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from dashapp.domain.secrets.keys import digest
from dashapp.domain.time.instant import SECOND
from dashapp.store.sql.dialect import upsert
from dashapp.store.tables import login_attempts

SLOT = 15 * 60 * SECOND
DAY = 24 * 3_600 * SECOND


def count_attempt(session: Session, subject: str, limit: int, *, now: int) -> bool:
    """Count an attempt, unless the current 15 minutes have `limit` of them. Returns whether."""
    statement = (
        upsert(session, login_attempts)
        .values(subject=digest(subject), slot=now // SLOT, count=1)
        .on_conflict_do_update(
            index_elements=["subject", "slot"],
            set_={"count": login_attempts.c.count + 1},
            where=login_attempts.c.count < limit,
        )
        .returning(login_attempts.c.count)
    )
    return session.execute(statement).first() is not None


def count_in_day(session: Session, subject: str, limit: int, *, now: int) -> bool:
    """Count an attempt, unless the current day (UTC) has `limit` of them. Returns whether."""
    return count_attempt(session, subject, limit, now=_last_of_day(now))


def take_back_in_day(session: Session, subject: str, *, counted_at: int) -> None:
    """Take back one attempt that was counted in the day of this time."""
    take_back_attempt(session, subject, counted_at=_last_of_day(counted_at))


def _last_of_day(now: int) -> int:
    """Return the last moment of the day: its 15 minutes count for the whole day."""
    return (now // DAY + 1) * DAY - 1


def take_back_attempt(session: Session, subject: str, *, counted_at: int) -> None:
    """Take back one attempt that was counted at this time."""
    session.execute(
        update(login_attempts)
        .where(
            login_attempts.c.subject == digest(subject),
            login_attempts.c.slot == counted_at // SLOT,
            login_attempts.c.count > 0,
        )
        .values(count=login_attempts.c.count - 1)
    )


def forget_attempts(session: Session, subject: str, *, now: int) -> None:
    """Clear the count of the current 15 minutes."""
    session.execute(
        delete(login_attempts).where(
            login_attempts.c.subject == digest(subject), login_attempts.c.slot == now // SLOT
        )
    )


def forget_all(session: Session, subject: str) -> None:
    """Clear all counts of a subject: an operator lets someone in again."""
    session.execute(delete(login_attempts).where(login_attempts.c.subject == digest(subject)))


def prune_attempts(session: Session, *, now: int) -> None:
    """Delete counts that are too old to limit anything."""
    session.execute(delete(login_attempts).where(login_attempts.c.slot < now // SLOT - 4))


def seconds_until_next_slot(*, now: int) -> int:
    return int((SLOT - now % SLOT) // SECOND) + 1
