"""Slugs of removed orgs. They cannot be used for a while, so that late senders reach nobody else.

Only their hashes are stored: nothing names a removed org.
"""

from collections.abc import Iterable

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from dashapp.domain.errors import Conflict, NotFound, excerpt
from dashapp.domain.secrets.keys import digest
from dashapp.domain.time.instant import SECOND, from_us
from dashapp.store.sql.dialect import upsert
from dashapp.store.tables import reserved_slugs

RESERVED_DAYS = 30
_DAY = 86_400 * SECOND


class SlugReserved(Conflict):
    """The slug was an org's that has been removed lately."""

    code = "slug_reserved"


def reserve_slug(session: Session, slug: str, *, now: int) -> None:
    """Refuse the slug for new orgs for RESERVED_DAYS. `now` is in microseconds."""
    until = now + RESERVED_DAYS * _DAY
    statement = upsert(session, reserved_slugs).values(digest=digest(slug), until=until)
    session.execute(
        statement.on_conflict_do_update(index_elements=["digest"], set_={"until": until})
    )


def release_slug(session: Session, slug: str) -> None:
    """Let a new org use the slug. Raises NotFound if it is not reserved."""
    released = session.execute(
        delete(reserved_slugs)
        .where(reserved_slugs.c.digest == digest(slug))
        .returning(reserved_slugs.c.digest)
    ).first()
    if released is None:
        raise NotFound(f"The slug {excerpt(slug, 70)} is not reserved.")


def require_not_reserved(session: Session, slugs: Iterable[str], *, now: int) -> None:
    """Raise SlugReserved if one of the slugs cannot be used yet."""
    by_digest = {digest(slug): slug for slug in slugs}
    row = session.execute(
        select(reserved_slugs)
        .where(reserved_slugs.c.digest.in_(by_digest), reserved_slugs.c.until > now)
        .limit(1)
    ).first()
    if row is not None:
        slug = by_digest[row.digest]
        raise SlugReserved(
            f"The org {slug} was removed, and its slug is reserved until "
            f"{from_us(row.until):%Y-%m-%d}, so that events sent late reach no other org. Use "
            f"another slug, or run: dashapp org release {slug}"
        )
