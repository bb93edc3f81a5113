"""A new password, chosen with a link."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy.orm import Session

from dashapp.domain.access.actors import Action, Actor
from dashapp.store.administration.people.people import Recorder
from dashapp.store.administration.people.proving import Removed, prove_address
from dashapp.store.mail.kinds import MailKind
from dashapp.store.mail.notices import tell
from dashapp.store.mail.outbox import Outbox
from dashapp.store.mail.resets import take_reset
from dashapp.store.people import login_sessions, sign_ins, users
from dashapp.store.people.lockout import subjects_of
from dashapp.store.people.login_attempts import forget_all
from dashapp.store.people.users import User


class Chosen(NamedTuple):
    """The secret of a link, and the hash of the new password."""

    secret: str
    password_hash: str


def change_password(
    session: Session,
    chosen: Chosen,
    user: User,
    mails: Outbox | None,
    *,
    now: int,
) -> Sequence[Removed] | None:
    """Use the link up and set the password; None if the link does not work.

    All sessions end, and browsers are no longer known, because both depend on the password. The
    person is told by mail. A link that was mailed also shows that the address is theirs: returns
    what the first proof has removed.
    """
    reset = take_reset(session, chosen.secret, now=now)
    if reset is None or reset.user.id != user.id:
        return None
    users.set_password(session, user.id, chosen.password_hash)
    login_sessions.end_sessions_of(session, user.id, "password", at=now)
    sign_ins.end_all(session, user.id)
    for subject in subjects_of(user):
        forget_all(session, subject)
    removed: Sequence[Removed] = ()
    if reset.is_mailed:
        removed = prove_address(session, user, is_password_new=True, now=now)
    tell(session, mails, MailKind.PASSWORD_CHANGED, user, now=now)
    return removed


def record_change(
    session: Session,
    recorder: Recorder,
    user: User,
    actor: Actor,
    removed: Sequence[Removed] = (),
    *,
    now: int,
) -> None:
    """Record it in the audits of the person's orgs, after everything that is shared."""
    after: dict[str, object] = {"method": "reset"}
    if removed:
        after["removed"] = list(removed)
    recorder.record(session, user, actor, Action.PASSWORD_CHANGED, after=after, now=now)
