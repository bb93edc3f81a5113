"""Where an org's dashboards may be framed: public by design, told to whoever asks for an embed."""

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from dashapp.domain.errors import BadInput, Conflict, NotFound, shown
from dashapp.store.tables import orgs, origins

MAX_ORIGINS = 30  # they all stand in a header
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?", re.ASCII)
_LOOPBACK = ("localhost", "127.0.0.1")
_OF_SLUG = (
    select(origins.c.origin)
    .join(orgs, orgs.c.id == origins.c.org_id)
    .where(orgs.c.slug == bindparam("slug"))
    .order_by(origins.c.origin)
)


def normal_origin(text: str) -> str:
    """`https://shop.example`, with its port where it has one. Raises BadInput."""
    wrong = BadInput(
        f"“{shown(text, 80)}” is not an origin. Write it like https://shop.example, without a path;"
        " http is for localhost only."
    )
    try:
        parts = urlsplit(text.strip().lower())
        port = parts.port
    except ValueError:
        raise wrong from None
    host = parts.hostname or ""
    is_plain = parts.path in {"", "/"} and not (parts.query or parts.fragment or parts.username)
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and host in _LOOPBACK)
    if not (is_plain and is_safe and _HOST.fullmatch(host)):
        raise wrong
    is_usual = port is None or port == {"https": 443, "http": 80}[parts.scheme]
    return f"{parts.scheme}://{host}" + ("" if is_usual else f":{port}")


def insert_origin(session: Session, org_id: int, origin: str, *, now: int) -> str:
    """Raises BadInput, or Conflict where it is there or there are too many."""
    made = normal_origin(origin)
    if len(list_origins(session, org_id)) >= MAX_ORIGINS:
        raise Conflict(f"An org has at most {MAX_ORIGINS} origins.")
    try:
        session.execute(insert(origins).values(org_id=org_id, origin=made, created_at=now))
    except IntegrityError:
        raise Conflict(f"{made} is allowed already.") from None
    return made


def delete_origin(session: Session, org_id: int, origin: str) -> str:
    """Raises BadInput or NotFound."""
    made = normal_origin(origin)
    done = session.execute(
        delete(origins)
        .where(origins.c.org_id == org_id, origins.c.origin == made)
        .returning(origins.c.origin)
    ).first()
    if done is None:
        raise NotFound(f"{made} is not among the origins. See: dashapp origin list --org SLUG")
    return made


def list_origins(session: Session, org_id: int) -> Sequence[str]:
    rows = session.execute(
        select(origins.c.origin).where(origins.c.org_id == org_id).order_by(origins.c.origin)
    )
    return rows.scalars().all()


def origins_of(session: Session, slug: str) -> Sequence[str]:
    """Those of the org of that slug; none where there is no such org."""
    return session.execute(_OF_SLUG, {"slug": slug}).scalars().all()
