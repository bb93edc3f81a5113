"""Login sessions on the server: a row a session, found by the hash of its id, asked every request.

Ended sessions keep their row: a session is the outbox of its own login and logout events, which
`untracked` finds again after a crash.
"""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import (
    ColumnElement,
    bindparam,
    delete,
    false,
    func,
    insert,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.orm import Session

from dashapp.domain.secrets.keys import digest, make_session_id
from dashapp.domain.time.instant import SECOND
from dashapp.store.tables import login_sessions, users

SEEN_NOTED_EVERY = 60 * SECOND
_FEW = 5


class LoginSession(NamedTuple):
    """A session as stored; times in microseconds UTC."""

    digest: str
    form_digest: str
    user_id: int
    org_id: int | None
    path: str
    created_at: int
    last_seen_at: int
    ended_at: int | None
    end_reason: str | None


class Limits(NamedTuple):
    """How long a session lives without being seen, and at all; microseconds."""

    idle: int
    absolute: int

    def end_of(self, session: LoginSession) -> tuple[int, str]:
        """When it ends by itself, and why."""
        seen = session.last_seen_at + SEEN_NOTED_EVERY  # noted by the minute: never end early
        idle, absolute = seen + self.idle, session.created_at + self.absolute
        return (idle, "idle") if idle <= absolute else (absolute, "too_old")


class Found(NamedTuple):
    session: LoginSession
    email: str
    locale: str | None
    is_disabled: bool


_COLUMNS = tuple(login_sessions.c[name] for name in LoginSession._fields)
_FIND = (
    select(*_COLUMNS, users.c.email, users.c.locale, users.c.disabled_at)
    .join(users, users.c.id == login_sessions.c.user_id)
    .where(login_sessions.c.digest == bindparam("digest"))
)


def insert_session(
    session: Session, user_id: int, org_id: int | None, *, form: str, path: str, now: int
) -> str:
    """A new session's id: 256 random bits that only the browser keeps.

    `form` names the login form that was sent: when one click arrives twice, both sessions are one
    login.
    """
    session_id = make_session_id()
    session.execute(
        insert(login_sessions).values(
            digest=digest(session_id),
            user_id=user_id,
            org_id=org_id,
            form_digest=digest(form),
            path=path[:200],
            created_at=now,
            last_seen_at=now,
        )
    )
    return session_id


def find_session(session: Session, session_id: str) -> Found | None:
    row = session.execute(_FIND, {"digest": digest(session_id)}).first()
    if row is None:
        return None
    of_session = LoginSession(*row[: len(_COLUMNS)])
    return Found(of_session, row.email, row.locale, row.disabled_at is not None)


def sessions_of_form(session: Session, form: str, user_id: int) -> Sequence[LoginSession]:
    """The sessions that one login form has opened for a person, the first one first."""
    rows = session.execute(
        select(*_COLUMNS)
        .where(login_sessions.c.form_digest == digest(form), login_sessions.c.user_id == user_id)
        .order_by(login_sessions.c.created_at)
    )
    return [LoginSession(*row) for row in rows]


def note_seen(session: Session, session_digest: str, *, now: int) -> None:
    session.execute(
        update(login_sessions)
        .where(login_sessions.c.digest == session_digest)
        .values(last_seen_at=now)
    )


def end_login(session: Session, ended: LoginSession, reason: str, *, at: int) -> None:
    """End a session, with its twin from a double click; the first reason stays."""
    same_login = (
        login_sessions.c.form_digest == ended.form_digest,
        login_sessions.c.user_id == ended.user_id,
    )
    session.execute(_END.where(*same_login), {"at": at, "why": reason})


def end_sessions_of(session: Session, user_id: int, reason: str, *, at: int) -> None:
    """End all sessions of a person, effective at the next request on every worker."""
    session.execute(_END.where(login_sessions.c.user_id == user_id), {"at": at, "why": reason})


def expired(session: Session, limits: Limits, *, now: int) -> Sequence[LoginSession]:
    """A few sessions that ended by themselves and whose end is not written down yet."""
    return _few(
        session,
        login_sessions.c.ended_at.is_(None),
        or_(
            login_sessions.c.last_seen_at <= now - limits.idle - SEEN_NOTED_EVERY,
            login_sessions.c.created_at <= now - limits.absolute,
        ),
    )


def untracked(session: Session, *, before: int) -> Sequence[LoginSession]:
    """A few sessions whose login or logout event may be missing, after a crash or an outage."""
    return _few(
        session,
        login_sessions.c.is_tracked.is_(false()),
        func.coalesce(login_sessions.c.ended_at, login_sessions.c.created_at) < before,
    )


def mark_tracked(session: Session, tracked: LoginSession) -> None:
    """All that has happened to the session so far is an event."""
    session.execute(
        update(login_sessions)
        .where(
            login_sessions.c.form_digest == tracked.form_digest,
            login_sessions.c.user_id == tracked.user_id,
        )
        .values(is_tracked=True)
    )


def _few(session: Session, *conditions: ColumnElement[bool]) -> Sequence[LoginSession]:
    """Few, because a login waits for what is done about them."""
    rows = session.execute(
        select(*_COLUMNS).where(*conditions).order_by(login_sessions.c.created_at).limit(_FEW)
    )
    return [LoginSession(*row) for row in rows]


_END = (
    update(login_sessions)
    .where(login_sessions.c.ended_at.is_(None))
    .values(ended_at=bindparam("at"), end_reason=bindparam("why"), is_tracked=False)
)


def prune_sessions(session: Session, *, before: int) -> None:
    """Forget sessions that ended before that and whose events are all written."""
    session.execute(
        delete(login_sessions).where(
            login_sessions.c.ended_at < before, login_sessions.c.is_tracked.is_(true())
        )
    )
