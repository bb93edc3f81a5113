"""Keys of the vendor, for all orgs. Only their hashes are stored.

An `admin` key may do what its scopes say, in every org. An `ingest` key sends events for all orgs.
"""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from dashapp.domain.errors import Conflict, NotFound
from dashapp.domain.secrets.keys import (
    HINT_LENGTH,
    KeyKind,
    KeyScope,
    digest,
    is_well_formed,
    make_key,
    make_short_id,
)
from dashapp.domain.time.instant import SECOND
from dashapp.store.tables import installation_keys as keys

KINDS = (KeyKind.ADMIN, KeyKind.INGEST)
_USE_RECORDED_EVERY = 60 * SECOND


class InstallationKey(NamedTuple):
    """An active key of the installation; times in microseconds."""

    id: str
    kind: KeyKind
    name: str
    scopes: frozenset[KeyScope]
    last_used_at: int | None
    events_per_minute: int | None
    used_until: int

    def can(self, scope: KeyScope) -> bool:
        return scope in self.scopes or KeyScope.ALL in self.scopes


class ListedInstallationKey(NamedTuple):
    """A key as it is listed; times in microseconds."""

    id: str
    kind: str
    name: str
    scopes: list[str]
    hint: str
    created_at: int
    last_used_at: int | None
    revoked_at: int | None


_FIND = select(keys).where(keys.c.digest == bindparam("digest"))


def insert_installation_key(
    session: Session,
    kind: KeyKind,
    name: str,
    scopes: Collection[KeyScope],
    *,
    events_per_minute: int | None = None,
    now: int,
) -> tuple[str, str]:
    """Add a key; return its id and its secret, which cannot be shown again.

    Raises Conflict if an active key has the name.
    """
    taken = session.execute(
        select(keys.c.id).where(keys.c.name == name, keys.c.revoked_at.is_(None))
    ).scalar()
    if taken is not None:
        raise Conflict(f"The active key {taken} is already called “{name}”. Choose another name.")
    key_id, secret = make_short_id(), make_key(kind)
    session.execute(
        insert(keys).values(
            id=key_id,
            kind=kind.value,
            name=name,
            scopes=sorted(scopes),
            digest=digest(secret),
            hint=secret[-HINT_LENGTH:],
            events_per_minute=events_per_minute,
            created_at=now,
        )
    )
    return key_id, secret


def find_installation_key(session: Session, secret: str) -> InstallationKey | None:
    """Return the active key with this secret. A mistyped secret never reaches the database."""
    if not is_well_formed(secret):
        return None
    row = session.execute(_FIND.where(keys.c.revoked_at.is_(None)), {"digest": digest(secret)})
    found = row.first()
    return None if found is None else _key_from(found)


def find_embedding_key(session: Session, key_id: str) -> InstallationKey | None:
    """Return the active key with this id, if it may make embed sessions."""
    statement = select(keys).where(keys.c.id == key_id, keys.c.revoked_at.is_(None))
    row = session.execute(statement).first()
    key = None if row is None else _key_from(row)
    return key if key is not None and key.can(KeyScope.EMBED) else None


def _key_from(row: Any) -> InstallationKey:
    return InstallationKey(
        row.id,
        KeyKind(row.kind),
        row.name,
        frozenset(KeyScope(scope) for scope in row.scopes),
        row.last_used_at,
        row.events_per_minute,
        row.used_until,
    )


def should_record_use(key: InstallationKey, *, now: int) -> bool:
    """Return whether `last_used_at` is over a minute old: not every request writes it."""
    return key.last_used_at is None or now - key.last_used_at >= _USE_RECORDED_EVERY


def record_use(session: Session, key: InstallationKey, *, now: int) -> None:
    session.execute(update(keys).where(keys.c.id == key.id).values(last_used_at=now))


def list_installation_keys(session: Session) -> Sequence[ListedInstallationKey]:
    """Return all keys of the installation, the oldest first."""
    columns = (keys.c[name] for name in ListedInstallationKey._fields)
    rows = session.execute(select(*columns).order_by(keys.c.created_at))
    return [ListedInstallationKey(**row._asdict()) for row in rows]


def is_installation_key(session: Session, key_id: str) -> bool:
    """Return whether this is the id of an active key of the installation."""
    statement = select(keys.c.id).where(keys.c.id == key_id, keys.c.revoked_at.is_(None))
    return session.execute(statement).first() is not None


def revoke_installation_key(session: Session, key_id: str, *, now: int) -> str:
    """Revoke a key: every worker refuses it from its next request. Returns its name.

    Raises NotFound.
    """
    name = session.execute(
        update(keys)
        .where(keys.c.id == key_id, keys.c.revoked_at.is_(None))
        .values(revoked_at=now)
        .returning(keys.c.name)
    ).scalar()
    if name is None:
        raise NotFound(f"No active key {key_id[:20]}. See: dashapp key list")
    return str(name)
