"""The orgs of a user. A user can be in thousands, so each function reads only what it returns."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import String, bindparam, case, cast, exists, func, or_, select, true
from sqlalchemy.orm import Session

from dashapp.domain.access.roles import Role
from dashapp.domain.access.scope import Org
from dashapp.domain.events.event import is_slug
from dashapp.store.orgs.orgs import IS_NOT_DELETED, ORG_COLUMNS, org_from
from dashapp.store.sql.folded import folded, position
from dashapp.store.tables import memberships, orgs, providers

SECOND_FACTORS = ("totp", "recovery_code", "passkey")  # methods of sessions


class Visitor(NamedTuple):
    """A user who looks at orgs, and the identity provider through which their session was opened.

    The provider of an org lets them see only that org, and a provider that was removed none.
    If a provider is the only way in, other sessions see nothing, except those that an owner opened
    with a second factor. `method` is what the session was opened with.
    """

    user: int
    provider: str | None = None
    method: str = "password"


class Membership(NamedTuple):
    """A user's role in an org."""

    org: Org
    role: Role
    requires_second_factor: bool = False


def find_membership(session: Session, who: Visitor, slug: str) -> Membership | None:
    """Return the user's membership in the org with this slug."""
    if not is_slug(slug):
        return None
    row = session.execute(_ONE, {**who._asdict(), "slug": slug}).first()
    return None if row is None else _membership_from(row)


def closed_org(session: Session, who: Visitor, slug: str | None = None) -> str | None:
    """Return the slug of an org of the user that only its identity provider opens.

    It is the one with the slug, if there is one; None if the session opens all of them.
    """
    statement = _CLOSED if slug is None else _CLOSED.where(orgs.c.slug == slug)
    closed: str | None = session.execute(statement, who._asdict()).scalar()
    return closed


class Passed(NamedTuple):
    """An org that a session opens without the provider that is its only way in."""

    org: Org
    provider: str  # its name


def passed_by_owner(session: Session, who: Visitor, *, most: int) -> Sequence[Passed]:
    """Return orgs that the user's session opens only because they own them."""
    rows = session.execute(_PASSED, {**who._asdict(), "most": most})
    return [Passed(org_from(row), row.provider_name) for row in rows]


def memberships_of(
    session: Session, who: Visitor, *, most: int, skipped: int = 0
) -> Sequence[Membership]:
    """Return the user's memberships: orgs whose dashboards they can see first, then by name."""
    rows = session.execute(_PAGE, {**who._asdict(), "most": most, "skipped": skipped})
    return [_membership_from(row) for row in rows]


def some_orgs(session: Session, who: Visitor, *, most: int) -> Sequence[Org]:
    """Return orgs whose dashboards the user can see, by name.

    If there are more than `most`, these are not the first ones: the database stops early.
    """
    rows = session.execute(_SOME, {**who._asdict(), "most": most})
    return [org_from(row) for row in rows]


def search_orgs(session: Session, who: Visitor, search: str, *, most: int) -> Sequence[Org]:
    """Return orgs whose dashboards the user can see and whose name or slug contains the text.

    Case and accents do not matter. Orgs with exactly this name or slug come first, then those
    that start with it, then the others, each by name. An empty text finds all orgs.
    """
    statement = _SEARCH if search else _ALL
    rows = session.execute(statement, {**who._asdict(), "search": search, "most": most})
    return [org_from(row) for row in rows]


def _membership_from(row: Any) -> Membership:
    return Membership(org_from(row), Role(row.role), row.requires_second_factor)


_PROVIDER = cast(bindparam("provider"), String)
_IS_OPEN = or_(
    _PROVIDER.is_(None),
    exists()
    .where(
        providers.c.id == _PROVIDER,
        or_(providers.c.org_id.is_(None), providers.c.org_id == orgs.c.id),
    )
    .correlate(orgs),
)
_METHOD = cast(bindparam("method"), String)
_only_way = providers.alias("only_way")
_IS_CLOSED = (
    exists(_only_way.c.id)
    .where(
        _only_way.c.is_only_way.is_(true()),
        or_(
            (_only_way.c.org_id == orgs.c.id) & (func.coalesce(_PROVIDER, "") != _only_way.c.id),
            _only_way.c.org_id.is_(None) & (_METHOD != "sso"),
        ),
    )
    .correlate(orgs)
)
_ONLY_WAY_NAME = (
    select(func.min(_only_way.c.name))
    .where(
        _only_way.c.is_only_way.is_(true()),
        or_(_only_way.c.org_id == orgs.c.id, _only_way.c.org_id.is_(None)),
    )
    .correlate(orgs)
    .scalar_subquery()
)
_IS_BREAK_GLASS = (memberships.c.role == Role.OWNER.value) & _METHOD.in_(SECOND_FACTORS)
_IS_LET_IN = _IS_OPEN & or_(~_IS_CLOSED, _IS_BREAK_GLASS)
_OF_USER = (
    select(*ORG_COLUMNS, memberships.c.role, orgs.c.requires_second_factor)
    .join(memberships, memberships.c.org_id == orgs.c.id)
    .where(memberships.c.user_id == bindparam("user"), IS_NOT_DELETED, _IS_LET_IN)
)
_NEEDS_PROVIDER = (
    memberships.c.user_id == bindparam("user"),
    IS_NOT_DELETED,
    _IS_OPEN,
    _IS_CLOSED,
)
_CLOSED = (
    select(orgs.c.slug)
    .join(memberships, memberships.c.org_id == orgs.c.id)
    .where(*_NEEDS_PROVIDER, ~_IS_BREAK_GLASS)
    .order_by(orgs.c.slug)
    .limit(1)
)
_PASSED = (
    select(*ORG_COLUMNS, _ONLY_WAY_NAME.label("provider_name"))
    .join(memberships, memberships.c.org_id == orgs.c.id)
    .where(*_NEEDS_PROVIDER, _IS_BREAK_GLASS)
    .order_by(orgs.c.slug)
    .limit(bindparam("most"))
)
_IS_VISIBLE = memberships.c.role.in_([role.value for role in Role if role.can_see_dashboards])
_ONE = _OF_USER.where(orgs.c.slug == bindparam("slug"))
_PAGE = (
    _OF_USER.order_by(case((_IS_VISIBLE, 0), else_=1), orgs.c.name, orgs.c.id)
    .limit(bindparam("most"))
    .offset(bindparam("skipped"))
)
_STOPPED = _OF_USER.where(_IS_VISIBLE).limit(bindparam("most")).subquery()
_SOME = select(_STOPPED).order_by(_STOPPED.c.org_name, _STOPPED.c.org_id)

_TEXT = folded(bindparam("search"))
_IN_NAME, _IN_SLUG = position(folded(orgs.c.name), _TEXT), position(orgs.c.slug, _TEXT)
_RANK = case(
    (or_(folded(orgs.c.name) == _TEXT, orgs.c.slug == _TEXT), 0),
    (or_(_IN_NAME == 1, _IN_SLUG == 1), 1),
    else_=2,
)
_ALL = _OF_USER.where(_IS_VISIBLE).order_by(orgs.c.name, orgs.c.id).limit(bindparam("most"))
_SEARCH = (
    _OF_USER.where(_IS_VISIBLE, or_(_IN_NAME > 0, _IN_SLUG > 0))
    .order_by(_RANK, orgs.c.name, orgs.c.id)
    .limit(bindparam("most"))
)
