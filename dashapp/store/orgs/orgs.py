"""Find, list, change and delete orgs."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Org, Scope
from dashapp.domain.boards.names import is_currency_code
from dashapp.domain.errors import BadInput, NotFound, excerpt
from dashapp.domain.events.event import is_slug
from dashapp.store.sql.dialect import as_texts
from dashapp.store.sql.parameters import text_values
from dashapp.store.tables import orgs

_MAX_NAME = 200
SETTINGS = (
    "name",
    "timezone",
    "locale",
    "currency",
    "keep_days",
    "events_per_minute",
    "opens_with",
    "requires_second_factor",
)
# Labeled, so that a row can hold an org and another table's columns.
ORG_COLUMNS = tuple(orgs.c[name].label(f"org_{name}") for name in Org._fields)
IS_NOT_DELETED = orgs.c.deleted_at.is_(None)  # not even in part
_ALL = select(*ORG_COLUMNS, orgs.c.deleted_at)
_ORG = _ALL.where(IS_NOT_DELETED)


def org_from(row: Any) -> Org:
    """Return the org of a row that has ORG_COLUMNS."""
    return Org(*(getattr(row, f"org_{name}") for name in Org._fields))


def check_currency(currency: str | None) -> None:
    """Raise BadInput if this is not an ISO 4217 code. None is no currency."""
    if currency is not None and not is_currency_code(currency):
        raise BadInput(
            f"Unknown currency “{excerpt(currency)}”. Use an ISO 4217 code, such as EUR."
        )


def check_name(name: str) -> None:
    """Raise BadInput for an invalid name."""
    if not name.strip() or len(name) > _MAX_NAME or not name.isprintable():
        raise BadInput(f"An org's name must have 1 to {_MAX_NAME} printable characters.")


def find_org(session: Session, slug: str) -> Org:
    """Return the org with this slug. Raises NotFound."""
    row = session.execute(_ORG.where(orgs.c.slug == slug)).first() if is_slug(slug) else None
    if row is None:
        raise NotFound(f"No org {excerpt(slug, 70)}. See: dashapp org list")
    return org_from(row)


def find_org_by_id(session: Session, number: int) -> Org | None:
    """Return the org with this id, None after its removal. Only for what the server has signed."""
    row = session.execute(_ORG.where(orgs.c.id == number)).first()
    return None if row is None else org_from(row)


def orgs_after(session: Session, after: str, most: int) -> Sequence[Org]:
    """Return orgs by slug, those after this one."""
    rows = session.execute(_ORG.where(orgs.c.slug > after).order_by(orgs.c.slug).limit(most))
    return [org_from(row) for row in rows]


def find_receivers(session: Session, slugs: Collection[str]) -> dict[str, tuple[Org, int | None]]:
    """Return the existing orgs among these slugs, by slug, and how many events each may get."""
    statement = _ORG.add_columns(orgs.c.events_per_minute)
    rows = session.execute(
        statement.where(orgs.c.slug.in_(text_values("slugs"))), {"slugs": as_texts(slugs)}
    )
    return {row.org_slug: (org_from(row), row.events_per_minute) for row in rows}


def hide_org(session: Session, scope: Scope, *, now: int) -> None:
    """Hide the org from everything but its removal, and forget what it was called.

    No slug has a tilde, so no request can name it.
    """
    hidden = {"deleted_at": now, "slug": f"~{scope.org_id}", "name": ""}
    session.execute(update(orgs).where(orgs.c.id == scope.org_id).values(hidden))


def delete_org_row(session: Session, scope: Scope) -> None:
    """Delete the org itself. Rows that refer to it go with it."""
    session.execute(delete(orgs).where(orgs.c.id == scope.org_id))


def set_org(session: Session, scope: Scope, **values: Any) -> None:
    """Set columns of the Scope's org. Raises BadInput for an invalid name or currency."""
    if "name" in values:
        check_name(values["name"])
    check_currency(values.get("currency"))
    if "keep_days" in values:
        values["due_at"] = 0  # upkeep prunes it
    session.execute(update(orgs).where(orgs.c.id == scope.org_id).values(**values))


def settings_of(session: Session, scope: Scope) -> Mapping[str, Any]:
    """Return the columns of the org that people can change. Raises NotFound after a deletion."""
    columns = (orgs.c[name] for name in SETTINGS)
    row = session.execute(select(*columns).where(orgs.c.id == scope.org_id, IS_NOT_DELETED)).first()
    if row is None:
        raise NotFound(f"No org {scope.org.slug}. See: dashapp org list")
    return row._asdict()


def retentions(session: Session) -> Sequence[tuple[Org, int | None]]:
    """Return every org and for how many days its events are kept; None means forever."""
    rows = session.execute(_ORG.add_columns(orgs.c.keep_days).order_by(orgs.c.slug))
    return [(org_from(row), row.keep_days) for row in rows]


def list_orgs(session: Session) -> Sequence[Org]:
    """Return all orgs, by slug."""
    return [org_from(row) for row in session.execute(_ORG.order_by(orgs.c.slug))]
