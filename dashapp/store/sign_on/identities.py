"""Who providers say that users are, and what is stored about someone who signs in."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from dashapp.domain.access.roles import Role
from dashapp.domain.access.scope import Org, Scope
from dashapp.domain.errors import BadInput, Conflict
from dashapp.domain.language import _
from dashapp.domain.sign_on.claims import Said
from dashapp.domain.sign_on.decision import Account, Facts
from dashapp.domain.sign_on.providers import Provider
from dashapp.store.orgs.orgs import IS_NOT_DELETED, ORG_COLUMNS, org_from
from dashapp.store.people.members import role_of, was_removed
from dashapp.store.people.users import normal_email
from dashapp.store.sign_on.domains import org_of_address
from dashapp.store.tables import identities, invitations, orgs, users


class Invited(NamedTuple):
    """An open invitation of an address."""

    org: Org
    role: Role


def facts_of(
    session: Session, provider: Provider, scope: Scope | None, said: Said, *, now: int
) -> Facts:
    """Return what is stored about someone. `scope` is that of the provider's org."""
    email = normal_or_none(said.email)
    invited = invitations_of(session, email, scope, now=now) if email else []
    owner = org_of_address(session, email) if email and scope else None
    return Facts(
        linked=_account(session, scope, _linked(provider, said)),
        named=_account(session, scope, users.c.email == email) if email else None,
        invited_as=_most_powerful(invited),
        is_own_domain=owner is not None and scope is not None and owner.id == scope.org_id,
    )


def normal_or_none(email: str | None) -> str | None:
    """Return an address as it is stored, None if it is none."""
    try:
        return normal_email(email) if email else None
    except BadInput:
        return None


def invitations_of(
    session: Session, email: str, scope: Scope | None, *, now: int
) -> Sequence[Invited]:
    """Return the open invitations of an address: to the Scope's org, or to any."""
    statement = (
        select(*ORG_COLUMNS, invitations.c.role)
        .join(orgs, orgs.c.id == invitations.c.org_id)
        .where(invitations.c.email == email, invitations.c.expires_at > now, IS_NOT_DELETED)
    )
    if scope is not None:
        statement = statement.where(invitations.c.org_id == scope.org_id)
    return [Invited(org_from(row), Role(row.role)) for row in session.execute(statement)]


def link(session: Session, provider: Provider, said: Said, user_id: int, *, now: int) -> None:
    """Remember that this identity is the user's. Raises Conflict if it is someone's already."""
    values = {
        "provider": provider.id,
        "issuer": said.issuer,
        "subject": said.subject,
        "user_id": user_id,
        "created_at": now,
        "last_used_at": now,
    }
    try:
        session.execute(insert(identities).values(values))
    except IntegrityError:
        raise Conflict(
            _("Someone else changed this account at the same time. Sign in again.")
        ) from None


def unlink_all(session: Session, user_id: int) -> bool:
    """Forget the user's identities. Returns whether there were any."""
    statement = delete(identities).where(identities.c.user_id == user_id)
    return bool(session.execute(statement.returning(identities.c.subject)).all())


def record_use(session: Session, provider: Provider, said: Said, *, now: int) -> None:
    session.execute(update(identities).where(*_key(provider, said)).values(last_used_at=now))


def _key(provider: Provider, said: Said) -> tuple[Any, ...]:
    return (
        identities.c.provider == provider.id,
        identities.c.issuer == said.issuer,
        identities.c.subject == said.subject,
    )


def _linked(provider: Provider, said: Said) -> Any:
    return users.c.id == (
        select(identities.c.user_id).where(*_key(provider, said)).scalar_subquery()
    )


def _account(session: Session, scope: Scope | None, condition: Any) -> Account | None:
    row = session.execute(
        select(users.c.id, users.c.email, users.c.disabled_at, users.c.password_hash).where(
            condition
        )
    ).first()
    if row is None:
        return None
    return Account(
        row.id,
        row.email,
        row.disabled_at is not None,
        bool(row.password_hash),
        None if scope is None else role_of(session, scope, row.id),
        scope is not None and was_removed(session, scope, row.id),
    )


def _most_powerful(invited: Sequence[Invited]) -> Role | None:
    return min((each.role for each in invited), key=list(Role).index, default=None)
