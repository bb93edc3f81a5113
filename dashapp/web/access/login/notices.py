"""Mails that tell people what happened to their accounts, if mail is configured."""

from sqlalchemy.orm import Session

from dashapp.store.mail.kinds import MailKind
from dashapp.store.mail.notices import tell
from dashapp.store.people.users import User
from dashapp.web.access.links import outbox
from dashapp.web.services import Services


def notify(app: Services, session: Session, user: User, kind: MailKind) -> None:
    """Put a mail in the outbox, in the transaction of its cause."""
    tell(session, outbox(), kind, user, now=app.now_us())
