"""Keys to ingest, read and embed. Every request checks that its key is still active.

Only hashes of ingest and read keys are stored. The secrets of embed keys are encrypted.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import bindparam, insert, select, tuple_, update
from sqlalchemy.orm import Session

from dashapp.domain.access.embed import RefusedToken
from dashapp.domain.access.scope import Org, Scope
from dashapp.domain.errors import BadInput, NotFound
from dashapp.domain.secrets.keys import (
    HINT_LENGTH,
    KeyKind,
    digest,
    is_well_formed,
    make_key,
    make_short_id,
)
from dashapp.domain.secrets.sealing import Purpose, Secrets, seal, unseal
from dashapp.domain.time.instant import SECOND, from_us
from dashapp.store.orgs.orgs import IS_NOT_DELETED, ORG_COLUMNS, org_from
from dashapp.store.tables import keys, orgs

_USE_RECORDED_EVERY = 60 * SECOND


class Key(NamedTuple):
    """An active key and its org."""

    id: str
    kind: KeyKind
    org: Org
    last_used_at: int | None
    events_per_minute: int | None
    org_events_per_minute: int | None


class ListedKey(NamedTuple):
    """A key as it is listed; times in microseconds."""

    id: str
    kind: str
    created_at: int
    last_used_at: int | None
    revoked_at: int | None
    name: str | None
    hint: str | None  # the last characters of the secret


_KEY = (
    select(
        keys.c.id,
        keys.c.kind,
        keys.c.last_used_at,
        keys.c.events_per_minute,
        orgs.c.events_per_minute.label("org_events_per_minute"),
        *ORG_COLUMNS,
    )
    .join(orgs, orgs.c.id == keys.c.org_id)
    .where(keys.c.digest == bindparam("digest"), IS_NOT_DELETED)
)
_POSITION = (keys.c.created_at, keys.c.id)
_ACTIVE_KEY = _KEY.where(keys.c.revoked_at.is_(None))


class RefusedKey(NamedTuple):
    """Why a secret is not that of an active key: a word for the log. `key` is a revoked one."""

    reason: str
    key: Key | None = None


class EmbedKey(NamedTuple):
    """An active embed key and its org. Its secret is sealed."""

    id: str
    org: Org
    sealed: str
    last_used_at: int | None


class RevokedKey(RefusedToken):
    """A revoked embed key: its org can see the attempt in its embed log."""

    def __init__(self, key: EmbedKey, revoked_at: int) -> None:
        super().__init__(
            "revoked_key", f"the key {key.id} was revoked on {from_us(revoked_at):%Y-%m-%d}"
        )
        self.key = key


_EMBED_KEY = (
    select(
        keys.c.sealed,
        keys.c.last_used_at,
        keys.c.revoked_at,
        *ORG_COLUMNS,
    )
    .join(orgs, orgs.c.id == keys.c.org_id)
    .where(
        keys.c.id == bindparam("key"),
        keys.c.kind == KeyKind.EMBED.value,
        keys.c.sealed.is_not(None),
        IS_NOT_DELETED,
    )
)


def insert_key(
    session: Session,
    scope: Scope,
    kind: KeyKind,
    *,
    now: int,
    name: str | None = None,
    events_per_minute: int | None = None,
    secrets: Secrets | None = None,
) -> tuple[str, str]:
    """Add a key. Returns its public id and its secret, which cannot be shown again.

    The secret of an embed key is stored, sealed with the installation's `secrets`.
    """
    key_id, secret = make_short_id(), make_key(kind)
    sealed = None
    if kind is KeyKind.EMBED:
        if secrets is None:
            raise ValueError("An embed key requires secrets to encrypt its own.")
        context = _seal_context(key_id, scope.org_id)
        sealed = seal(secrets, secret, purpose=Purpose.EMBED_KEY, context=context)
    session.execute(
        insert(keys).values(
            id=key_id,
            org_id=scope.org_id,
            kind=kind.value,
            digest=digest(secret),
            sealed=sealed,
            created_at=now,
            events_per_minute=events_per_minute,
            name=name,
            hint=secret[-HINT_LENGTH:],
        )
    )
    return key_id, secret


def find_key(session: Session, secret: str) -> Key | None:
    """Return the active key with this secret. A mistyped secret never reaches the database."""
    if not is_well_formed(secret):
        return None
    row = session.execute(_ACTIVE_KEY, {"digest": digest(secret)}).first()
    return None if row is None else _key_from(row)


def why_refused(session: Session, secret: str) -> RefusedKey:
    """Return why `find_key` does not find a key with this secret."""
    if not is_well_formed(secret):
        return RefusedKey("malformed")
    row = session.execute(_KEY, {"digest": digest(secret)}).first()
    return RefusedKey("unknown") if row is None else RefusedKey("revoked", _key_from(row))


def _key_from(row: Any) -> Key:
    return Key(
        row.id,
        KeyKind(row.kind),
        org_from(row),
        row.last_used_at,
        row.events_per_minute,
        row.org_events_per_minute,
    )


def find_embed_key(session: Session, key_id: str) -> EmbedKey:
    """Return the active embed key with this id. Raises RefusedToken."""
    row = session.execute(_EMBED_KEY, {"key": key_id}).first()
    if row is None:
        raise RefusedToken("unknown_key", f"no embed key {key_id}")
    key = EmbedKey(key_id, org_from(row), row.sealed, row.last_used_at)
    if row.revoked_at is not None:
        raise RevokedKey(key, row.revoked_at)
    return key


def secret_of(key: EmbedKey, secrets: Secrets) -> bytes:
    """Return the secret that tokens are signed with, exactly as it was printed."""
    context = _seal_context(key.id, key.org.id)
    return unseal(secrets, key.sealed, purpose=Purpose.EMBED_KEY, context=context).encode()


def _seal_context(key_id: str, org_id: int) -> str:
    """Return what a sealed secret is bound to: its key and its org."""
    return f"{org_id}:{key_id}"


def should_record_use(key: Key | EmbedKey, *, now: int) -> bool:
    """Return whether `last_used_at` is over a minute old: not every request writes it."""
    return key.last_used_at is None or now - key.last_used_at >= _USE_RECORDED_EVERY


def record_use(session: Session, key: Key | EmbedKey, *, now: int) -> None:
    session.execute(update(keys).where(keys.c.id == key.id).values(last_used_at=now))


def list_keys(
    session: Session, scope: Scope, after: str | None = None, most: int | None = None
) -> Sequence[ListedKey]:
    """Return the org's keys, the oldest first, or so many after one. Raises BadInput."""
    columns = (keys.c[name] for name in ListedKey._fields)
    statement = select(*columns).where(keys.c.org_id == scope.org_id).order_by(*_POSITION)
    if after is not None:
        last = session.execute(statement.where(keys.c.id == after)).first()
        if last is None:
            raise BadInput("after must be “next” of the page before.")
        statement = statement.where(tuple_(*_POSITION) > tuple_(last.created_at, last.id))
    return [ListedKey(**row._asdict()) for row in session.execute(statement.limit(most))]


