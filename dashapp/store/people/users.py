"""Users and their memberships in orgs."""

from collections.abc import Sequence
from typing import Any, NamedTuple
from unicodedata import is_normalized

from sqlalchemy import delete, exists, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from dashapp.domain.access.roles import Role
from dashapp.domain.access.scope import Scope
from dashapp.domain.errors import BadInput, Conflict, NotFound, excerpt
from dashapp.domain.language import _
from dashapp.store.orgs.orgs import IS_NOT_DELETED
from dashapp.store.sql.dialect import upsert
from dashapp.store.tables import memberships, orgs, users

_MAX_EMAIL = 320
_NOT_IN_ADDRESSES = frozenset(" \"'<>,;:()[]\\")  # they would end an address in a mail's header


class User(NamedTuple):
    id: int
    email: str
    password_hash: str
    is_disabled: bool


class ListedUser(NamedTuple):
    """One line of `dashapp user list`: a user in an org, or a user without an org."""

    email: str
    org: str
    role: str
    is_disabled: bool


def normal_email(email: str) -> str:
    """Return an e-mail address as it is stored and compared. Raises BadInput.

    Letters that stand for others are refused: K (the unit) would become another person's k.
    """
    address = email.strip().lower()
    name, at, host = address.partition("@")
    is_plain = address.isprintable() and not _NOT_IN_ADDRESSES.intersection(address)
    is_plain = is_plain and is_normalized("NFKC", email.strip())
    if not (name and at and host and "@" not in host and is_plain) or len(address) > _MAX_EMAIL:
        raise BadInput(_("“%(email)s” is not a valid email address."), email=excerpt(email, 60))
    return address


def insert_user(session: Session, email: str, password_hash: str, *, now: int) -> int:
    """Add a user and return their id. Raises BadInput, or Conflict if the address is taken."""
    address = normal_email(email)
    try:
        user_id = session.execute(
            insert(users)
            .values(email=address, password_hash=password_hash, created_at=now)
            .returning(users.c.id)
        ).scalar_one()
    except IntegrityError:
        raise Conflict(
            f"{address} already exists. To add them to another org: "
            "dashapp membership add EMAIL --org SLUG --role ROLE"
        ) from None
    return int(user_id)


def find_user(session: Session, email: str) -> User:
    """Return the user with this address. Raises NotFound."""
    user = find_user_or_none(session, email)
    if user is None:
        raise NotFound(f"No user {excerpt(email.strip(), 60)}. See: dashapp user list")
    return user


def find_user_or_none(session: Session, email: str) -> User | None:
    """Return the user with this address, None if there is none. Raises BadInput."""
    return _user_from(session.execute(_USER.where(users.c.email == normal_email(email))).first())


def find_user_with_id(session: Session, user_id: int) -> User | None:
    return _user_from(session.execute(_USER.where(users.c.id == user_id)).first())


def lock_user(session: Session, user_id: int) -> User | None:
    """Return the user as they are now, and lock the row."""
    return _user_from(session.execute(_USER.where(users.c.id == user_id).with_for_update()).first())


def is_unchanged(session: Session, user: User) -> bool:
    """Return whether the user still has this password and is enabled, and lock the row."""
    row = session.execute(_USER.where(users.c.id == user.id).with_for_update()).first()
    return row is not None and row.password_hash == user.password_hash and not row.disabled_at


def is_enabled(session: Session, user_id: int) -> bool:
    """Return whether there is a user with this id who may sign in."""
    row = session.execute(_USER.where(users.c.id == user_id)).first()
    return row is not None and row.disabled_at is None


def set_membership(session: Session, scope: Scope, user_id: int, role: Role, *, now: int) -> None:
    """Give a user a role in the org, replacing any other role there."""
    key = {"user_id": user_id, "org_id": scope.org_id}
    values = {"role": role.value, "created_at": now}
    statement = upsert(session, memberships).values(**key, **values)
    session.execute(statement.on_conflict_do_update(index_elements=list(key), set_=values))


def delete_membership(session: Session, scope: Scope, user_id: int) -> bool:
    """Remove a user from the org. Returns whether they were a member."""
    deleted = session.execute(
        delete(memberships)
        .where(memberships.c.user_id == user_id, memberships.c.org_id == scope.org_id)
        .returning(memberships.c.user_id)
    )
    return deleted.first() is not None


