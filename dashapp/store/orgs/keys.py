"""Ingest and read keys: only a hash is stored, and every request asks whether it still holds."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from dashapp.domain.access.embed import RefusedToken
from dashapp.domain.access.scope import Org
from dashapp.domain.errors import NotFound
from dashapp.domain.secrets.keys import KeyKind, digest, is_well_formed, make_key, make_short_id
from dashapp.domain.secrets.sealing import seal, unseal
from dashapp.domain.time.instant import SECOND, from_us
from dashapp.store.tables import keys, orgs

_USE_NOTED_EVERY = 60 * SECOND


class Key(NamedTuple):
    """A key that holds, and the org it opens."""

    id: str
    kind: KeyKind
    org: Org
    last_used_at: int | None
    events_per_minute: int | None
    org_events_per_minute: int | None


class ListedKey(NamedTuple):
    """One line of `dashapp key list`; times in microseconds."""

    id: str
    kind: str
    created_at: int
    last_used_at: int | None
    revoked_at: int | None


_KEY = (
    select(
        keys.c.id,
        keys.c.kind,
        keys.c.last_used_at,
        keys.c.events_per_minute,
        orgs.c.events_per_minute.label("org_events_per_minute"),
        *(orgs.c[name].label(f"org_{name}") for name in Org._fields),
    )
    .join(orgs, orgs.c.id == keys.c.org_id)
    .where(keys.c.digest == bindparam("digest"), keys.c.revoked_at.is_(None))
)


class EmbedKey(NamedTuple):
    """An embed key, and the org it opens; its secret is sealed."""

    id: str
    org: Org
    sealed: str
    last_used_at: int | None


class RevokedKey(RefusedToken):
    """An embed key that held once: its org may know."""

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
        *(orgs.c[name].label(f"org_{name}") for name in Org._fields),
    )
    .join(orgs, orgs.c.id == keys.c.org_id)
    .where(
        keys.c.id == bindparam("key"),
        keys.c.kind == KeyKind.EMBED.value,
        keys.c.sealed.is_not(None),
    )
)


def insert_key(
    session: Session,
    org_id: int,
    kind: KeyKind,
    *,
    now: int,
    events_per_minute: int | None = None,
    secret_key: str | None = None,
) -> tuple[str, str]:
    """A new key: its public id and its secret, which is nowhere else from now on.

    That of an embed key is kept, sealed under the installation's `secret_key`.
    """
    key_id, secret = make_short_id(), make_key(kind)
    sealed = None
    if kind is KeyKind.EMBED:
        if secret_key is None:
            raise ValueError("The secret of an embed key is sealed under DASHAPP_SECRET_KEY.")
        sealed = seal(secret_key, secret, about=_about(key_id, org_id))
    session.execute(
        insert(keys).values(
            id=key_id,
            org_id=org_id,
            kind=kind.value,
            digest=digest(secret),
            sealed=sealed,
            created_at=now,
            events_per_minute=events_per_minute,
        )
    )
    return key_id, secret


def find_key(session: Session, secret: str) -> Key | None:
    """The key of that secret if it holds. A secret with a typo never reaches the database."""
    if not is_well_formed(secret):
        return None
    row = session.execute(_KEY, {"digest": digest(secret)}).first()
    if row is None:
        return None
    return Key(
        row.id,
        KeyKind(row.kind),
        Org(*row[5:]),
        row.last_used_at,
        row.events_per_minute,
        row.org_events_per_minute,
    )


def find_embed_key(session: Session, key_id: str) -> EmbedKey:
    """The embed key of that id. Raises RefusedToken where there is none that holds."""
    row = session.execute(_EMBED_KEY, {"key": key_id}).first()
    if row is None:
        raise RefusedToken("unknown_key", f"there is no embed key {key_id}")
    key = EmbedKey(key_id, Org(*row[3:]), row.sealed, row.last_used_at)
    if row.revoked_at is not None:
        raise RevokedKey(key, row.revoked_at)
    return key


def secret_of(key: EmbedKey, secret_key: str) -> bytes:
    """What the key's owner signs with: the secret exactly as it was printed."""
    return unseal(secret_key, key.sealed, about=_about(key.id, key.org.id)).encode()


def _about(key_id: str, org_id: int) -> str:
    """A sealed secret opens for its own key of its own org only."""
    return f"{org_id}:{key_id}"


def is_use_to_be_noted(key: Key | EmbedKey, *, now: int) -> bool:
    """`last_used` is true to the minute: not every request writes."""
    return key.last_used_at is None or now - key.last_used_at >= _USE_NOTED_EVERY


def note_use(session: Session, key_id: str, *, now: int) -> None:
    session.execute(update(keys).where(keys.c.id == key_id).values(last_used_at=now))


def list_keys(session: Session, org_id: int) -> Sequence[ListedKey]:
    columns = (keys.c[name] for name in ListedKey._fields)
    rows = session.execute(
        select(*columns).where(keys.c.org_id == org_id).order_by(keys.c.created_at)
    )
    return [ListedKey(*row) for row in rows]


def revoke_key(session: Session, key_id: str, *, now: int) -> None:
    """Refused from the next request on, by every worker. Raises NotFound."""
    done = session.execute(
        update(keys)
        .where(keys.c.id == key_id, keys.c.revoked_at.is_(None))
        .values(revoked_at=now)
        .returning(keys.c.id)
    ).first()
    if done is None:
        raise NotFound(f"There is no key {key_id[:20]} that still holds. See: dashapp key list")
