"""The members of an org as its settings list them."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, bindparam, exists, func, or_, select
from sqlalchemy.orm import Session

from dashapp.domain.access.roles import Role
from dashapp.domain.access.scope import Scope
from dashapp.store.people.users import User
from dashapp.store.tables import (
    authenticators,
    identities,
    login_sessions,
    memberships,
    passkeys,
    providers,
    users,
)


class Member(NamedTuple):
    """A member of an org. `seen_at` is the last use of a session that began in this org.

    `provider` is the name of the identity provider that the member signs in with.
    """

    id: int
    email: str
    name: str | None
    role: Role
    is_disabled: bool
    seen_at: int | None
    has_authenticator: bool
    has_passkey: bool
    provider: str | None

    @property
    def has_second_factor(self) -> bool:
        return self.has_authenticator or self.has_passkey

    def as_user(self) -> User:
        """Return the user for acts that change the membership."""
        return User(self.id, self.email, "", is_disabled=self.is_disabled)


class Counts(NamedTuple):
    """How many members an org has, and how many of them have no second factor."""

    members: int
    without_second_factor: int


def _of_member(table: Any, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(table.c.user_id == users.c.id, *conditions)


_HAS_AUTHENTICATOR = _of_member(authenticators, authenticators.c.confirmed_at.is_not(None))
_HAS_PASSKEY = _of_member(passkeys)
_SEEN_AT = (
    select(func.max(login_sessions.c.last_seen_at))
    .where(login_sessions.c.user_id == users.c.id, login_sessions.c.org_id == bindparam("org"))
    .scalar_subquery()
)
_PROVIDER = (
    select(func.min(providers.c.name))
    .join(identities, identities.c.provider == providers.c.id)
    .where(
        identities.c.user_id == users.c.id,
        or_(providers.c.org_id.is_(None), providers.c.org_id == bindparam("org")),
    )
    .scalar_subquery()
)
_IN_ORG = memberships.c.org_id == bindparam("org")
_MEMBERS: Select[Any] = (
    select(
        users.c.id,
        users.c.email,
        users.c.name,
        memberships.c.role,
        users.c.disabled_at,
        _SEEN_AT.label("seen_at"),
        _HAS_AUTHENTICATOR.label("has_authenticator"),
        _HAS_PASSKEY.label("has_passkey"),
        _PROVIDER.label("provider"),
    )
    .join(memberships, memberships.c.user_id == users.c.id)
    .where(_IN_ORG)
)
_MOST_NAMES = 3
_ADMINISTRATORS = (
    select(users.c.name, users.c.email)
    .join(memberships, memberships.c.user_id == users.c.id)
    .where(
        _IN_ORG,
        memberships.c.role.in_([Role.OWNER, Role.ADMIN]),
        users.c.disabled_at.is_(None),
    )
    .order_by(users.c.email)
    .limit(_MOST_NAMES)
)
_COUNT = (
    select(func.count())
    .select_from(users)
    .join(memberships, memberships.c.user_id == users.c.id)
    .where(_IN_ORG)
)


def list_org_members(
    session: Session, scope: Scope, *, most: int, after: str = ""
) -> Sequence[Member]:
    """Return members by address, from the first one after an address."""
    statement = _MEMBERS.where(users.c.email > after).order_by(users.c.email).limit(most)
    return [_member(row) for row in session.execute(statement, {"org": scope.org_id})]


def find_member(session: Session, scope: Scope, user_id: int) -> Member | None:
    """Return a member of the org, None for everyone else."""
    row = session.execute(_MEMBERS.where(users.c.id == user_id), {"org": scope.org_id}).first()
    return None if row is None else _member(row)


def administrators(session: Session, scope: Scope) -> Sequence[str]:
    """Return the names of some owners and admins, for members who need something from them."""
    rows = session.execute(_ADMINISTRATORS, {"org": scope.org_id})
    return [row.name or row.email for row in rows]


def count_members(session: Session, scope: Scope) -> Counts:
    params = {"org": scope.org_id}
    without = _COUNT.where(~_HAS_AUTHENTICATOR, ~_HAS_PASSKEY)
    return Counts(
        session.execute(_COUNT, params).scalar_one(), session.execute(without, params).scalar_one()
    )


def _member(row: Any) -> Member:
    return Member(
        row.id,
        row.email,
        row.name,
        Role(row.role),
        row.disabled_at is not None,
        row.seen_at,
        row.has_authenticator,
        row.has_passkey,
        row.provider,
    )
