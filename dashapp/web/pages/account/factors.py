"""Second factors of the account: an authenticator app, recovery codes, passkeys."""

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy.orm import Session

from dashapp.domain.access.actors import Action
from dashapp.domain.errors import BadInput, Conflict, NotFound
from dashapp.domain.language import _, say
from dashapp.domain.secrets.second_factor import (
    make_recovery_codes,
    make_totp_secret,
    normal_code,
    qr_code,
    recovery_digest,
    totp_address,
)
from dashapp.store.mail.kinds import MailKind
from dashapp.store.people import passkeys as stored
from dashapp.store.people import second_factors
from dashapp.store.people.users import User
from dashapp.web.access.actors import current_actor
from dashapp.web.access.login import passkeys, second_factor
from dashapp.web.access.login.notices import notify
from dashapp.web.access.login.passkeys import Purpose
from dashapp.web.access.login.recording import recorder
from dashapp.web.access.login.required_factor import NeedsSecondFactor
from dashapp.web.access.login.second_factor import accept_totp, open_secret, seal_secret
from dashapp.web.http import errors
from dashapp.web.pages.account.account import account_page
from dashapp.web.pages.account.page import (
    account_path,
    account_view,
    credentials_view,
    current_user,
    done,
    show,
)
from dashapp.web.pages.second_factor import json_response
from dashapp.web.pages.settings.form import NO_FORM, Form
from dashapp.web.services import Services, services

blueprint = Blueprint("account_factors", __name__, url_prefix="/account")
_MAX_NAME = 100
_WRONG_CODE = _("This code is wrong, or it was used before. Enter the newest one.")


@blueprint.app_errorhandler(NeedsSecondFactor)
def lead(error: NeedsSecondFactor) -> ResponseReturnValue:
    """Lead from pages of the org to the setup; programs and forms are told why."""
    if errors.wants_json() or request.method != "GET":
        return errors.respond_to(error)
    return redirect(url_for("account_factors.required", org=error.org), 302)


@blueprint.get("/second-factor")
@account_view
def required() -> ResponseReturnValue:
    """Lead a member to set up a second factor: an org asks for it."""
    return show(
        "required.html",
        org=request.args.get("org", "")[:100],
        no_passkeys=passkeys.why_unavailable(),
    )


@blueprint.post("/authenticator/start")
@credentials_view
def start() -> ResponseReturnValue:
    """Make a new secret; the app counts once a first code was right."""
    app, user = services(), current_user()
    sealed = seal_secret(app, user.id, make_totp_secret())
    with app.store.write_shared() as session:
        is_new = second_factors.put_authenticator(session, user.id, sealed, now=app.now_us())
    if not is_new:
        raise Conflict(_("You have an authenticator app already. Remove it first."))
    return redirect(url_for("account_factors.authenticator"), 303)


@blueprint.get("/authenticator")
@credentials_view
def authenticator() -> ResponseReturnValue:
    return _authenticator_page(current_user())


def _authenticator_page(user: User, form: Form = NO_FORM, status: int = 200) -> ResponseReturnValue:
    app = services()
    with app.store.read_shared() as session:
        row = second_factors.authenticator_of(session, user.id)
    if row is None or row.confirmed_at is not None:
        return redirect(account_path(), 303)
    secret = open_secret(app, user.id, row.sealed)
    host = request.host.partition(":")[0]
    address = totp_address(secret, user.email, f"dashapp ({host})")
    return show(
        "authenticator.html",
        form=form,
        status=status,
        code=Markup(qr_code(address)),  # noqa: S704 - drawn from numbers
        secret=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
    )


