"""People who gave their password, but not their second factor yet.

They have a row and a cookie of their own, and no session: what forgets to check a second factor
finds nobody signed in.
"""

from typing import NamedTuple

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from dashapp.domain.secrets.keys import digest, make_session_id
from dashapp.domain.time.instant import SECOND
from dashapp.store.people.users import User
from dashapp.store.tables import sign_ins, users

VALID_FOR = 10 * 60 * SECOND
_MAX_NEXT = 500


class SignIn(NamedTuple):
    """A sign-in that waits for the second factor. `next` is the path to go to afterwards."""

    digest: str
    user: User
    next: str


def begin(session: Session, user: User, *, form: str, target: str | None, now: int) -> str:
    """Store a sign-in, and return its id, which only the browser keeps."""
    session.execute(delete(sign_ins).where(sign_ins.c.created_at < now - VALID_FOR))
    sign_in_id = make_session_id()
    session.execute(
        insert(sign_ins).values(
            digest=digest(sign_in_id),
            user_id=user.id,
            password_hash=user.password_hash,
            form_digest=digest(form),
            next=target if target and len(target) <= _MAX_NEXT else "",
            created_at=now,
        )
    )
    return sign_in_id


def find(session: Session, sign_in_id: str, *, form: str, now: int) -> SignIn | None:
    """Return a sign-in of this browser that has not expired.

    A new password ends it, and so does disabling the user.
    """
    row = session.execute(
        select(sign_ins.c.next, users.c.id, users.c.email, users.c.password_hash)
        .join(users, users.c.id == sign_ins.c.user_id)
        .where(
            sign_ins.c.digest == digest(sign_in_id),
            sign_ins.c.form_digest == digest(form),
            sign_ins.c.created_at >= now - VALID_FOR,
            sign_ins.c.password_hash == users.c.password_hash,
            users.c.disabled_at.is_(None),
        )
    ).first()
    if row is None:
        return None
    user = User(row.id, row.email, row.password_hash, is_disabled=False)
    return SignIn(digest(sign_in_id), user, row.next)


def finish(session: Session, sign_in: SignIn) -> bool:
    """Delete the sign-in. Returns whether it was there: it starts one session."""
    deleted = session.execute(
        delete(sign_ins).where(sign_ins.c.digest == sign_in.digest).returning(sign_ins.c.digest)
    )
    return deleted.first() is not None


def end_all(session: Session, user_id: int) -> None:
    session.execute(delete(sign_ins).where(sign_ins.c.user_id == user_id))
