"""Passkeys of people (WebAuthn), and the challenges that browsers sign with them."""

import secrets
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from dashapp.domain.errors import Conflict
from dashapp.domain.language import _
from dashapp.domain.time.instant import SECOND
from dashapp.store.sql.dialect import upsert
from dashapp.store.tables import challenges, passkeys

CHALLENGE_VALID_FOR = 10 * 60 * SECOND
MAX_PASSKEYS = 20  # per user
_HANDLE_BYTES = 32


class Passkey(NamedTuple):
    """A passkey. `id` and `handle` are base64url; `handle` names the user to the authenticator."""

    id: str
    user_id: int
    handle: str
    public_key: bytes
    sign_count: int
    name: str
    transports: Sequence[str]
    created_at: int
    last_used_at: int | None


_COLUMNS = tuple(passkeys.c[name] for name in Passkey._fields)


def passkeys_of(session: Session, user_id: int) -> Sequence[Passkey]:
    """Return the user's passkeys, the oldest first."""
    statement = select(*_COLUMNS).where(passkeys.c.user_id == user_id)
    rows = session.execute(statement.order_by(passkeys.c.created_at, passkeys.c.id))
    return [Passkey(*row) for row in rows]


def find_passkey(session: Session, passkey_id: str) -> Passkey | None:
    row = session.execute(select(*_COLUMNS).where(passkeys.c.id == passkey_id)).first()
    return None if row is None else Passkey(*row)


def handle_of(session: Session, user_id: int) -> str:
    """Return the random handle of the user's passkeys, a new one for the first."""
    existing = passkeys_of(session, user_id)
    return existing[0].handle if existing else secrets.token_urlsafe(_HANDLE_BYTES)


def insert_passkey(session: Session, passkey: Passkey) -> None:
    """Add a passkey. Raises Conflict if it was added before, or there are too many."""
    if len(passkeys_of(session, passkey.user_id)) >= MAX_PASSKEYS:
        raise Conflict(_("You have too many passkeys. Remove one first."))
    try:
        session.execute(insert(passkeys).values(passkey._asdict()))
    except IntegrityError:
        raise Conflict(_("This passkey was added before.")) from None


def record_use(session: Session, passkey: Passkey, sign_count: int, *, now: int) -> bool:
    """Store the new count of signatures. Returns whether nobody else used the passkey meanwhile."""
    used = session.execute(
        update(passkeys)
        .where(passkeys.c.id == passkey.id, passkeys.c.sign_count == passkey.sign_count)
        .values(sign_count=sign_count, last_used_at=now)
        .returning(passkeys.c.id)
    )
    return used.first() is not None


def remove_passkey(session: Session, user_id: int, passkey_id: str) -> str | None:
    """Remove a passkey of the user. Returns its name, None if they have no such passkey."""
    removed = session.execute(
        delete(passkeys)
        .where(passkeys.c.id == passkey_id, passkeys.c.user_id == user_id)
        .returning(passkeys.c.name)
    ).first()
    return None if removed is None else str(removed.name)


def put_challenge(
    session: Session, browser: str, purpose: str, challenge: str, *, user_id: int | None, now: int
) -> None:
    """Store what a browser must sign next for a purpose, instead of what it had to sign before."""
    session.execute(delete(challenges).where(challenges.c.created_at < now - CHALLENGE_VALID_FOR))
    values: dict[str, Any] = {"challenge": challenge, "user_id": user_id, "created_at": now}
    session.execute(
        upsert(session, challenges)
        .values(digest=browser, purpose=purpose, **values)
        .on_conflict_do_update(index_elements=["digest", "purpose"], set_=values)
    )


def take_challenge(
    session: Session, browser: str, purpose: str, *, user_id: int | None, now: int
) -> str | None:
    """Return what this browser must have signed, and forget it: it works once."""
    row = session.execute(
        delete(challenges)
        .where(challenges.c.digest == browser, challenges.c.purpose == purpose)
        .returning(challenges.c.challenge, challenges.c.user_id, challenges.c.created_at)
    ).first()
    if row is None or row.user_id != user_id or row.created_at < now - CHALLENGE_VALID_FOR:
        return None
    return str(row.challenge)
