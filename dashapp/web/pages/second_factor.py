"""The second step of a login, and logins with a passkey alone."""

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from dashapp.domain.errors import BadInput, DashappError
from dashapp.domain.language import _, say
from dashapp.store.people import passkeys as stored
from dashapp.store.people import sign_ins, users
from dashapp.store.people.sign_ins import SignIn
from dashapp.store.people.users import User
from dashapp.web.access import security_log
from dashapp.web.access.addresses import network_of
from dashapp.web.access.csrf import require_token
from dashapp.web.access.login import limits, passkeys, second_factor
from dashapp.web.access.login.passkeys import Purpose
from dashapp.web.access.login.second_factor import Locked, current_sign_in
from dashapp.web.access.login.sessions import How, NotSignedIn, sign_in
from dashapp.web.access.policies import public
from dashapp.web.access.security_log import Event
from dashapp.web.http.safe_redirects import safe_path
from dashapp.web.services import Services, services

blueprint = Blueprint("second_factor", __name__)
_WRONG_CODE = _("This code is wrong, or it was used before. Enter the newest one.")
_NO_ACCOUNT = _("The passkey was not accepted. Sign in with your password.")


@blueprint.get("/login/second-factor")
@public
def form() -> ResponseReturnValue:
    waiting = current_sign_in(services())
    return _page(waiting) if waiting else _start_again()


@blueprint.post("/login/second-factor")
@public
def check() -> ResponseReturnValue:
    require_token()
    app = services()
    waiting = current_sign_in(app)
    if waiting is None:
        return _start_again()
    try:
        return _checked(app, waiting)
    except Locked as error:
        page = _page(waiting, error, 429)
        page.headers["Retry-After"] = str(error.retry_after)
        return page
    except NotSignedIn:
        return _start_again()


def _checked(app: Services, waiting: SignIn) -> Response:
    attempt = second_factor.check_limits(app, waiting.user)
    try:
        how = _used(app, waiting, attempt)
    except passkeys.Refused as error:
        second_factor.note_failure(app, waiting.user, error.reason)
        return _page(waiting, error, 401)
    if how is None:
        second_factor.note_failure(app, waiting.user, "wrong_code")
        return _page(waiting, BadInput(_WRONG_CODE), 401)
    return second_factor.finish(app, waiting, how)


def _used(app: Services, waiting: SignIn, attempt: second_factor.Attempt) -> How | None:
    """Use the code or the passkey that was sent, and end the wait. Returns None if it is wrong."""
    user, credential = waiting.user, request.form.get("credential", "")
    challenge = passkeys.take_challenge(app, Purpose.SECOND_FACTOR, user) if credential else None
    with app.store.write_shared() as session:
        if challenge is not None:
            passkeys.verify(app, session, challenge, credential)
            how = How("passkey")
        else:
            kind = second_factor.accept_code(app, session, user, request.form.get("code", ""))
            if kind is None:
                return None
            how = How(kind)
        second_factor.take_back(session, attempt)
        if not sign_ins.finish(session, waiting):
            raise NotSignedIn(_WRONG_CODE, 401)
    return how


@blueprint.post("/login/passkey/options")
@public
def options() -> ResponseReturnValue:
    """Return what the browser must sign: for the second step, if there is one, or alone."""
    require_token()
    app = services()
    waiting = current_sign_in(app) if request.form.get("step") == "second" else None
    purpose = Purpose.SECOND_FACTOR if waiting else Purpose.ALONE
    with app.store.write_shared() as session:
        user = waiting.user if waiting else None
        return json_response(passkeys.options_to_sign(app, session, purpose, user))


@blueprint.post("/login/passkey")
@public
def passkey_alone() -> ResponseReturnValue:
    """Sign in with a passkey alone: the person unlocked it, which is two factors."""
    require_token()
    app, target = services(), safe_path(request.form.get("next"))
    network = network_of(request.remote_addr or "")
    attempt = limits.Attempt(
        ((f"address:{network}", limits.PER_ADDRESS),), app.now_us(), is_known_device=False
    )
    try:
        limits.check(app, attempt)
        user = _owner(app, request.form.get("credential", ""))
        limits.succeed(app, attempt)
        return sign_in(app, user, How("passkey"), target)
    except passkeys.Refused as error:
        security_log.record(Event.LOGIN_FAILED, error.reason)
        return _login_page(say(_NO_ACCOUNT), target, 401)
    except NotSignedIn as error:
        return _login_page(say(error.text), target, error.status)


def _owner(app: Services, credential: str) -> User:
    """Return whose passkey signed. Raises Refused."""
    challenge = passkeys.take_challenge(app, Purpose.ALONE, None)
    with app.store.write_shared() as session:
        passkey = passkeys.verify(app, session, challenge, credential)
        user = users.lock_user(session, passkey.user_id)
    if user is None or user.is_disabled:
        raise passkeys.Refused("disabled")
    return user


def json_response(text: str) -> Response:
    return Response(text, content_type="application/json")


def _start_again() -> ResponseReturnValue:
    return redirect(url_for("login.form"), 303)


def _page(waiting: SignIn, error: DashappError | None = None, status: int = 200) -> Response:
    with services().store.read_shared() as session:
        has_passkey = bool(stored.passkeys_of(session, waiting.user.id))
    page = render_template(
        "second_factor.html",
        email=waiting.user.email,
        message=say(error.text, **error.values) if error else None,
        has_passkey=has_passkey and passkeys.why_unavailable() is None,
    )
    return make_response(page, status)


def _login_page(message: str, target: str | None, status: int) -> Response:
    page = render_template("login.html", message=message, email="", next=target, has_passkeys=True)
    return make_response(page, status)
