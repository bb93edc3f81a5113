"""The last embed tokens of an org: taken, or refused and why."""

import secrets
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Delete,
    bindparam,
    case,
    delete,
    func,
    insert,
    not_,
    select,
    tuple_,
)
from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.errors import shown
from dashapp.store.tables import embed_log

KEPT = 1_000
KEPT_OF_STRANGERS = 100
TAKEN = "taken"
# What anybody can bring about without a key: kept apart, so that nobody writes an org's log full.
STRANGERS = frozenset(
    {"no_token", "malformed", "bad_header", "unknown_key", "revoked_key", "bad_signature"}
)


class Entry(NamedTuple):
    """One line; `at` in microseconds. What a token said itself is untrusted text."""

    at: int
    code: str
    message: str
    dashboard: str
    key_id: str
    viewer: str
    token_id: str


_LAST = (
    select(*(embed_log.c[name] for name in Entry._fields))
    .where(embed_log.c.org_id == bindparam("org"))
    .order_by(embed_log.c.at.desc(), embed_log.c.mark.desc())
    .limit(bindparam("most"))
)
_OF_STRANGERS = embed_log.c.code.in_(sorted(STRANGERS))
_COUNT = select(func.count(), func.count(case((_OF_STRANGERS, 1)))).where(
    embed_log.c.org_id == bindparam("org")
)


def _forgetting(is_one: ColumnElement[bool]) -> Delete:
    """The oldest lines of strangers, or of all others."""
    oldest = (
        select(embed_log.c.at, embed_log.c.mark)
        .where(embed_log.c.org_id == bindparam("org"), is_one)
        .order_by(embed_log.c.at, embed_log.c.mark)
        .limit(bindparam("most"))
    )
    place = tuple_(embed_log.c.at, embed_log.c.mark)
    return delete(embed_log).where(embed_log.c.org_id == bindparam("org"), place.in_(oldest))


_FORGET = {True: _forgetting(_OF_STRANGERS), False: _forgetting(not_(_OF_STRANGERS))}


def log(session: Session, scope: Scope, entry: Entry) -> None:
    """Write a line down, and forget the oldest beyond a thousand.

    Those of strangers go first, as long as there are more than a hundred of them.
    """
    columns: Any = embed_log.c
    values = {
        name: shown(getattr(entry, name), columns[name].type.length) for name in Entry._fields[1:]
    }
    mark = secrets.token_hex(4)
    session.execute(insert(embed_log).values(org_id=scope.org_id, at=entry.at, mark=mark, **values))
    count, strange = session.execute(_COUNT, {"org": scope.org_id}).one()
    if count > KEPT:
        forget = _FORGET[strange > KEPT_OF_STRANGERS]
        session.execute(forget, {"org": scope.org_id, "most": count - KEPT})


def last_entries(session: Session, scope: Scope, most: int = KEPT) -> Sequence[Entry]:
    """The newest first."""
    return [Entry(*row) for row in session.execute(_LAST, {"org": scope.org_id, "most": most})]