@blueprint.post("/authenticator")
@credentials_view
def confirm() -> ResponseReturnValue:
    """Confirm the app with its first code."""
    app, user = services(), current_user()
    try:
        attempt = second_factor.check_limits(app, user)
    except second_factor.Locked as error:
        return _authenticator_page(user, NO_FORM.refused(error, "code"), 429)
    code = normal_code(request.form.get("code", ""))
    with app.store.write_shared() as session:
        is_right = accept_totp(app, session, user.id, code, is_first=True)
        if is_right:
            second_factors.confirm_authenticator(session, user.id, now=app.now_us())
            second_factor.take_back(session, attempt)
            codes = _first_codes(session, user)
            _record(app, session, user, Action.SECOND_FACTOR_ADDED, "totp")
    if not is_right:
        form = NO_FORM.refused(BadInput(_WRONG_CODE), "code")
        return _authenticator_page(user, form, 422)
    return _codes_page(codes) if codes else done("ready")


@blueprint.post("/authenticator/remove")
@credentials_view
def remove_authenticator() -> ResponseReturnValue:
    app, user = services(), current_user()
    with app.store.write_shared() as session:
        if second_factors.remove_authenticator(session, user.id):
            _after_removal(app, session, user, "totp")
    return done("app-removed")


@blueprint.post("/recovery-codes")
@credentials_view
def new_codes() -> ResponseReturnValue:
    """Make ten new recovery codes. The answer has them; they are not shown again."""
    app, user = services(), current_user()
    with app.store.write_shared() as session:
        if not second_factors.has_second_factor(session, user.id):
            raise Conflict(_("Set up an authenticator app or a passkey first."))
        codes = _put_codes(session, user)
        _record(app, session, user, Action.SECOND_FACTOR_ADDED, "recovery_codes")
    return _codes_page(codes)


@blueprint.post("/passkeys/options")
@credentials_view
def options() -> ResponseReturnValue:
    app, user = services(), current_user()
    with app.store.write_shared() as session:
        return json_response(passkeys.options_to_register(app, session, user))


@blueprint.post("/passkeys")
@credentials_view
def add_passkey() -> ResponseReturnValue:
    app, user = services(), current_user()
    name = " ".join(request.form.get("passkey_name", "").split())[:_MAX_NAME]
    try:
        challenge = passkeys.take_challenge(app, Purpose.REGISTER, user)
        sent = request.form.get("credential", "")
        with app.store.write_shared() as session:
            passkeys.register(app, session, challenge, sent, name or say(_("Passkey")))
            codes = _first_codes(session, user)
            _record(app, session, user, Action.SECOND_FACTOR_ADDED, "passkey")
    except (passkeys.Refused, Conflict) as error:
        return account_page(NO_FORM.refused(error, "passkey_name"), 422)
    return _codes_page(codes) if codes else done("passkey")


@blueprint.post("/passkeys/<passkey_id>/remove")
@credentials_view
def remove_passkey(passkey_id: str) -> ResponseReturnValue:
    app, user = services(), current_user()
    with app.store.write_shared() as session:
        if stored.remove_passkey(session, user.id, passkey_id) is None:
            raise NotFound(_("This passkey was removed."))
        _after_removal(app, session, user, "passkey")
    return done("passkey-removed")


def _after_removal(app: Services, session: Session, user: User, factor: str) -> None:
    """Tell the person. Without any factor, the recovery codes are good for nothing."""
    if not second_factors.has_second_factor(session, user.id):
        second_factors.remove_all(session, user.id)
    notify(app, session, user, MailKind.SECOND_FACTOR_REMOVED)
    _record(app, session, user, Action.SECOND_FACTOR_REMOVED, factor)


def _record(app: Services, session: Session, user: User, action: Action, factor: str) -> None:
    recorder(app).record(
        session, user, current_actor(), action, after={"factor": factor}, now=app.now_us()
    )


def _first_codes(session: Session, user: User) -> list[str]:
    """Return recovery codes if the person has none yet."""
    if second_factors.factors_of(session, user.id).recovery_codes:
        return []
    return _put_codes(session, user)


def _put_codes(session: Session, user: User) -> list[str]:
    codes = list(make_recovery_codes())
    second_factors.replace_recovery_codes(session, user.id, map(recovery_digest, codes))
    return codes


def _codes_page(codes: list[str]) -> Response:
    return show("codes.html", codes=codes)