def set_password(session: Session, user_id: int, password_hash: str) -> None:
    session.execute(update(users).where(users.c.id == user_id).values(password_hash=password_hash))


def set_locale(session: Session, user_id: int, locale: str) -> None:
    session.execute(update(users).where(users.c.id == user_id).values(locale=locale))


def set_name(session: Session, user_id: int, name: str) -> None:
    session.execute(update(users).where(users.c.id == user_id).values(name=name))


class Profile(NamedTuple):
    """What a person chose for themselves."""

    name: str | None
    theme: str | None


def profile_of(session: Session, user_id: int) -> Profile:
    row = session.execute(select(users.c.name, users.c.theme).where(users.c.id == user_id)).first()
    return Profile(None, None) if row is None else Profile(*row)


def set_theme(session: Session, user_id: int, theme: str | None) -> None:
    session.execute(update(users).where(users.c.id == user_id).values(theme=theme))


def confirm_email(session: Session, user_id: int, *, now: int) -> None:
    """Record that the user has shown that the address is theirs."""
    is_unconfirmed = (users.c.id == user_id) & users.c.email_confirmed_at.is_(None)
    session.execute(update(users).where(is_unconfirmed).values(email_confirmed_at=now))


def locale_of_address(session: Session, email: str) -> str | None:
    """Return the language that the user with this address has chosen, if any."""
    return session.execute(select(users.c.locale).where(users.c.email == email)).scalar()


def has_confirmed_email(session: Session, user_id: int) -> bool:
    """Return whether the user has shown that the address is theirs, or an operator knows it."""
    at = session.execute(select(users.c.email_confirmed_at).where(users.c.id == user_id)).scalar()
    return at is not None


def email_of(session: Session, user_id: int) -> str | None:
    return session.execute(select(users.c.email).where(users.c.id == user_id)).scalar()


def disable(session: Session, user_id: int, *, now: int) -> None:
    session.execute(update(users).where(users.c.id == user_id).values(disabled_at=now))


def enable(session: Session, user_id: int) -> None:
    session.execute(update(users).where(users.c.id == user_id).values(disabled_at=None))


def delete_user(session: Session, user_id: int) -> None:
    """Delete a user, with their memberships and login sessions. The id is never used again."""
    session.execute(delete(users).where(users.c.id == user_id))


def only_members(session: Session, scope: Scope) -> Sequence[str]:
    """Return the addresses of the members who belong to no other org."""
    others = memberships.alias("others")
    has_other = exists().where(
        others.c.user_id == memberships.c.user_id, others.c.org_id != scope.org_id
    )
    rows = session.execute(
        select(users.c.email)
        .join(memberships, memberships.c.user_id == users.c.id)
        .where(memberships.c.org_id == scope.org_id, ~has_other)
        .order_by(users.c.email)
    )
    return rows.scalars().all()


def list_users(session: Session) -> Sequence[ListedUser]:
    """Return all users by address, once per org, for operators."""
    return [_listed(row) for row in session.execute(_LIST)]


def list_members(
    session: Session, scope: Scope, after: str = "", most: int | None = None
) -> Sequence[ListedUser]:
    """Return the members of the org by address: all, or at most so many after an address."""
    is_next = (orgs.c.id == scope.org_id) & (users.c.email > after)
    return [_listed(row) for row in session.execute(_LIST.where(is_next).limit(most))]


def _user_from(row: Any) -> User | None:
    if row is None:
        return None
    return User(row.id, row.email, row.password_hash, row.disabled_at is not None)


def _listed(row: Any) -> ListedUser:
    return ListedUser(row.email, row.slug or "", row.role or "", row.disabled_at is not None)


_USER = select(users.c.id, users.c.email, users.c.password_hash, users.c.disabled_at)
_LIST = (
    select(users.c.email, orgs.c.slug, memberships.c.role, users.c.disabled_at)
    .outerjoin(memberships, memberships.c.user_id == users.c.id)
    .outerjoin(orgs, (orgs.c.id == memberships.c.org_id) & IS_NOT_DELETED)
    .order_by(users.c.email, orgs.c.slug)
)
