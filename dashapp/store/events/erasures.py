"""Erasures that someone has requested and upkeep makes: an org can have millions of events.

While events are erased, the row says how many. At the end it is deleted, because it names the user.
"""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import delete, func, insert, literal, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.store.orgs.due import wake
from dashapp.store.tables import erasures, events

MAX_COUNTED = 100_000
MOST = 100  # erasures that are listed


class Erasure(NamedTuple):
    """A requested erasure, and how many events it has erased; `requested_at` in microseconds."""

    user_id: str
    requested_at: int
    requested_by: str
    erased: int


def request_erasure(session: Session, scope: Scope, user: str, *, by: str, now: int) -> bool:
    """Let upkeep erase a user; return False if that was requested already.

    The org must be locked.
    """
    try:
        with session.begin_nested():
            session.execute(
                insert(erasures).values(
                    org_id=scope.org_id, user_id=user, requested_at=now, requested_by=by
                )
            )
    except IntegrityError:
        return False
    wake(session, scope)
    return True


def is_erasing(session: Session, scope: Scope, user: str) -> bool:
    """Return whether an erasure of the user was requested and is not done."""
    is_theirs = (erasures.c.org_id == scope.org_id) & (erasures.c.user_id == user)
    return session.execute(select(erasures.c.user_id).where(is_theirs)).first() is not None


def list_erasures(session: Session, scope: Scope, most: int = MOST) -> Sequence[Erasure]:
    """Return the erasures that are not done, the oldest first."""
    rows = session.execute(
        select(*(erasures.c[name] for name in Erasure._fields))
        .where(erasures.c.org_id == scope.org_id)
        .order_by(erasures.c.requested_at, erasures.c.user_id)
        .limit(most)
    )
    return [Erasure(*row) for row in rows]


def count_erased(session: Session, count: int, *, scope: Scope, user: str) -> None:
    """Add a step to an erasure, in the step's own transaction."""
    session.execute(
        update(erasures)
        .where(erasures.c.org_id == scope.org_id, erasures.c.user_id == user)
        .values(erased=erasures.c.erased + count)
    )


def finish_erasure(session: Session, scope: Scope, user: str) -> int | None:
    """Delete an erasure; return how many events it has erased, None if it was finished already."""
    erased: int | None = session.execute(
        delete(erasures)
        .where(erasures.c.org_id == scope.org_id, erasures.c.user_id == user)
        .returning(erasures.c.erased)
    ).scalar()
    return erased


def count_events_of(session: Session, scope: Scope, user: str) -> int:
    """Return how many events a user has; MAX_COUNTED + 1 stands for more than MAX_COUNTED."""
    some = (
        select(literal(1))
        .where(events.c.org_id == scope.org_id, events.c.user_id == user)
        .limit(MAX_COUNTED + 1)
        .subquery()
    )
    return int(session.execute(select(func.count()).select_from(some)).scalar_one())
