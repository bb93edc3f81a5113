"""The last embed tokens of an org: taken, or refused and why."""

import secrets
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.orm import Session

from dashapp.domain.errors import shown
from dashapp.domain.scope import Scope
from dashapp.store.tables import embed_log

KEPT = 1_000
TAKEN = "taken"


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
_OLDEST_KEPT = (
    select(embed_log.c.at)
    .where(embed_log.c.org_id == bindparam("org"))
    .order_by(embed_log.c.at.desc())
    .offset(KEPT - 1)
    .limit(1)
)


def log(session: Session, scope: Scope, entry: Entry) -> None:
    """Write a line down, and forget all but the last thousand."""
    columns: Any = embed_log.c
    values = {
        name: shown(getattr(entry, name), columns[name].type.length) for name in Entry._fields[1:]
    }
    mark = secrets.token_hex(4)
    session.execute(insert(embed_log).values(org_id=scope.org_id, at=entry.at, mark=mark, **values))
    oldest = session.execute(_OLDEST_KEPT, {"org": scope.org_id}).scalar()
    if oldest is not None:
        session.execute(
            delete(embed_log).where(embed_log.c.org_id == scope.org_id, embed_log.c.at < oldest)
        )


def last_entries(session: Session, scope: Scope, most: int = KEPT) -> Sequence[Entry]:
    """The newest first."""
    return [Entry(*row) for row in session.execute(_LAST, {"org": scope.org_id, "most": most})]
