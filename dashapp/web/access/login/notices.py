"""Mails that tell people what happened to their accounts, if mail is configured."""

from sqlalchemy.orm import Session

from dashapp.domain.errors import BadInput
from dashapp.domain.language import DEFAULT_LANGUAGE
from dashapp.store.mail.kinds import Mail, MailKind
from dashapp.store.mail.outbox import Outbox
from dashapp.store.people.users import User, locale_of_address
from dashapp.web.services import Services


def notify(app: Services, session: Session, user: User, kind: MailKind) -> None:
    """Put a mail in the outbox, in the transaction of its cause."""
    if app.settings.mail_server is None:
        return
    locale = locale_of_address(session, user.email) or DEFAULT_LANGUAGE
    mail = Mail(kind, user.email, locale, {"address": user.email})
    try:
        Outbox(app.settings.secrets).put(session, mail, user_id=user.id, now=app.now_us())
    except BadInput:
        return  # nobody can be mailed at this address