def org_of_key(session: Session, key_id: str) -> Org:
    """Return the org of a key, for operators who know only its id. Raises NotFound."""
    row = session.execute(
        select(*ORG_COLUMNS)
        .join(keys, keys.c.org_id == orgs.c.id)
        .where(keys.c.id == key_id, keys.c.revoked_at.is_(None), IS_NOT_DELETED)
    ).first()
    if row is None:
        raise _no_such_key(key_id)
    return org_from(row)


def active_key_named(session: Session, scope: Scope, name: str) -> str | None:
    """Return the id of the org's active key with this name."""
    statement = select(keys.c.id).where(
        keys.c.org_id == scope.org_id, keys.c.name == name, keys.c.revoked_at.is_(None)
    )
    key_id: str | None = session.execute(statement).scalar()
    return key_id


def revoke_key(session: Session, scope: Scope, key_id: str, *, now: int) -> tuple[str, str | None]:
    """Revoke a key of the org: every worker refuses it from its next request. Raises NotFound.

    Returns its kind and its name.
    """
    revoked = session.execute(
        update(keys)
        .where(keys.c.org_id == scope.org_id, keys.c.id == key_id, keys.c.revoked_at.is_(None))
        .values(revoked_at=now)
        .returning(keys.c.kind, keys.c.name)
    ).first()
    if revoked is None:
        raise _no_such_key(key_id)
    return revoked.kind, revoked.name


def _no_such_key(key_id: str) -> NotFound:
    return NotFound(f"No active key {key_id[:20]}. See: dashapp key list --org ORG")
