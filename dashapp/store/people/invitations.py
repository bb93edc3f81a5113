"""Invitations to an org. Only the hash of a link's secret is stored."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import bindparam, delete, func, insert, select
from sqlalchemy.orm import Session

from dashapp.domain.access.roles import Role
from dashapp.domain.access.scope import Org, Scope
from dashapp.domain.secrets.keys import digest, make_link_secret, make_short_id
from dashapp.domain.time.instant import SECOND
from dashapp.store.orgs.orgs import IS_NOT_DELETED, ORG_COLUMNS, org_from
from dashapp.store.tables import invitations, orgs

VALID_FOR = 7 * 24 * 3_600 * SECOND


class NewInvitation(NamedTuple):
    """An invitation that was just made. `expires_at` in microseconds.

    `secret` is for the link to hand over. It is None if the link was mailed: who reads the mail
    then proves that the address is theirs.
    """

    id: str
    email: str
    role: Role
    secret: str | None
    expires_at: int


class ListedInvitation(NamedTuple):
    """An invitation as it is listed, also after it expired; times in microseconds.

    `invited_by` is a member's address, "" for keys and operators.
    """

    id: str
    email: str
    role: Role
    invited_by: str
    created_at: int
    expires_at: int
    is_mailed: bool

    def has_expired(self, *, now: int) -> bool:
        return self.expires_at <= now


class OpenInvitation(NamedTuple):
    """What the holder of a link may know."""

    org: Org
    email: str
    role: Role
    invited_by: str
    expires_at: int


class Taken(NamedTuple):
    """An invitation that has just been used up."""

    email: str
    role: Role
    is_mailed: bool


def insert_invitation(session: Session, scope: Scope, listed: ListedInvitation) -> str:
    """Add an invitation and return its secret."""
    secret = make_link_secret()
    session.execute(
        insert(invitations).values(
            org_id=scope.org_id,
            digest=digest(secret),
            **{**listed._asdict(), "role": listed.role.value},
        )
    )
    return secret


def new_invitation_id() -> str:
    return make_short_id()


def find_open(session: Session, secret: str, *, now: int) -> OpenInvitation | None:
    """Return the invitation with this secret. None if it expired, or was used or revoked."""
    row = session.execute(_OPEN, {"digest": digest(secret), "now": now}).first()
    if row is None:
        return None
    return OpenInvitation(org_from(row), row.email, Role(row.role), row.invited_by, row.expires_at)


def take_invitation(session: Session, scope: Scope, secret: str, *, now: int) -> Taken | None:
    """Use the invitation up, if it is open: of many who try, one gets it."""
    row = session.execute(
        delete(invitations)
        .where(
            invitations.c.org_id == scope.org_id,
            invitations.c.digest == digest(secret),
            invitations.c.expires_at > now,
        )
        .returning(invitations.c.email, invitations.c.role, invitations.c.is_mailed)
    ).first()
    return None if row is None else Taken(row.email, Role(row.role), row.is_mailed)


def revoke_those_by(
    session: Session, scope: Scope, email: str, role: Role | None = None
) -> Sequence[str]:
    """Delete what a member invited to the org, with one role or any; return the addresses."""
    is_theirs = (invitations.c.org_id == scope.org_id) & (invitations.c.invited_by == email)
    if role is not None:
        is_theirs &= invitations.c.role == role.value
    statement = delete(invitations).where(is_theirs).returning(invitations.c.email)
    return session.execute(statement).scalars().all()


def find_invitation(session: Session, scope: Scope, invitation_id: str) -> ListedInvitation | None:
    row = session.execute(
        select(*_LISTED).where(
            invitations.c.org_id == scope.org_id, invitations.c.id == invitation_id
        )
    ).first()
    return None if row is None else _listed(row)


def find_invitation_of(session: Session, scope: Scope, email: str) -> ListedInvitation | None:
    row = session.execute(
        select(*_LISTED).where(invitations.c.org_id == scope.org_id, invitations.c.email == email)
    ).first()
    return None if row is None else _listed(row)


def delete_invitation_of(session: Session, scope: Scope, email: str) -> None:
    session.execute(delete(invitations).filter_by(org_id=scope.org_id, email=email))


def list_invitations(session: Session, scope: Scope) -> Sequence[ListedInvitation]:
    """Return the org's invitations that were not accepted, the newest first."""
    rows = session.execute(
        select(*_LISTED)
        .where(invitations.c.org_id == scope.org_id)
        .order_by(invitations.c.created_at.desc(), invitations.c.email)
    )
    return [_listed(row) for row in rows]


def invitations_after(
    session: Session, scope: Scope, after: str, most: int
) -> Sequence[ListedInvitation]:
    """Return at most so many of these invitations by address, those after an address."""
    rows = session.execute(
        select(*_LISTED)
        .where(invitations.c.org_id == scope.org_id, invitations.c.email > after)
        .order_by(invitations.c.email)
        .limit(most)
    )
    return [_listed(row) for row in rows]


def count_open(session: Session, scope: Scope, *, now: int) -> int:
    is_open = (invitations.c.org_id == scope.org_id) & (invitations.c.expires_at > now)
    return session.execute(select(func.count()).where(is_open)).scalar_one()


def _listed(row: Any) -> ListedInvitation:
    return ListedInvitation(**row._asdict())._replace(role=Role(row.role))


_LISTED = tuple(invitations.c[name] for name in ListedInvitation._fields)
_OPEN = (
    select(
        *ORG_COLUMNS,
        invitations.c.email,
        invitations.c.role,
        invitations.c.invited_by,
        invitations.c.expires_at,
    )
    .join(orgs, orgs.c.id == invitations.c.org_id)
    .where(
        invitations.c.digest == bindparam("digest"),
        invitations.c.expires_at > bindparam("now"),
        IS_NOT_DELETED,
    )
)
