"""The logo of an org."""

from typing import NamedTuple

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.store.tables import logos


class Logo(NamedTuple):
    """An image; `changed_at` in microseconds."""

    content_type: str
    changed_at: int
    body: bytes


def find_logo(session: Session, scope: Scope) -> Logo | None:
    row = session.execute(
        select(logos.c.content_type, logos.c.changed_at, logos.c.body).where(
            logos.c.org_id == scope.org_id
        )
    ).first()
    return None if row is None else Logo(row.content_type, row.changed_at, bytes(row.body))


def logo_version(session: Session, scope: Scope) -> int | None:
    """Return what changes with the logo, None if the org has none."""
    version: int | None = session.execute(
        select(logos.c.changed_at).where(logos.c.org_id == scope.org_id)
    ).scalar()
    return version


def put_logo(session: Session, scope: Scope, logo: Logo) -> None:
    """Replace the org's logo."""
    delete_logo(session, scope)
    session.execute(insert(logos).values(org_id=scope.org_id, **logo._asdict()))


def delete_logo(session: Session, scope: Scope) -> bool:
    """Delete the org's logo. Returns whether there was one."""
    deleted = delete(logos).where(logos.c.org_id == scope.org_id).returning(logos.c.changed_at)
    return session.execute(deleted).first() is not None
