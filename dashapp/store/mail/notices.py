"""Mails that tell people what happened to their account or org.

Without an outbox, they do nothing. They never fail what they report: an address that cannot get
mails is left out.
"""

from collections.abc import Mapping
from contextlib import suppress

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from dashapp.domain.access.roles import Role
from dashapp.domain.access.scope import Scope
from dashapp.domain.errors import BadInput
from dashapp.domain.language import DEFAULT_LANGUAGE
from dashapp.domain.time.instant import SECOND
from dashapp.store.mail.kinds import Mail, MailKind
from dashapp.store.mail.outbox import Outbox
from dashapp.store.tables import memberships, outbox, users

_LOCKED_MAILED_EVERY = 24 * 3_600 * SECOND


def password_changed(session: Session, mails: Outbox | None, user_id: int, *, now: int) -> None:
    """Tell a user that their password was changed."""
    _tell(session, mails, MailKind.PASSWORD_CHANGED, user_id, now=now)


def second_factor_removed(
    session: Session, mails: Outbox | None, user_id: int, *, now: int
) -> None:
    """Tell a user that they sign in without a second factor from now on."""
    _tell(session, mails, MailKind.SECOND_FACTOR_REMOVED, user_id, now=now)


def account_locked(session: Session, mails: Outbox | None, user_id: int, *, now: int) -> None:
    """Tell a user that somebody tries their passwords, at most once a day."""
    recently = exists().where(
        outbox.c.user_id == user_id,
        outbox.c.kind == MailKind.ACCOUNT_LOCKED.value,
        outbox.c.created_at > now - _LOCKED_MAILED_EVERY,
    )
    if not session.execute(select(recently)).scalar():
        _tell(session, mails, MailKind.ACCOUNT_LOCKED, user_id, now=now)


def only_way_changed(
    session: Session, mails: Outbox | None, scope: Scope, provider: str, *, now: int
) -> None:
    """Tell the org's owners that members sign in with the provider only, from now on."""
    owners = select(memberships.c.user_id).where(
        memberships.c.org_id == scope.org_id, memberships.c.role == Role.OWNER.value
    )
    params = {"org": scope.org.name, "slug": scope.org.slug, "provider": provider}
    for user_id in session.execute(owners).scalars().all():
        _tell(session, mails, MailKind.ONLY_WAY_CHANGED, user_id, params, now=now)


def _tell(
    session: Session,
    mails: Outbox | None,
    kind: MailKind,
    user_id: int,
    params: Mapping[str, str] | None = None,
    *,
    now: int,
) -> None:
    row = session.execute(
        select(users.c.email, users.c.locale).where(users.c.id == user_id)
    ).first()
    if mails is None or row is None:
        return
    mail = Mail(kind, row.email, row.locale or DEFAULT_LANGUAGE, params or {})
    with suppress(BadInput):
        mails.put(session, mail, user_id=user_id, now=now)
