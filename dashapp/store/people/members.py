"""The members of an org: their roles, and what ends when they are removed."""

from sqlalchemy import delete, exists, func, select, update
from sqlalchemy.orm import Session

from dashapp.domain.access.roles import Role
from dashapp.domain.access.scope import Scope
from dashapp.store.sql.dialect import upsert
from dashapp.store.tables import login_sessions, memberships, providers, removed_members, users


def role_of(session: Session, scope: Scope, user_id: int) -> Role | None:
    """Return the user's role in the org, None if they are not a member."""
    role = session.execute(
        select(memberships.c.role).where(
            memberships.c.org_id == scope.org_id, memberships.c.user_id == user_id
        )
    ).scalar()
    return None if role is None else Role(role)


def count_members(session: Session, scope: Scope) -> int:
    statement = select(func.count()).where(memberships.c.org_id == scope.org_id)
    return session.execute(statement).scalar_one()


def has_other_owner(session: Session, scope: Scope, user_id: int) -> bool:
    """Return whether someone else who can sign in owns the org."""
    others = (
        select(memberships.c.user_id)
        .join(users, users.c.id == memberships.c.user_id)
        .where(
            memberships.c.org_id == scope.org_id,
            memberships.c.role == Role.OWNER.value,
            memberships.c.user_id != user_id,
            users.c.disabled_at.is_(None),
        )
    )
    return bool(session.execute(select(exists(others))).scalar())


def note_removal(session: Session, scope: Scope, user_id: int, *, now: int) -> None:
    """Remember that the org removed the user: they come back by invitation only."""
    key = {"org_id": scope.org_id, "user_id": user_id}
    statement = upsert(session, removed_members).values(**key, removed_at=now)
    session.execute(statement.on_conflict_do_nothing())


def was_removed(session: Session, scope: Scope, user_id: int) -> bool:
    """Return whether the org removed the user, and has not invited them again."""
    row = select(removed_members).filter_by(org_id=scope.org_id, user_id=user_id)
    return session.execute(row).first() is not None


def forget_removal(session: Session, scope: Scope, user_id: int) -> None:
    """Let the user join again: they accepted an invitation, or an administrator added them."""
    session.execute(delete(removed_members).filter_by(org_id=scope.org_id, user_id=user_id))


def end_sessions_in(session: Session, scope: Scope, user_id: int, *, at: int) -> None:
    """End the user's sessions that open only this org: those of its own identity provider.

    Other sessions stay: each request checks the membership.
    """
    own = select(providers.c.id).where(providers.c.org_id == scope.org_id)
    session.execute(
        update(login_sessions)
        .where(
            login_sessions.c.user_id == user_id,
            login_sessions.c.provider.in_(own),
            login_sessions.c.ended_at.is_(None),
        )
        .values(ended_at=at, end_reason="removed", is_tracked=False)
    )
