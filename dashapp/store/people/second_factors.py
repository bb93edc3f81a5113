"""Second factors of people: an authenticator app, and recovery codes.

Each code works once, however many requests send it at the same time: an update that changes one row
decides.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import delete, exists, func, insert, or_, select, update
from sqlalchemy.orm import Session

from dashapp.store.sql.dialect import upsert
from dashapp.store.tables import authenticators, passkeys, recovery_codes


class Authenticator(NamedTuple):
    """An authenticator app. Its secret is sealed; times in microseconds, null until confirmed."""

    user_id: int
    sealed: str
    confirmed_at: int | None


class Factors(NamedTuple):
    """What a user can prove who they are with, besides the password."""

    has_authenticator: bool
    passkeys: int
    recovery_codes: int  # unused ones

    @property
    def is_set_up(self) -> bool:
        return self.has_authenticator or self.passkeys > 0


def has_second_factor(session: Session, user_id: int) -> bool:
    """Return whether the user has a confirmed authenticator app or a passkey."""
    statement = select(
        or_(
            exists().where(
                authenticators.c.user_id == user_id, authenticators.c.confirmed_at.is_not(None)
            ),
            exists().where(passkeys.c.user_id == user_id),
        )
    )
    return bool(session.execute(statement).scalar())


def factors_of(session: Session, user_id: int) -> Factors:
    authenticator = authenticator_of(session, user_id)
    keys = select(func.count()).where(passkeys.c.user_id == user_id)
    codes = select(func.count()).where(
        recovery_codes.c.user_id == user_id, recovery_codes.c.used_at.is_(None)
    )
    return Factors(
        authenticator is not None and authenticator.confirmed_at is not None,
        int(session.execute(keys).scalar_one()),
        int(session.execute(codes).scalar_one()),
    )


def authenticator_of(session: Session, user_id: int) -> Authenticator | None:
    row = session.execute(
        select(authenticators.c.sealed, authenticators.c.confirmed_at).where(
            authenticators.c.user_id == user_id
        )
    ).first()
    return None if row is None else Authenticator(user_id, row.sealed, row.confirmed_at)


def put_authenticator(session: Session, user_id: int, sealed: str, *, now: int) -> bool:
    """Store an app that is not confirmed yet, replacing another one that is not.

    Returns whether that was done: an app that is confirmed stays.
    """
    values: dict[str, Any] = {"sealed": sealed, "last_step": 0, "created_at": now}
    statement = (
        upsert(session, authenticators)
        .values(user_id=user_id, **values)
        .on_conflict_do_update(
            index_elements=["user_id"],
            set_=values,
            where=authenticators.c.confirmed_at.is_(None),
        )
        .returning(authenticators.c.user_id)
    )
    return session.execute(statement).first() is not None


def accept_step(session: Session, user_id: int, step: int) -> bool:
    """Use the code of a time step. Returns whether it was not used before, nor a later one."""
    used = session.execute(
        update(authenticators)
        .where(authenticators.c.user_id == user_id, authenticators.c.last_step < step)
        .values(last_step=step)
        .returning(authenticators.c.user_id)
    )
    return used.first() is not None


def confirm_authenticator(session: Session, user_id: int, *, now: int) -> None:
    session.execute(
        update(authenticators)
        .where(authenticators.c.user_id == user_id, authenticators.c.confirmed_at.is_(None))
        .values(confirmed_at=now)
    )


def remove_authenticator(session: Session, user_id: int) -> bool:
    """Remove the app. Returns whether there was a confirmed one."""
    removed = session.execute(
        delete(authenticators)
        .where(authenticators.c.user_id == user_id)
        .returning(authenticators.c.confirmed_at)
    ).first()
    return removed is not None and removed.confirmed_at is not None


def replace_recovery_codes(session: Session, user_id: int, digests: Iterable[str]) -> None:
    """Store the hashes of new codes; the ones before work no more."""
    session.execute(delete(recovery_codes).where(recovery_codes.c.user_id == user_id))
    rows = [{"user_id": user_id, "digest": digest} for digest in digests]
    if rows:
        session.execute(insert(recovery_codes), rows)


def use_recovery_code(session: Session, user_id: int, digest: str, *, now: int) -> bool:
    """Use a code. Returns whether it is the user's and was not used before."""
    used = session.execute(
        update(recovery_codes)
        .where(
            recovery_codes.c.user_id == user_id,
            recovery_codes.c.digest == digest,
            recovery_codes.c.used_at.is_(None),
        )
        .values(used_at=now)
        .returning(recovery_codes.c.digest)
    )
    return used.first() is not None


def remove_all(session: Session, user_id: int) -> None:
    """Remove the app, the passkeys and the recovery codes of a user."""
    for table in (authenticators, passkeys, recovery_codes):
        session.execute(delete(table).where(table.c.user_id == user_id))
