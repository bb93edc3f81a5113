"""Orgs: add one, find one, list them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Org
from dashapp.domain.errors import BadInput, Conflict, NotFound, shown
from dashapp.domain.events.event import is_slug
from dashapp.domain.time.zones import zone_named
from dashapp.store.tables import orgs

_MAX_NAME = 200
_ORG = select(orgs.c.id, orgs.c.slug, orgs.c.name, orgs.c.timezone, orgs.c.locale)


def insert_org(
    session: Session, slug: str, *, name: str, timezone: str, locale: str, now: int
) -> Org:
    """A new org. Raises BadInput for a slug or zone that cannot be, Conflict if it exists."""
    if not is_slug(slug):
        raise BadInput(
            f"“{shown(slug, 70)}” cannot be an org's slug: use up to 63 lower-case letters, digits "
            "and dashes, like acme-shop."
        )
    _check_name(name)
    zone_named(timezone)
    values: dict[str, Any] = {"slug": slug, "name": name, "timezone": timezone, "locale": locale}
    try:
        key = session.execute(
            insert(orgs).values(**values, created_at=now).returning(orgs.c.id)
        ).scalar_one()
    except IntegrityError:
        raise Conflict(f"An org {slug} exists already.") from None
    return Org(key, slug, name, timezone, locale)


def _check_name(name: str) -> None:
    if not name.strip() or len(name) > _MAX_NAME or not name.isprintable():
        raise BadInput(f"An org's name has 1 to {_MAX_NAME} printable characters.")


def find_org(session: Session, slug: str) -> Org:
    """Raises NotFound, naming the command that lists the orgs."""
    row = session.execute(_ORG.where(orgs.c.slug == slug)).first() if is_slug(slug) else None
    if row is None:
        raise NotFound(f"There is no org {shown(slug, 70)}. See: dashapp org list")
    return Org(*row)


def org_by_id(session: Session, org_id: int) -> Org:
    return Org(*session.execute(_ORG.where(orgs.c.id == org_id)).one())


def set_org(session: Session, org_id: int, **values: Any) -> None:
    """Set columns of an org. Raises BadInput for a name that cannot be."""
    if "name" in values:
        _check_name(values["name"])
    session.execute(update(orgs).where(orgs.c.id == org_id).values(**values))


def retentions(session: Session) -> Sequence[tuple[Org, int | None]]:
    """Every org, and for how many days its events are kept: None is for ever."""
    rows = session.execute(_ORG.add_columns(orgs.c.keep_days).order_by(orgs.c.slug))
    return [(Org(*row[:-1]), row[-1]) for row in rows]


def list_orgs(session: Session) -> Sequence[Org]:
    return [Org(*row) for row in session.execute(_ORG.order_by(orgs.c.slug))]
