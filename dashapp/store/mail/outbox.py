"""Mails that wait to be sent, are sent, or failed.

The parameters are sealed, because they have links that work once. They and the address are emptied
when the mail is sent or fails for good.
"""

from collections.abc import Mapping
from typing import NamedTuple

import orjson
from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.secrets.keys import make_short_id
from dashapp.domain.secrets.sealing import Purpose, Secrets, seal
from dashapp.store.mail.kinds import Mail, MailKind, check_mailable
from dashapp.store.tables import outbox

WAITING, SENT, FAILED = "waiting", "sent", "failed"
STATES = (WAITING, SENT, FAILED)


class Outbox(NamedTuple):
    """Where mails are put, if the installation has a mail server. It seals them."""

    secrets: Secrets

    def put(
        self,
        session: Session,
        mail: Mail,
        *,
        scope: Scope | None = None,
        user_id: int | None = None,
        now: int,
    ) -> str:
        """Store a mail in the transaction of its cause, and return its id. Raises BadInput.

        Its org or user, if there is one, takes it along when deleted.
        """
        check_mailable(mail.address)
        mail_id = make_short_id()
        params = orjson.dumps(dict(mail.params)).decode()
        session.execute(
            insert(outbox).values(
                id=mail_id,
                org_id=None if scope is None else scope.org_id,
                user_id=user_id,
                kind=mail.kind.value,
                address=mail.address,
                locale=mail.locale,
                params=seal(self.secrets, params, purpose=Purpose.MAIL, context=mail_id),
                state=WAITING,
                created_at=now,
                due_at=now,
            )
        )
        return mail_id


def discard_invitation(session: Session, scope: Scope, address: str) -> None:
    """Delete the mail of an invitation if it waits: its link no longer works."""
    session.execute(
        delete(outbox).where(
            outbox.c.org_id == scope.org_id,
            outbox.c.kind == MailKind.INVITATION.value,
            outbox.c.address == address,
            outbox.c.state == WAITING,
        )
    )


def discard_reset(session: Session, user_id: int) -> None:
    """Delete the mail of a password reset if it waits: its link no longer works."""
    session.execute(
        delete(outbox).where(
            outbox.c.user_id == user_id,
            outbox.c.kind == MailKind.PASSWORD_RESET.value,
            outbox.c.state == WAITING,
        )
    )


def counts(session: Session) -> Mapping[str, int]:
    """Return the number of mails by state; every state is there."""
    rows = session.execute(select(outbox.c.state, func.count()).group_by(outbox.c.state))
    return dict.fromkeys(STATES, 0) | {row[0]: row[1] for row in rows}


def last_error(session: Session) -> str | None:
    """Return what the mail server said last, of mails that wait or failed."""
    statement = (
        select(outbox.c.error)
        .where(outbox.c.error.is_not(None), outbox.c.state != SENT)
        .order_by(outbox.c.due_at.desc())
        .limit(1)
    )
    return session.execute(statement).scalar()


def oldest_waiting(session: Session) -> int | None:
    """Return when the oldest mail that waits was stored, in microseconds; None if none waits."""
    statement = select(func.min(outbox.c.created_at)).where(outbox.c.state == WAITING)
    return session.execute(statement).scalar()
