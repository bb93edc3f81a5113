"""The last embed tokens of an org: taken, or refused and why."""

import secrets
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, bindparam, delete, insert, not_, select
from sqlalchemy.orm import Session

from dashapp.domain.errors import shown
from dashapp.domain.scope import Scope
from dashapp.store.tables import embed_log

KEPT = 1_000
KEPT_OF_STRANGERS = 100
TAKEN = "taken"
# What anybody can bring about without a key: kept apart, so that nobody writes an org's log full.
STRANGERS = frozenset({"no_token", "malformed", "bad_header", "unknown_key", "bad_signature"})


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


def _oldest_kept(is_one: ColumnElement[bool], most: int) -> Select[tuple[int]]:
    return (
        select(embed_log.c.at)
        .where(embed_log.c.org_id == bindparam("org"), is_one)
        .order_by(embed_log.c.at.desc())
        .offset(most - 1)
        .limit(1)
    )


_OLDEST = {
    True: _oldest_kept(_OF_STRANGERS, KEPT_OF_STRANGERS),
    False: _oldest_kept(not_(_OF_STRANGERS), KEPT - KEPT_OF_STRANGERS),
}


def log(session: Session, scope: Scope, entry: Entry) -> None:
    """Write a line down, and forget all but the last thousand, a hundred of them of strangers."""
    columns: Any = embed_log.c
    values = {
        name: shown(getattr(entry, name), columns[name].type.length) for name in Entry._fields[1:]
    }
    mark = secrets.token_hex(4)
    session.execute(insert(embed_log).values(org_id=scope.org_id, at=entry.at, mark=mark, **values))
    is_strange = entry.code in STRANGERS
    oldest = session.execute(_OLDEST[is_strange], {"org": scope.org_id}).scalar()
    if oldest is not None:
        is_one = _OF_STRANGERS if is_strange else not_(_OF_STRANGERS)
        is_older = (embed_log.c.org_id == scope.org_id) & (embed_log.c.at < oldest)
        session.execute(delete(embed_log).where(is_older, is_one))


def last_entries(session: Session, scope: Scope, most: int = KEPT) -> Sequence[Entry]:
    """The newest first."""
    return [Entry(*row) for row in session.execute(_LAST, {"org": scope.org_id, "most": most})]
