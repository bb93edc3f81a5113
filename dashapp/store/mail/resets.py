"""Links to choose a new password. They work once, for an hour, and a user has one at a time."""

from typing import NamedTuple

from sqlalchemy import delete, exists, insert, or_, select, true
from sqlalchemy.orm import Session

from dashapp.domain.access.roles import Role
from dashapp.domain.secrets.keys import digest, make_link_secret
from dashapp.domain.time.instant import SECOND
from dashapp.store.people import users
from dashapp.store.people.users import User
from dashapp.store.tables import memberships, password_resets, providers

VALID_FOR = 3_600 * SECOND


class NewReset(NamedTuple):
    """A link that was just made; `expires_at` in microseconds."""

    secret: str
    expires_at: int


class OpenReset(NamedTuple):
    """Whose password a link changes, and whether it was mailed to them."""

    user: User
    is_mailed: bool


def begin_reset(
    session: Session, email: str, *, now: int, is_mailed: bool = True
) -> NewReset | None:
    """Make a link for the user with this address; an earlier one stops working.

    None if there is no such user, they are disabled, or may only sign in with a provider.
    """
    user = users.find_user_or_none(session, email)
    if user is None or user.is_disabled or must_use_provider(session, user.id):
        return None
    session.execute(delete(password_resets).where(password_resets.c.user_id == user.id))
    reset = NewReset(make_link_secret(), now + VALID_FOR)
    session.execute(
        insert(password_resets).values(
            digest=digest(reset.secret),
            user_id=user.id,
            created_at=now,
            expires_at=reset.expires_at,
            is_mailed=is_mailed,
        )
    )
    return reset


def find_reset(session: Session, secret: str, *, now: int) -> OpenReset | None:
    """Return whose link this is. None if it expired, or was used or replaced."""
    row = session.execute(
        select(password_resets.c.user_id, password_resets.c.is_mailed).where(
            password_resets.c.digest == digest(secret), password_resets.c.expires_at > now
        )
    ).first()
    user = users.find_user_with_id(session, row.user_id) if row is not None else None
    if row is None or user is None or user.is_disabled:
        return None
    return OpenReset(user, row.is_mailed)


def take_reset(session: Session, secret: str, *, now: int) -> OpenReset | None:
    """Use a link up, if it works: of many who try, one changes the password."""
    open_reset = find_reset(session, secret, now=now)
    if open_reset is None or users.lock_user(session, open_reset.user.id) is None:
        return None
    taken = session.execute(
        delete(password_resets)
        .where(password_resets.c.digest == digest(secret), password_resets.c.expires_at > now)
        .returning(password_resets.c.digest)
    ).first()
    return open_reset if taken is not None else None


def delete_resets(session: Session, user_id: int) -> None:
    """Make all links to change the password invalid: the user has changed it."""
    session.execute(delete(password_resets).where(password_resets.c.user_id == user_id))


def must_use_provider(session: Session, user_id: int) -> bool:
    """Return whether each of the user's orgs lets them in through a provider only.

    It is the org's own provider, or the installation's. Owners keep their password. People without
    an org may have one.
    """
    mine = memberships.c.user_id == user_id
    is_only = (
        exists(providers.c.id)
        .where(
            providers.c.is_only_way.is_(true()),
            or_(providers.c.org_id == memberships.c.org_id, providers.c.org_id.is_(None)),
        )
        .correlate(memberships)
    )
    is_free = ~is_only | (memberships.c.role == Role.OWNER.value)
    has_any = exists(memberships.c.org_id).where(mine)
    has_free = exists(memberships.c.org_id).where(mine, is_free)
    row = session.execute(select(has_any, has_free)).one()
    return bool(row[0]) and not row[1]
