"""The latest embed tokens of an org: accepted, or refused and why."""

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
from dashapp.domain.errors import excerpt
from dashapp.store.tables import embed_log

MAX_ENTRIES = 1_000
MAX_KEYLESS = 100
ACCEPTED = "taken"
# Refusals that anyone can cause without a key. The log keeps few of them, so that it cannot be
# flooded.
KEYLESS_CODES = frozenset(
    {"no_token", "malformed", "bad_header", "unknown_key", "revoked_key", "bad_signature"}
)


class Entry(NamedTuple):
    """A log entry; `at` in microseconds. Texts from a token are untrusted."""

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
_IS_KEYLESS = embed_log.c.code.in_(sorted(KEYLESS_CODES))
_COUNT = select(func.count(), func.count(case((_IS_KEYLESS, 1)))).where(
    embed_log.c.org_id == bindparam("org")
)


def _delete_oldest(condition: ColumnElement[bool]) -> Delete:
    """Return a statement that deletes the `:most` oldest entries with a condition."""
    oldest = (
        select(embed_log.c.at, embed_log.c.mark)
        .where(embed_log.c.org_id == bindparam("org"), condition)
        .order_by(embed_log.c.at, embed_log.c.mark)
        .limit(bindparam("most"))
    )
    key = tuple_(embed_log.c.at, embed_log.c.mark)
    return delete(embed_log).where(embed_log.c.org_id == bindparam("org"), key.in_(oldest))


_DELETE = {True: _delete_oldest(_IS_KEYLESS), False: _delete_oldest(not_(_IS_KEYLESS))}


def log(session: Session, scope: Scope, entry: Entry) -> None:
    """Add an entry and delete the oldest ones beyond a thousand.

    Entries that need no key are deleted first while there are more than a hundred of them.
    """
    columns: Any = embed_log.c
    values = {
        name: excerpt(getattr(entry, name), columns[name].type.length) for name in Entry._fields[1:]
    }
    mark = secrets.token_hex(4)
    session.execute(insert(embed_log).values(org_id=scope.org_id, at=entry.at, mark=mark, **values))
    count, keyless_count = session.execute(_COUNT, {"org": scope.org_id}).one()
    if count > MAX_ENTRIES:
        statement = _DELETE[keyless_count > MAX_KEYLESS]
        session.execute(statement, {"org": scope.org_id, "most": count - MAX_ENTRIES})


def last_entries(session: Session, scope: Scope, most: int = MAX_ENTRIES) -> Sequence[Entry]:
    """Return the entries, the newest first."""
    return [
        Entry(**row._asdict())
        for row in session.execute(_LAST, {"org": scope.org_id, "most": most})
    ]
