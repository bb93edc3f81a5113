"""The first proof that an address is its user's: what others may have set up before is removed.

A link that was handed over, or an identity provider, can make an account for an address without its
owner. That person must not keep a way in once the owner has proved the address by mail.
"""

from collections.abc import Sequence
from enum import StrEnum

from sqlalchemy.orm import Session

from dashapp.store.people import login_sessions, second_factors, sign_ins, users
from dashapp.store.people.users import User
from dashapp.store.sign_on.identities import unlink_all


class Removed(StrEnum):
    """What was removed from an account."""

    PASSWORD = "password"  # noqa: S105 - a name
    AUTHENTICATOR = "authenticator"
    PASSKEYS = "passkeys"
    IDENTITIES = "identities"


def prove_address(
    session: Session, user: User, *, is_password_new: bool, now: int
) -> Sequence[Removed]:
    """Record that the address is the user's. Return what the first proof has removed.

    All sessions end, too, if anything was removed. `is_password_new` keeps the password: the
    person who proved the address has just chosen it.
    """
    if users.has_confirmed_email(session, user.id):
        return ()
    users.confirm_email(session, user.id, now=now)
    factors = second_factors.factors_of(session, user.id)
    had = {
        Removed.PASSWORD: bool(user.password_hash) and not is_password_new,
        Removed.AUTHENTICATOR: factors.has_authenticator,
        Removed.PASSKEYS: factors.passkeys > 0,
        Removed.IDENTITIES: unlink_all(session, user.id),
    }
    second_factors.remove_all(session, user.id)
    removed = [each for each, was_there in had.items() if was_there]
    if had[Removed.PASSWORD]:
        users.set_password(session, user.id, "")
    if removed:
        login_sessions.end_sessions_of(session, user.id, "password", at=now)
        sign_ins.end_all(session, user.id)
    return removed
