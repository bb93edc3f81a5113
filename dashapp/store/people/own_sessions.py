"""A person's own sessions: listed, ended, and confirmed."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from dashapp.store.people.login_sessions import LoginSession
from dashapp.store.tables import login_sessions

MOST_LISTED = 100
_COLUMNS = tuple(login_sessions.c[name] for name in LoginSession._fields)


class Owner(NamedTuple):
    """Whose sessions: a user's, or only those through one provider."""

    user_id: int
    provider: str | None = None


def open_sessions(session: Session, owner: Owner) -> Sequence[LoginSession]:
    """Return the owner's sessions that were not ended, the last seen first."""
    statement = select(*_COLUMNS).where(
        login_sessions.c.user_id == owner.user_id, login_sessions.c.ended_at.is_(None)
    )
    if owner.provider is not None:
        statement = statement.where(login_sessions.c.provider == owner.provider)
    rows = session.execute(
        statement.order_by(login_sessions.c.last_seen_at.desc(), login_sessions.c.digest).limit(
            MOST_LISTED
        )
    )
    return [LoginSession(*row) for row in rows]


def end_others(session: Session, owner: Owner, kept: str, reason: str, *, at: int) -> None:
    """End the owner's sessions but the one with this digest."""
    statement = update(login_sessions).where(
        login_sessions.c.user_id == owner.user_id,
        login_sessions.c.ended_at.is_(None),
        login_sessions.c.digest != kept,
    )
    if owner.provider is not None:
        statement = statement.where(login_sessions.c.provider == owner.provider)
    session.execute(statement.values(ended_at=at, end_reason=reason, is_tracked=False))


def confirm(session: Session, digest: str, *, now: int) -> None:
    """Remember that the person has just proved again who they are."""
    session.execute(
        update(login_sessions).where(login_sessions.c.digest == digest).values(confirmed_at=now)
    )


def org_ids_of(session: Session, user_id: int) -> set[int]:
    """Return the ids of the orgs that the user's sessions were started in."""
    rows = session.execute(
        select(login_sessions.c.org_id)
        .distinct()
        .where(login_sessions.c.user_id == user_id, login_sessions.c.org_id.is_not(None))
    )
    return set(rows.scalars())
