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
from dashapp.store.people.users import User, find_user_with_id, locale_of_address
from dashapp.store.tables import memberships, outbox

_LOCKED_MAILED_EVERY = 24 * 3_600 * SECOND


def tell(
    session: Session,
    mails: Outbox | None,
    kind: MailKind,
    user: User,
    params: Mapping[str, str] | None = None,
    *,
    now: int,
) -> None:
    """Mail someone in their language, in the transaction of the cause.

    That an account is locked is mailed at most once a day: an attack can last.
    """
    if mails is None or (kind is MailKind.ACCOUNT_LOCKED and _was_told(session, user, now=now)):
        return
    locale = locale_of_address(session, user.email) or DEFAULT_LANGUAGE
    with suppress(BadInput):
        mails.put(session, Mail(kind, user.email, locale, params or {}), user_id=user.id, now=now)


def tell_owners(
    session: Session,
    mails: Outbox | None,
    kind: MailKind,
    scope: Scope,
    params: Mapping[str, str],
    *,
    now: int,
) -> None:
    """Mail the org's owners. The org's name and slug are added to the parameters."""
    owners = select(memberships.c.user_id).where(
        memberships.c.org_id == scope.org_id, memberships.c.role == Role.OWNER.value
    )
    params = {"org": scope.org.name, "slug": scope.org.slug, **params}
    for user_id in session.execute(owners).scalars().all():
        user = find_user_with_id(session, user_id)
        if user is not None:
            tell(session, mails, kind, user, params, now=now)


def _was_told(session: Session, user: User, *, now: int) -> bool:
    recently = exists().where(
        outbox.c.user_id == user.id,
        outbox.c.kind == MailKind.ACCOUNT_LOCKED.value,
        outbox.c.created_at > now - _LOCKED_MAILED_EVERY,
    )
    return bool(session.execute(select(recently)).scalar())
