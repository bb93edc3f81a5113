"""How often somebody tried to log in: one count for all workers, raised before a hash is computed.

A subject is a hashed word such as `account:…` or `address:…`. Counts live in slots of a quarter
of an hour; old ones are deleted on the way.
"""

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from dashapp.domain.secrets.keys import digest
from dashapp.domain.time.instant import SECOND
from dashapp.store.tables import login_attempts

SLOT = 15 * 60 * SECOND


def count_attempt(session: Session, subject: str, *, now: int) -> int:
    """Count one more attempt in this quarter of an hour; how many that makes."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    added = (
        insert(login_attempts)
        .values(subject=digest(subject), slot=now // SLOT, count=1)
        .on_conflict_do_update(
            index_elements=["subject", "slot"], set_={"count": login_attempts.c.count + 1}
        )
        .returning(login_attempts.c.count)
    )
    return int(session.execute(added).scalar_one())


def forget_attempts(session: Session, subject: str, *, now: int) -> None:
    """A login that worked makes up for the failures before it; very old counts go with it."""
    session.execute(
        delete(login_attempts).where(
            login_attempts.c.subject == digest(subject), login_attempts.c.slot == now // SLOT
        )
    )
    prune_attempts(session, now=now)


def prune_attempts(session: Session, *, now: int) -> None:
    """Forget counts that limit nothing any more."""
    session.execute(delete(login_attempts).where(login_attempts.c.slot < now // SLOT - 4))


def seconds_until_next_slot(*, now: int) -> int:
    return int((SLOT - now % SLOT) // SECOND) + 1
