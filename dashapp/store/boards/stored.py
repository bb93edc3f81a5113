"""The tables of definitions: reading what was applied, and storing a change as a new version."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import delete, func, insert, select, text
from sqlalchemy.orm import Session

from dashapp.domain.boards.sources import Body, Key, Kind, Sources
from dashapp.store.postgresql import wait_for_locks
from dashapp.store.tables import definition_versions, definitions

_ADVISORY_LOCK = 0x626F61726473  # "boards"
_VERSION = select(func.coalesce(func.max(definition_versions.c.number), 0))
_ALL = select(
    definitions.c.kind,
    definitions.c.name,
    definitions.c.body,
    definitions.c.file,
    _VERSION.scalar_subquery().label("version"),
).order_by(definitions.c.version, definitions.c.kind, definitions.c.name)
_LOCK = text("SELECT pg_advisory_xact_lock(:key)")


class StoredSources(NamedTuple):
    """Everything applied, and the file that last changed each definition."""

    version: int
    sources: Sources
    files: Mapping[Key, str]


class Applied(NamedTuple):
    """Who applies which files, and when (microseconds)."""

    by: str
    at: int
    files: Sequence[str]


def lock_definitions(session: Session) -> None:
    """Let one change of the definitions run at a time, until this transaction ends.

    SQLite has already taken its write lock, with BEGIN IMMEDIATE.
    """
    if session.get_bind().dialect.name == "postgresql":
        wait_for_locks(session)
        session.execute(_LOCK, {"key": _ADVISORY_LOCK})


def current_version(session: Session) -> int:
    """Return the number of the last change; 0 if nothing was applied."""
    return int(session.execute(_VERSION).scalar_one())


def stored_sources(session: Session) -> StoredSources:
    """Return everything applied, in one statement: also outside of a snapshot, it is one state."""
    rows = session.execute(_ALL).all()
    version = rows[0].version if rows else current_version(session)
    return StoredSources(
        version,
        {Key(Kind(row.kind), row.name): row.body for row in rows},
        {Key(Kind(row.kind), row.name): row.file for row in rows},
    )


def store_sources(
    session: Session,
    before: StoredSources,
    after: Mapping[Key, tuple[Body, str]],
    applied: Applied,
    changes: str,
) -> int:
    """Store the definitions `after`, each with its file, as a new version; return its number.

    Call `lock_definitions` first. Unchanged definitions keep their version.
    """
    version = current_version(session) + 1
    session.execute(
        insert(definition_versions).values(
            number=version,
            applied_at=applied.at,
            applied_by=applied.by,
            files=list(applied.files),
            changes=changes,
        )
    )
    changed = [key for key, (body, _file) in after.items() if before.sources.get(key) != body]
    for key in {*changed, *(before.sources.keys() - after.keys())}:
        is_row = (definitions.c.kind == key.kind.value) & (definitions.c.name == key.name)
        session.execute(delete(definitions).where(is_row))
    if changed:
        session.execute(insert(definitions), [_row(key, *after[key], version) for key in changed])
    return version


def _row(key: Key, body: Body, file: str, version: int) -> dict[str, object]:
    return {
        "kind": key.kind.value,
        "name": key.name,
        "body": body,
        "file": file,
        "version": version,
    }
