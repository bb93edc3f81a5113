"""The second step of a login: an authenticator app, a passkey, or a recovery code.

A person who guesses has the password already, so failures are counted per user over all codes,
10 per 15 minutes and 20 a day, and a correct password does not reset the count. With 10 per 15
minutes alone, a year of guesses would find a code with a probability of 65 percent.
"""

from typing import Literal, NamedTuple

from flask import Response, redirect, request, url_for
from sqlalchemy.orm import Session

from dashapp.domain.errors import TooMany
from dashapp.domain.language import _
from dashapp.domain.secrets.sealing import Purpose, seal, unseal
from dashapp.domain.secrets.second_factor import matching_step, normal_code, recovery_digest
from dashapp.store.mail.kinds import MailKind
from dashapp.store.people import lockout, second_factors, sign_ins
from dashapp.store.people.login_attempts import (
    DAY,
    count_attempt,
    count_in_day,
    seconds_until_next_slot,
    take_back_attempt,
    take_back_in_day,
)
from dashapp.store.people.sign_ins import SignIn
from dashapp.store.people.users import User
from dashapp.web.access import security_log
from dashapp.web.access.login.notices import notify
from dashapp.web.access.login.recording import record_failure, record_lock
from dashapp.web.access.login.sessions import How, form_id, sign_in
from dashapp.web.access.people import cookie_name, drop_cookie, set_cookie
from dashapp.web.access.security_log import Event
from dashapp.web.services import Services

PER_QUARTER, PER_DAY = 10, 20
COOKIE = "sign-in"
Kind = Literal["totp", "recovery_code"]


class Locked(TooMany):
    """There were too many wrong codes."""


class Attempt(NamedTuple):
    user: User
    at: int


def needs_second_factor(app: Services, user: User) -> bool:
    with app.store.read_shared() as session:
        return second_factors.has_second_factor(session, user.id)


def begin(app: Services, user: User, target: str | None) -> Response:
    """Remember that the password was right, and go to the page of the second factor."""
    security_log.record(Event.LOGIN_CONTINUED, user=user.id, account=user.email)
    with app.store.write_shared() as session:
        sign_in_id = sign_ins.begin(session, user, form=form_id(), target=target, now=app.now_us())
    response: Response = redirect(url_for("second_factor.form"), 303)  # type: ignore[assignment]
    set_cookie(response, COOKIE, sign_in_id, max_age=600)
    return response


def current_sign_in(app: Services) -> SignIn | None:
    """Return the sign-in of this browser that waits for the second factor."""
    cookie = request.cookies.get(cookie_name(COOKIE))
    if not cookie:
        return None
    with app.store.read_shared() as session:
        return sign_ins.find(session, cookie, form=form_id(), now=app.now_us())


def check_limits(app: Services, user: User) -> Attempt:
    """Count an attempt before it is checked. Raises Locked; then it counts for nothing."""
    now = app.now_us()
    with app.store.write_shared() as session:
        is_free = count_attempt(session, lockout.codes(user.id), PER_QUARTER, now=now)
        is_free_today = is_free and count_in_day(
            session, lockout.codes_of_day(user.id), PER_DAY, now=now
        )
        if is_free and not is_free_today:
            take_back_attempt(session, lockout.codes(user.id), counted_at=now)
        is_news = not is_free_today and count_in_day(session, lockout.told(user.id), 1, now=now)
        if is_news:
            notify(app, session, user, MailKind.ACCOUNT_LOCKED)
    if is_free_today:
        return Attempt(user, now)
    security_log.record(Event.LOGIN_LOCKED, "second_factor", user=user.id, account=user.email)
    record_lock(app, user, "second_factor")
    wait = int((DAY - now % DAY) // 1_000_000) + 1 if is_free else seconds_until_next_slot(now=now)
    text = _("Too many attempts. Try again in %(minutes)s min.")
    raise Locked(text, retry_after=wait, minutes=-(-wait // 60))


def take_back(session: Session, attempt: Attempt) -> None:
    """Do not count an attempt that was right."""
    take_back_attempt(session, lockout.codes(attempt.user.id), counted_at=attempt.at)
    take_back_in_day(session, lockout.codes_of_day(attempt.user.id), counted_at=attempt.at)


def note_failure(app: Services, user: User, reason: str) -> None:
    security_log.record(Event.LOGIN_FAILED, reason, user=user.id, account=user.email)
    record_failure(app, user, reason)


def accept_code(app: Services, session: Session, user: User, typed: str) -> Kind | None:
    """Use a code of the user's app, or a recovery code. Returns which, None if it is wrong."""
    code, now = normal_code(typed), app.now_us()
    if accept_totp(app, session, user.id, code):
        return "totp"
    if second_factors.use_recovery_code(session, user.id, recovery_digest(code), now=now):
        return "recovery_code"
    return None


def accept_totp(
    app: Services, session: Session, user_id: int, code: str, *, is_first: bool = False
) -> bool:
    """Use a code of the user's app; `is_first` is the one that confirms it."""
    app_row = second_factors.authenticator_of(session, user_id)
    if app_row is None or (app_row.confirmed_at is None) is not is_first:
        return False
    secret = open_secret(app, user_id, app_row.sealed)
    step = matching_step(secret, code, now=app.now_us())
    return step is not None and second_factors.accept_step(session, user_id, step)


def seal_secret(app: Services, user_id: int, secret: str) -> str:
    return seal(app.settings.secrets, secret, purpose=Purpose.AUTHENTICATOR, context=str(user_id))


def open_secret(app: Services, user_id: int, sealed: str) -> str:
    return unseal(app.settings.secrets, sealed, purpose=Purpose.AUTHENTICATOR, context=str(user_id))


def continue_sign_in(app: Services, user: User, how: How, target: str | None) -> Response:
    """Start a session after the first factor, or ask for the second one if the person has one."""
    if needs_second_factor(app, user):
        return begin(app, user, target)
    return sign_in(app, user, how, target)


def finish(app: Services, waiting: SignIn, how: How) -> Response:
    """Start the session, after `sign_ins.finish`. Raises NotSignedIn."""
    response = sign_in(app, waiting.user, how, waiting.next or None)
    drop_cookie(response, COOKIE)
    return response
