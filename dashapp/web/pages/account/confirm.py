"""The page that asks for the password or a passkey again, before sensitive acts."""

from flask import Blueprint, Response, redirect, request
from flask.typing import ResponseReturnValue

from dashapp.domain.errors import BadInput
from dashapp.domain.language import _
from dashapp.store.people import own_sessions
from dashapp.store.people import passkeys as stored
from dashapp.web.access import security_log
from dashapp.web.access.login import passkeys, second_factor
from dashapp.web.access.login.confirming import NotConfirmed, confirm_address
from dashapp.web.access.login.credentials import Credentials, verify
from dashapp.web.access.login.limits import Locked
from dashapp.web.access.login.passkeys import Purpose
from dashapp.web.access.people import cookie_name
from dashapp.web.access.security_log import Event
from dashapp.web.http.safe_redirects import safe_path
from dashapp.web.pages.account.page import (
    account_path,
    account_view,
    current_person,
    current_user,
    show,
)
from dashapp.web.pages.second_factor import json_response
from dashapp.web.pages.settings.form import NO_FORM, Form
from dashapp.web.services import services

blueprint = Blueprint("account_confirm", __name__, url_prefix="/account/confirm")


@blueprint.app_errorhandler(NotConfirmed)
def ask(error: NotConfirmed) -> ResponseReturnValue:
    return redirect(confirm_address(error.path), 303)


@blueprint.get("")
@account_view
def form() -> ResponseReturnValue:
    return _page()


@blueprint.post("")
@account_view
def confirm() -> ResponseReturnValue:
    app, user = services(), current_user()
    credential = request.form.get("credential", "")
    try:
        if credential:
            attempt = second_factor.check_limits(app, user)
            challenge = passkeys.take_challenge(app, Purpose.CONFIRM, user)
            with app.store.write_shared() as session:
                passkeys.verify(app, session, challenge, credential)
                second_factor.take_back(session, attempt)
        else:
            check_password(request.form.get("password", ""))
    except passkeys.Refused as error:
        second_factor.note_failure(app, user, error.reason)
        return _page(NO_FORM.refused(error), 422)
    except (BadInput, Locked, second_factor.Locked) as error:
        return _page(NO_FORM.refused(error, "password"), 422)
    with app.store.write_shared() as session:
        own_sessions.confirm(session, current_person().session.digest, now=app.now_us())
    method = "passkey" if credential else "password"
    security_log.record(Event.IDENTITY_CONFIRMED, account=user.email, method=method)
    return redirect(_target(), 303)


@blueprint.post("/options")
@account_view
def options() -> ResponseReturnValue:
    app, user = services(), current_user()
    with app.store.write_shared() as session:
        return json_response(passkeys.options_to_sign(app, session, Purpose.CONFIRM, user))


def check_password(password: str) -> None:
    """Raise BadInput unless it is the person's password, or Locked after too many attempts."""
    device = request.cookies.get(cookie_name("device"))
    if len(password) > 1_000 or not verify(  # noqa: PLR2004
        services(),
        Credentials(current_person().email, password, request.remote_addr or "", device),
    ):
        raise BadInput(_("This is not your password."))


def _target() -> str:
    path = safe_path(request.form.get("next") or request.args.get("next"))
    return path or account_path()


def _page(form: Form = NO_FORM, status: int = 200) -> Response:
    user = current_user()
    with services().store.read_shared() as session:
        has_passkey = bool(stored.passkeys_of(session, user.id))
    return show(
        "confirm.html",
        form=form,
        status=status,
        next=_target(),
        can_confirm=current_person().session.provider is None,
        has_password=bool(user.password_hash),
        has_passkey=has_passkey and passkeys.why_unavailable() is None,
    )
