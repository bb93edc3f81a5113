"""Origins that may embed an org's dashboards. They are public: every embed page lists them."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.errors import BadInput, Conflict, NotFound, excerpt
from dashapp.domain.language import _
from dashapp.settings import HOST_NAME, LOOPBACK
from dashapp.store.orgs.orgs import IS_NOT_DELETED
from dashapp.store.tables import orgs, origins

MAX_ORIGINS = 30  # all of them are sent in one header
_OF_SLUG = (
    select(origins.c.origin)
    .join(orgs, orgs.c.id == origins.c.org_id)
    .where(orgs.c.slug == bindparam("slug"), IS_NOT_DELETED)
    .order_by(origins.c.origin)
)


def normal_origin(text: str) -> str:
    """Return an origin in its normal form: `https://shop.example`, with any unusual port.

    A wildcard such as `https://*.shop.example` allows all hosts below a name. Raises BadInput.
    """
    invalid = BadInput(
        _(
            "Invalid origin “%(origin)s”. Use a form such as https://shop.example or "
            "https://*.shop.example, without a path. Only localhost can use http."
        ),
        origin=excerpt(text, 80),
    )
    try:
        parts = urlsplit(text.strip().lower())
        port = parts.port
    except ValueError:
        raise invalid from None
    host = parts.hostname or ""
    name = host.removeprefix("*.")
    is_plain = parts.path in {"", "/"} and not (parts.query or parts.fragment or parts.username)
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK)
    if not (is_plain and is_safe and HOST_NAME.fullmatch(name)):
        raise invalid
    if name != host:
        _check_owned(name)
    is_usual = port is None or port == {"https": 443, "http": 80}[parts.scheme]
    return f"{parts.scheme}://{host}" + ("" if is_usual else f":{port}")


def _check_owned(name: str) -> None:
    """Raise BadInput if hosts below a name may belong to anybody, as those of `github.io` do."""
    from publicsuffixlist import PublicSuffixList  # noqa: PLC0415 - for this command only

    is_address = name.rpartition(".")[2].isdigit()
    if is_address or name in LOOPBACK or not PublicSuffixList().privatesuffix(name):
        raise BadInput(
            _(
                "Hosts below %(name)s do not all belong to one owner, so https://*.%(name)s would "
                "let strangers embed the dashboards. Allow a name that is yours: "
                "https://*.shop.example"
            ),
            name=name,
        )


def is_covered(origin: str, allowed: Sequence[str]) -> bool:
    """Return whether a normal origin is one of those allowed, or matches a wildcard."""
    return origin in allowed or any(
        origin.startswith(before) and origin.endswith(after)
        for before, wildcard, after in (each.partition("*") for each in allowed)
        if wildcard
    )


def insert_origin(
    session: Session, scope: Scope, origin: str, *, now: int, is_vendors: bool = True
) -> str:
    """Allow an origin and return its normal form.

    The vendor replaces its own origins as a list; `is_vendors` says whether this is one.

    Raises BadInput, or Conflict if it is allowed already or the org has too many.
    """
    normalized = normal_origin(origin)
    if len(list_origins(session, scope)) >= MAX_ORIGINS:
        raise Conflict(_("An organization can have at most %(most)s origins."), most=MAX_ORIGINS)
    try:
        session.execute(
            insert(origins).values(
                org_id=scope.org_id, origin=normalized, created_at=now, is_vendors=is_vendors
            )
        )
    except IntegrityError:
        raise Conflict(_("%(origin)s is already allowed."), origin=normalized) from None
    return normalized


def delete_origin(session: Session, scope: Scope, origin: str) -> str:
    """Stop allowing an origin and return its normal form. Raises BadInput or NotFound."""
    normalized = normal_origin(origin)
    deleted = session.execute(
        delete(origins)
        .where(origins.c.org_id == scope.org_id, origins.c.origin == normalized)
        .returning(origins.c.origin)
    ).first()
    if deleted is None:
        raise NotFound(
            f"{normalized} is not an allowed origin. See: dashapp origin list --org SLUG"
        )
    return normalized


def list_origins(session: Session, scope: Scope) -> Sequence[str]:
    rows = session.execute(
        select(origins.c.origin).where(origins.c.org_id == scope.org_id).order_by(origins.c.origin)
    )
    return rows.scalars().all()


def allowed_origins(session: Session, scope: Scope) -> Mapping[str, bool]:
    """Return the org's origins, and whether the vendor has set them."""
    rows = session.execute(
        select(origins.c.origin, origins.c.is_vendors)
        .where(origins.c.org_id == scope.org_id)
        .order_by(origins.c.origin)
    )
    return {row.origin: row.is_vendors for row in rows}


def origins_of(session: Session, slug: str) -> Sequence[str]:
    """Return the origins of the org with this slug, none if there is no such org."""
    return session.execute(_OF_SLUG, {"slug": slug}).scalars().all()
