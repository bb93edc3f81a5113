"""A new password, chosen with a link."""

from collections.abc import Callable
from typing import NamedTuple

from sqlalchemy.orm import Session

from dashapp.domain.access.actors import Action, Actor, ActorKind
from dashapp.store.audit.entries import add_installation_entry
from dashapp.store.mail import notices
from dashapp.store.mail.outbox import Outbox
from dashapp.store.mail.resets import take_reset
from dashapp.store.people import login_sessions, users
from dashapp.store.people.login_attempts import forget_attempts
from dashapp.store.people.users import User


class Chosen(NamedTuple):
    """The secret of a link, and the hash of the new password."""

    secret: str
    password_hash: str


def change_password(
    session: Session,
    chosen: Chosen,
    mails: Outbox | None,
    actor_of: Callable[[ActorKind, str, str], Actor],
    *,
    now: int,
) -> User | None:
    """Use the link up and set the password; None if the link does not work.

    All sessions end, and no browser is known any more, because both depend on the password. The
    person is told by mail. A link that was mailed also shows that the address is theirs.
    """
    reset = take_reset(session, chosen.secret, now=now)
    if reset is None:
        return None
    user = reset.user
    users.set_password(session, user.id, chosen.password_hash)
    login_sessions.end_sessions_of(session, user.id, "password", at=now)
    forget_attempts(session, f"account:{user.email}", now=now)
    if reset.is_mailed:
        users.confirm_email(session, user.id, now=now)
    notices.password_changed(session, mails, user.id, now=now)
    actor = actor_of(ActorKind.MEMBER, str(user.id), user.email)
    after = {"method": "reset"}
    add_installation_entry(
        session, actor, Action.PASSWORD_CHANGED, user.email, after=after, now=now
    )
    return user
