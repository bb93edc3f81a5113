"""Sign-ons that are under way. Each is used once, by the browser that began it."""

from typing import Any, NamedTuple

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from dashapp.domain.secrets.keys import digest
from dashapp.domain.time.instant import SECOND
from dashapp.store.tables import sign_ons

VALID_FOR = 600 * SECOND
_MAX_NEXT = 500


class SignOn(NamedTuple):
    """A sign-on. `subject` is what the provider said, while the person proves an account."""

    provider: str
    nonce: str
    verifier: str
    next: str | None
    subject: Any
    user_id: int | None
    created_at: int


class Secrets(NamedTuple):
    """What the browser shows: the state of the address, and its cookie."""

    state: str
    browser: str


def begin(session: Session, secrets: Secrets, sign_on: SignOn) -> None:
    """Store a sign-on, and forget those that have expired."""
    now = sign_on.created_at
    session.execute(delete(sign_ons).where(sign_ons.c.created_at <= now - VALID_FOR))
    target = sign_on.next or ""
    session.execute(
        insert(sign_ons).values(
            state_digest=digest(secrets.state),
            browser_digest=digest(secrets.browser),
            provider=sign_on.provider,
            nonce=sign_on.nonce,
            verifier=sign_on.verifier,
            purpose="sign_in" if sign_on.user_id is None else "link",
            user_id=sign_on.user_id,
            subject=sign_on.subject,
            next=target if len(target) <= _MAX_NEXT else "",
            created_at=now,
        )
    )


def find(session: Session, secrets: Secrets, *, now: int) -> SignOn | None:
    """Return a link that waits for the person's proof, without using it up."""
    columns = [sign_ons.c[name] for name in SignOn._fields]
    row = session.execute(
        select(*columns).where(*_is(secrets, "link"), sign_ons.c.created_at > now - VALID_FOR)
    ).first()
    return None if row is None else _from(row)


def consume(session: Session, secrets: Secrets, purpose: str, *, now: int) -> SignOn | None:
    """Use a sign-on up: of many who try, one gets it. None if it is another browser's."""
    row = session.execute(
        delete(sign_ons)
        .where(*_is(secrets, purpose))
        .returning(*(sign_ons.c[name] for name in SignOn._fields))
    ).first()
    if row is None or row.created_at <= now - VALID_FOR:
        return None
    return _from(row)


def _is(secrets: Secrets, purpose: str) -> tuple[Any, ...]:
    return (
        sign_ons.c.state_digest == digest(secrets.state),
        sign_ons.c.browser_digest == digest(secrets.browser),
        sign_ons.c.purpose == purpose,
    )


def _from(row: Any) -> SignOn:
    return SignOn(**{**row._asdict(), "next": row.next or None})
