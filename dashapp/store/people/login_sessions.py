"""Login sessions: one row each, looked up by the hash of its id in every request.

Ended sessions keep their row until their login and logout events are stored. After a crash,
`untracked` finds the sessions whose events are missing.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

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

from dashapp.domain.access.scope import Org
from dashapp.domain.secrets.keys import digest, make_session_id
from dashapp.domain.time.instant import SECOND
from dashapp.store.orgs.orgs import IS_NOT_DELETED, ORG_COLUMNS, org_from
from dashapp.store.tables import login_sessions, orgs, users

SEEN_RECORDED_EVERY = 60 * SECOND


class LoginSession(NamedTuple):
    """A stored session; times in microseconds UTC."""

    digest: str
    form_digest: str
    user_id: int
    org_id: int | None
    path: str
    created_at: int
    last_seen_at: int
    ended_at: int | None
    end_reason: str | None
    provider: str | None
    method: str
    address: str
    browser: str
    confirmed_at: int | None


class NewSession(NamedTuple):
    """A session to start. `form` identifies the submitted form.

    If a double click sends the form twice, both sessions count as one login.
    `provider` is the id of an org's identity provider: the session opens only that org.
    """

    user_id: int
    org_id: int | None
    form: str
    path: str
    method: str = "password"
    provider: str | None = None
    address: str = ""
    browser: str = ""


class Limits(NamedTuple):
    """The longest time without a request, and the longest lifetime; microseconds."""

    idle: int
    absolute: int

    @classmethod
    def of(cls, idle_minutes: int, max_hours: int) -> "Limits":
        return cls(idle=idle_minutes * 60 * SECOND, absolute=max_hours * 3_600 * SECOND)

    def end_of(self, session: LoginSession) -> tuple[int, str]:
        """Return when the session expires, and why."""
        # last_seen_at can be a minute old: never end a session early.
        seen = session.last_seen_at + SEEN_RECORDED_EVERY
        idle, absolute = seen + self.idle, session.created_at + self.absolute
        return (idle, "idle") if idle <= absolute else (absolute, "too_old")


class Wanted(NamedTuple):
    """The oldest sessions that were started in an org, by its id, or in any."""

    most: int
    org: int | None = None


class SessionUser(NamedTuple):
    """A session and the user it belongs to."""

    session: LoginSession
    email: str
    locale: str | None
    theme: str | None
    is_disabled: bool


_COLUMNS = tuple(login_sessions.c[name] for name in LoginSession._fields)
_FIND = (
    select(*_COLUMNS, users.c.email, users.c.locale, users.c.theme, users.c.disabled_at)
    .join(users, users.c.id == login_sessions.c.user_id)
    .where(login_sessions.c.digest == bindparam("digest"))
)


def insert_session(session: Session, new: NewSession, *, now: int) -> str:
    """Add a session and return its id: 256 random bits that only the browser keeps."""
    session_id = make_session_id()
    session.execute(
        insert(login_sessions).values(
            digest=digest(session_id),
            user_id=new.user_id,
            org_id=new.org_id,
            form_digest=digest(new.form),
            path=new.path[:200],
            method=new.method,
            provider=new.provider,
            address=new.address[:45],
            browser=new.browser[:100],
            created_at=now,
            last_seen_at=now,
            confirmed_at=now,
        )
    )
    return session_id


def find_session(session: Session, session_id: str) -> SessionUser | None:
    """Return the session with this id, ended or not."""
    row = session.execute(_FIND, {"digest": digest(session_id)}).first()
    if row is None:
        return None
    is_disabled = row.disabled_at is not None
    return SessionUser(_session_from(row), row.email, row.locale, row.theme, is_disabled)


def sessions_of_form(session: Session, form: str, user_id: int) -> Sequence[LoginSession]:
    """Return the sessions that one login form started for a user, the oldest first."""
    rows = session.execute(
        select(*_COLUMNS)
        .where(login_sessions.c.form_digest == digest(form), login_sessions.c.user_id == user_id)
        .order_by(login_sessions.c.created_at)
    )
    return [_session_from(row) for row in rows]


def _session_from(row: Any) -> LoginSession:
    return LoginSession(**{name: getattr(row, name) for name in LoginSession._fields})


def is_stored(session: Session, login: LoginSession) -> bool:
    """Return whether the session has not been deleted with its user."""
    condition = login_sessions.c.digest == login.digest
    return session.execute(select(login_sessions.c.digest).where(condition)).first() is not None


def org_of_session(session: Session, login: LoginSession) -> Org | None:
    """Return the org that the session was started in."""
    row = session.execute(
        select(*ORG_COLUMNS).where(orgs.c.id == login.org_id, IS_NOT_DELETED)
    ).first()
    return None if row is None else org_from(row)


def record_seen(session: Session, session_digest: str, *, now: int) -> None:
    session.execute(
        update(login_sessions)
        .where(login_sessions.c.digest == session_digest)
        .values(last_seen_at=now)
    )


def end_login(session: Session, ended: LoginSession, reason: str, *, at: int) -> bool:
    """End a session and its twin from a double click. Returns whether it had not ended before.

    The first reason is kept.
    """
    same_login = (
        login_sessions.c.form_digest == ended.form_digest,
        login_sessions.c.user_id == ended.user_id,
    )
    statement = _END.where(*same_login).returning(login_sessions.c.digest)
    return session.execute(statement, {"at": at, "why": reason}).first() is not None


def end_sessions_of(session: Session, user_id: int, reason: str, *, at: int) -> None:
    """End all sessions of a user: every worker refuses them from its next request."""
    session.execute(_END.where(login_sessions.c.user_id == user_id), {"at": at, "why": reason})


def expired(
    session: Session, limits: Limits, wanted: Wanted, *, now: int
) -> Sequence[LoginSession]:
    """Return sessions that have expired but are not marked as ended."""
    return _oldest(
        session,
        wanted,
        login_sessions.c.ended_at.is_(None),
        or_(
            login_sessions.c.last_seen_at <= now - limits.idle - SEEN_RECORDED_EVERY,
            login_sessions.c.created_at <= now - limits.absolute,
        ),
    )


def untracked(session: Session, wanted: Wanted, *, before: int) -> Sequence[LoginSession]:
    """Return sessions whose login or logout event may be missing."""
    return _oldest(
        session,
        wanted,
        login_sessions.c.is_tracked.is_(false()),
        func.coalesce(login_sessions.c.ended_at, login_sessions.c.created_at) < before,
    )


def mark_tracked(session: Session, tracked: LoginSession) -> None:
    """Mark the session's login and logout so far as stored events."""
    session.execute(
        update(login_sessions)
        .where(
            login_sessions.c.form_digest == tracked.form_digest,
            login_sessions.c.user_id == tracked.user_id,
        )
        .values(is_tracked=True)
    )


def _oldest(
    session: Session, wanted: Wanted, *conditions: ColumnElement[bool]
) -> Sequence[LoginSession]:
    statement = select(*_COLUMNS).where(*conditions)
    if wanted.org is not None:
        statement = statement.where(login_sessions.c.org_id == wanted.org)
    rows = session.execute(statement.order_by(login_sessions.c.created_at).limit(wanted.most))
    return [_session_from(row) for row in rows]


_END = (
    update(login_sessions)
    .where(login_sessions.c.ended_at.is_(None))
    .values(ended_at=bindparam("at"), end_reason=bindparam("why"), is_tracked=False)
)


def prune_sessions(session: Session, *, before: int) -> None:
    """Delete sessions that ended before that time and whose events are stored."""
    session.execute(
        delete(login_sessions).where(
            login_sessions.c.ended_at < before, login_sessions.c.is_tracked.is_(true())
        )
    )
